import uuid

from django.conf import settings
from django.db import models

from payments.constraints import one_of


class ExportState(models.TextChoices):
    WAITING = "waiting", "Waiting"  # Asked for; no task has begun.
    RUNNING = "running", "Running"  # A task writes the file.
    READY = "ready", "Ready"  # The file is stored with its totals and checksum.
    FAILED = "failed", "Failed"  # The task gave up; error says why.
    EXPIRED = "expired", "Expired"  # Its time was up: the sweep deleted the file, the figures stay.
    CANCELLED = "cancelled", "Cancelled"  # Its person did not want it any more; no file was kept.


# Somebody waits for it; at most one of these for the same order of one person.
PENDING = (ExportState.WAITING, ExportState.RUNNING)


class Export(models.Model):
    """A report's file: asked for by a person, written by a task, kept behind sign-in."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    report = models.CharField(max_length=40, help_text="A name in the index of exportables.")
    format = models.CharField(max_length=30, help_text="A name among the formats of that.")
    schema_version = models.PositiveSmallIntegerField(help_text="Of the report's columns.")
    filters = models.JSONField(default=dict)
    includes_personal_data = models.BooleanField(default=False)
    order_key = models.CharField(
        max_length=64, blank=True, help_text="Equal for equal orders: report, format and filters."
    )
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    requested_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=ExportState, default=ExportState.WAITING)
    claimed_until = models.DateTimeField(
        null=True, default=None, help_text="Also names the attempt that holds the claim."
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    as_of = models.DateTimeField(null=True, default=None, help_text="The instant of the data.")
    data_state = models.CharField(
        max_length=64, blank=True, help_text="Changes when the rows behind the file do."
    )
    row_count = models.PositiveIntegerField(null=True, default=None)
    totals = models.JSONField(
        default=dict, help_text="Control totals: per amount column and currency, in minor units."
    )
    left_out = models.JSONField(
        default=list, help_text="What is selected and not in the file, by Stripe's ids."
    )
    sha256 = models.CharField(max_length=64, blank=True)
    kept = models.ForeignKey(
        "payments.KeptFile",
        on_delete=models.PROTECT,
        null=True,
        default=None,
        related_name="exports",
        help_text="The file of a locked month that was given; it stays when this export ends.",
    )
    file = models.FileField(max_length=255, blank=True)
    size = models.PositiveBigIntegerField(null=True, default=None, help_text="Bytes.")
    finished_at = models.DateTimeField(null=True, default=None)
    expires_at = models.DateTimeField(
        null=True, default=None, help_text="When the file is deleted and its link ends."
    )
    error = models.TextField(blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            one_of("state", ExportState, "export_state_known"),
            models.CheckConstraint(
                condition=~models.Q(state="ready")
                | models.Q(as_of__isnull=False, row_count__isnull=False, expires_at__isnull=False),
                name="export_ready_has_figures",
            ),
            models.UniqueConstraint(
                fields=["requested_by", "order_key"],
                condition=models.Q(state__in=["waiting", "running"]) & ~models.Q(order_key=""),
                name="export_pending_once_per_order",
            ),
        ]
        indexes = [
            models.Index(
                fields=["id"],
                condition=models.Q(state__in=["waiting", "running"]),
                name="export_due",
            ),
            models.Index(fields=["requested_by", "order_key"], name="export_by_order"),
        ]
        permissions = [
            ("view_reports", "Can see and export the finance desk's reports"),
            ("view_gift_register", "Can see and export the gift register"),
            ("view_personal_data", "Can see supporters' names and emails in reports"),
        ]

    def __str__(self) -> str:
        return f"{self.report} {self.reference}"


class AccessAction(models.TextChoices):
    VIEWED = "viewed", "Viewed"
    EXPORTED = "exported", "Asked for an export"
    DOWNLOADED = "downloaded", "Downloaded"


class AccessLog(models.Model):
    """Who looked at or downloaded what; insert only."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    action = models.CharField(max_length=20, choices=AccessAction)
    report = models.CharField(max_length=40)
    export = models.ForeignKey(
        Export, on_delete=models.PROTECT, null=True, default=None, related_name="accesses"
    )
    filters = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        constraints = [one_of("action", AccessAction, "accesslog_action_known")]

    def __str__(self) -> str:
        return f"{self.action} {self.report}"
