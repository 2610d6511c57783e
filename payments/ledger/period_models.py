from django.conf import settings
from django.db import models

from payments.constraints import one_of
from payments.entities.models import LegalEntity


class MonthState(models.TextChoices):
    OPEN = (
        "open",
        "Open",
    )  # Opened again after it had been closed; a month without a row is open too.
    SOFT_CLOSED = "soft_closed", "Closed"  # Nothing is booked into it; it may be opened again.
    LOCKED = "locked", "Locked"  # A second person agreed; nothing changes it any more.


class AccountingPeriod(models.Model):
    """A calendar month of an entity's books that was closed at least once.

    Months are closed in their order, so that every day up to the last closed one is closed: what happens on one of
    them later counts on the first day after them.
    """

    # What may follow what; nothing follows a locked month.
    TRANSITIONS = {
        MonthState.OPEN: (MonthState.SOFT_CLOSED,),
        MonthState.SOFT_CLOSED: (MonthState.OPEN, MonthState.LOCKED),
        MonthState.LOCKED: (),
    }

    entity = models.ForeignKey(LegalEntity, on_delete=models.PROTECT, related_name="periods")
    first_on = models.DateField()
    last_on = models.DateField()
    state = models.CharField(max_length=12, choices=MonthState)
    closed_at = models.DateTimeField(null=True, default=None)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        default=None,
        related_name="+",
    )
    locked_at = models.DateTimeField(null=True, default=None)
    locked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        default=None,
        related_name="+",
    )
    line_count = models.PositiveIntegerField(
        null=True, default=None, help_text="Of the journal's rows, when it was locked."
    )
    sha256 = models.CharField(
        max_length=64, blank=True, help_text="Of the journal's CSV file, when it was locked."
    )
    schema_version = models.PositiveSmallIntegerField(
        null=True, default=None, help_text="Of the journal's columns, when it was locked."
    )

    class Meta:
        ordering = ["-first_on"]
        constraints = [
            one_of("state", MonthState, "accountingperiod_state_known"),
            models.UniqueConstraint(fields=["entity", "first_on"], name="accountingperiod_once"),
            models.CheckConstraint(
                condition=models.Q(state="open", closed_by__isnull=True, closed_at__isnull=True)
                | (
                    ~models.Q(state="open")
                    & models.Q(closed_by__isnull=False, closed_at__isnull=False)
                ),
                name="accountingperiod_closed_has_person",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="locked")
                | (
                    models.Q(locked_by__isnull=False, locked_at__isnull=False)
                    & ~models.Q(locked_by=models.F("closed_by"))
                    & ~models.Q(sha256="")
                ),
                name="accountingperiod_locked_by_another",
            ),
        ]
        permissions = [
            ("close_month", "Can close a month of the books"),
            ("lock_month", "Can lock a month that somebody else closed, and open a closed one"),
        ]

    def __str__(self) -> str:
        return f"{self.first_on:%Y-%m}"
