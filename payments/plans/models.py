import uuid

from django.db import models

from payments.campaigns.models import Campaign, Frequency
from payments.checkouts.models import Checkout
from payments.constraints import one_of
from payments.customers.models import Customer
from payments.entities.models import LegalEntity


class PlanStatus(models.TextChoices):
    # Stripe's incomplete: the first payment is not through.
    INCOMPLETE = "incomplete", "Incomplete"
    ACTIVE = "active", "Active"  # Stripe's active or trialing, collecting and not cancelled.
    PAST_DUE = "past_due", "Past due"  # Stripe's past_due or unpaid.
    PAUSED = "paused", "Paused"  # pause_collection is set, or Stripe's paused.
    ENDING = "ending", "Ending"  # cancel_at or cancel_at_period_end is set; still running.
    ENDED = "ended", "Ended"  # Stripe's canceled or incomplete_expired; terminal.


class RecurringPlan(models.Model):
    """A standing gift, keyed by Stripe's subscription; amounts in minor units of `currency`."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    entity = models.ForeignKey(LegalEntity, on_delete=models.PROTECT, related_name="plans")
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="plans")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="plans")
    checkout = models.OneToOneField(
        Checkout, on_delete=models.PROTECT, null=True, default=None, related_name="plan"
    )
    stripe_id = models.CharField(max_length=255, unique=True)
    status = models.CharField(max_length=12, choices=PlanStatus)
    frequency = models.CharField(max_length=10, choices=Frequency)
    currency = models.CharField(max_length=3)
    amount = models.PositiveBigIntegerField()
    fee_cover = models.PositiveBigIntegerField(default=0)
    started_at = models.DateTimeField()
    current_period_end_at = models.DateTimeField(null=True, default=None)
    resumes_at = models.DateTimeField(null=True, default=None)
    cancel_at = models.DateTimeField(null=True, default=None)
    cancelled_at = models.DateTimeField(null=True, default=None)
    ended_at = models.DateTimeField(null=True, default=None)
    read_at = models.DateTimeField(
        null=True,
        default=None,
        help_text="When Stripe was asked for what this says: an older answer changes nothing.",
    )

    class Meta:
        constraints = [
            one_of("status", PlanStatus, "recurringplan_status_known"),
            models.CheckConstraint(
                condition=models.Q(frequency__in=["monthly", "yearly"]), name="recurringplan_recurs"
            ),
        ]

    def __str__(self) -> str:
        return str(self.reference)


class PlanChangeKind(models.TextChoices):
    # The subscription was seen for the first time past its first payment.
    STARTED = "started", "Started"
    UPDATED = "updated", "Updated"  # Stripe's subscription differs from our row.
    ENDED = "ended", "Ended"  # Stripe's subscription is over.


class PlanChange(models.Model):
    """One change of a plan; insert only. `before` and `after` hold only the fields that changed."""

    plan = models.ForeignKey(RecurringPlan, on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=20, choices=PlanChangeKind)
    cause = models.CharField(
        max_length=255, help_text="The Stripe event or the command that made it."
    )
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [one_of("kind", PlanChangeKind, "planchange_kind_known")]

    def __str__(self) -> str:
        return f"{self.kind} {self.plan_id}"


class PlanCommandKind(models.TextChoices):
    # Stripe's cancel_at_period_end is to be set: the period that is paid for still runs.
    STOP = "stop", "Stop at the period's end"
    # The subscription is to be cancelled: nobody paid for the running period.
    END = "end", "End at once"
    KEEP = "keep", "Keep after all"  # Stripe's cancel_at_period_end is to be cleared.


class PlanCommandState(models.TextChoices):
    ASKED = "asked", "Asked"  # Written down; Stripe has not confirmed it yet.
    DONE = "done", "Done"  # Stripe's subscription was read after it did it.
    REFUSED = "refused", "Refused"  # Stripe refused it; shown to staff.


class PlanCommand(models.Model):
    """What Stripe is to do to a plan at somebody's word; each call's key is of `reference` and `attempts`."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    plan = models.ForeignKey(RecurringPlan, on_delete=models.PROTECT, related_name="commands")
    kind = models.CharField(max_length=10, choices=PlanCommandKind)
    state = models.CharField(
        max_length=10, choices=PlanCommandState, default=PlanCommandState.ASKED
    )
    cause = models.CharField(max_length=255, help_text="Who wanted it, or where it was asked for.")
    attempts = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, default=None)

    class Meta:
        ordering = ["id"]
        constraints = [
            one_of("kind", PlanCommandKind, "plancommand_kind_known"),
            one_of("state", PlanCommandState, "plancommand_state_known"),
            models.UniqueConstraint(
                fields=["plan"],
                condition=models.Q(state="asked"),
                name="plancommand_one_at_a_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["asked_at"],
                condition=models.Q(state="asked"),
                name="plancommand_unfinished",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}"
