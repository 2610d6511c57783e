import uuid

from django.db import models

from payments.ledger.period_models import AccountingPeriod


class KeptFile(models.Model):
    """A report's file of a locked month: due while it has no checksum, and unchanged from then on.

    The figures are of the file as it was written. Only what the weekly check found is changed after that.
    """

    # What may still change once the file is kept.
    LOOKED_AT = ("checked_at", "fault")

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    period = models.ForeignKey(
        AccountingPeriod, on_delete=models.PROTECT, related_name="kept_files"
    )
    report = models.CharField(max_length=40, help_text="A name in the index of tables.")
    format = models.CharField(max_length=10, help_text="A name in the index of writers.")
    claimed_until = models.DateTimeField(null=True, default=None)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True, help_text="Why the last attempt kept nothing.")
    schema_version = models.PositiveSmallIntegerField(
        null=True, default=None, help_text="Of the report's columns."
    )
    filters = models.JSONField(default=dict)
    as_of = models.DateTimeField(null=True, default=None, help_text="The instant of the data.")
    row_count = models.PositiveIntegerField(null=True, default=None)
    totals = models.JSONField(
        default=dict, help_text="Control totals: per amount column and currency, in minor units."
    )
    sha256 = models.CharField(max_length=64, blank=True, help_text="Empty while the file is due.")
    file = models.FileField(max_length=255, blank=True)
    size = models.PositiveBigIntegerField(null=True, default=None, help_text="Bytes.")
    kept_at = models.DateTimeField(null=True, default=None)
    checked_at = models.DateTimeField(null=True, default=None)
    fault = models.CharField(
        max_length=200, blank=True, help_text="What the last check found; empty where all is well."
    )

    class Meta:
        ordering = ["period", "report", "format"]
        constraints = [
            models.UniqueConstraint(fields=["period", "report", "format"], name="keptfile_once"),
            models.CheckConstraint(
                condition=models.Q(sha256="")
                | (
                    ~models.Q(file="")
                    & models.Q(
                        as_of__isnull=False,
                        row_count__isnull=False,
                        size__isnull=False,
                        kept_at__isnull=False,
                        schema_version__isnull=False,
                    )
                ),
                name="keptfile_kept_has_figures",
            ),
        ]
        indexes = [
            models.Index(fields=["id"], condition=models.Q(sha256=""), name="keptfile_due"),
            models.Index(fields=["checked_at", "id"], name="keptfile_by_check"),
        ]

    def __str__(self) -> str:
        return f"{self.report} {self.format} of {self.period}"

    @property
    def is_kept(self) -> bool:
        """Whether the file is there, as it will stay."""
        return self.sha256 != ""
