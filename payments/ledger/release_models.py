import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from payments.campaigns.models import Fund
from payments.constraints import one_of


class ReleaseState(models.TextChoices):
    WAITING = "waiting", "Waits for a second person"  # Above the limit; nobody decided yet.
    DECLINED = "declined", "Declined"  # A second person said no, or who asked took it back.
    RELEASED = "released", "Released"  # Its posting is in the ledger.
    REVERSED = "reversed", "Taken back"  # A second posting put the money back into its fund.


RELEASE_TRANSITIONS: dict[ReleaseState, set[ReleaseState]] = {
    ReleaseState.WAITING: {ReleaseState.DECLINED, ReleaseState.RELEASED},
    ReleaseState.DECLINED: set(),
    ReleaseState.RELEASED: {ReleaseState.REVERSED},
    ReleaseState.REVERSED: set(),
}


class FundRelease(models.Model):
    """Money of a restricted fund that was spent on the fund's purpose.

    `amount` in minor units of `currency`, the one that Stripe settled in. `reference` is chosen by the page that asks,
    so that a double click asks for the same release. What was asked for never changes, and no row is deleted: the
    database refuses it.
    """

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="releases")
    currency = models.CharField(max_length=3)
    amount = models.PositiveBigIntegerField()
    released_on = models.DateField(help_text="When it was spent, in the entity's time zone.")
    purpose = models.TextField(help_text="What it was spent on, in the words of who asked.")
    limit = models.PositiveBigIntegerField(
        null=True,
        default=None,
        help_text="What needed no second person when it was asked for; empty where no rate was known.",
    )
    state = models.CharField(max_length=10, choices=ReleaseState)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    requested_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        default=None,
        related_name="+",
        help_text="Empty where no second person was needed.",
    )
    decided_at = models.DateTimeField(null=True, default=None)
    decision_note = models.TextField(blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            one_of("state", ReleaseState, "fundrelease_state_known"),
            models.CheckConstraint(
                condition=Q(amount__gte=1) & ~Q(purpose=""), name="fundrelease_says_what_for"
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True)
                | Q(state="declined")
                | ~Q(decided_by=F("requested_by")),
                name="fundrelease_approved_by_another",
            ),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(state="waiting"), name="fundrelease_waiting")
        ]
        permissions = [
            ("release_fund", "Can release money of restricted funds"),
            (
                "decide_fundrelease",
                "Can approve or decline somebody else's release, and take one back",
            ),
        ]

    def __str__(self) -> str:
        return str(self.reference)
