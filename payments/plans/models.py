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
    payment_method_id = models.CharField(
        max_length=255, blank=True, db_index=True, help_text="Stripe's id of how it is collected."
    )
    card_brand = models.CharField(max_length=40, blank=True)
    card_last4 = models.CharField(max_length=4, blank=True)
    card_expires_on = models.DateField(null=True, default=None)
    started_at = models.DateTimeField()
    current_period_end_at = models.DateTimeField(null=True, default=None)
    moved_to_at = models.DateTimeField(
        null=True,
        default=None,
        help_text="The collection that was last moved to a date of its own.",
    )
    resumes_at = models.DateTimeField(null=True, default=None)
    cancel_at = models.DateTimeField(null=True, default=None)
    cancelled_at = models.DateTimeField(null=True, default=None)
    ended_at = models.DateTimeField(null=True, default=None)
    end_reason = models.CharField(
        max_length=40, blank=True, help_text="Stripe's word for why it ended or will."
    )
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
        # For recurring revenue: what is collected now, and what began, ended or is ending.
        indexes = [
            models.Index(
                fields=["entity", "currency", "frequency", "amount", "fee_cover"],
                condition=models.Q(status__in=["active", "past_due"]),
                name="recurringplan_collecting",
            ),
            models.Index(
                fields=["entity"], condition=models.Q(status="ending"), name="recurringplan_ending"
            ),
            models.Index(fields=["started_at"], name="recurringplan_by_start"),
            models.Index(fields=["ended_at"], name="recurringplan_by_end"),
        ]

    def __str__(self) -> str:
        return str(self.reference)

    @property
    def total(self) -> int:
        """What is charged each time, in minor units."""
        return self.amount + self.fee_cover


class PlanActor(models.TextChoices):
    READER = "reader", "The supporter"
    STAFF = "staff", "Staff"
    STRIPE = "stripe", "Stripe"  # Retries, the clock, and whoever works in Stripe's dashboard.


class PlanChangeKind(models.TextChoices):
    # The subscription was seen for the first time past its first payment.
    STARTED = "started", "Started"
    RENEWED = "renewed", "Renewed"  # A collection after the first settled.
    AMOUNT = "amount", "Amount changed"  # The item has another price, for the same interval.
    FREQUENCY = "frequency", "Frequency changed"  # The item's price has another interval.
    DATE = "date", "Date moved"  # trial_end was set, without another interval.
    CARD = "card", "Payment method changed"  # default_payment_method, or what is printed on it.
    PAUSED = "paused", "Paused"  # pause_collection was set, or its end moved.
    RESUMED = "resumed", "Resumed"  # pause_collection is gone.
    PAST_DUE = "past_due", "Past due"  # A collection failed.
    RECOVERED = "recovered", "Recovered"  # Past due before, and collecting again.
    STOPPING = "stopping", "Stopping"  # It is to end with the period that is paid for.
    STOPPED = "stopped", "Stopped"  # Nothing is collected any more; for a day it can be undone.
    UNDONE = "undone", "Stop undone"  # The end that was set is gone.
    ENDED = "ended", "Ended"  # Stripe's subscription is over.
    RESTARTED = "restarted", "Begun again"  # After its end; a new plan carries the gift on.
    UPDATED = "updated", "Updated"  # Anything else in which the subscription differs from our row.


class PlanChange(models.Model):
    """One change of a plan; insert only. `before` and `after` hold only the fields that changed."""

    plan = models.ForeignKey(RecurringPlan, on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=20, choices=PlanChangeKind)
    actor = models.CharField(max_length=10, choices=PlanActor, default=PlanActor.STRIPE)
    cause = models.CharField(
        max_length=255, help_text="The Stripe event or the command that made it."
    )
    reason = models.CharField(
        max_length=60, blank=True, help_text="Why, in a word: the payer's choice, or Stripe's."
    )
    comment = models.CharField(max_length=500, blank=True, help_text="Why, in the payer's words.")
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            one_of("kind", PlanChangeKind, "planchange_kind_known"),
            one_of("actor", PlanActor, "planchange_actor_known"),
        ]
        indexes = [
            # Of a month's changes only those that move recurring revenue; nearly all others are renewals.
            models.Index(
                fields=["made_at"],
                condition=~models.Q(kind__in=["renewed", "restarted", "card", "date"]),
                name="planchange_moving",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.plan_id}"


class PlanCommandKind(models.TextChoices):
    # Stripe's cancel_at_period_end is to be set: the period that is paid for still runs.
    STOP = "stop", "Stop at the period's end"
    # The subscription is to be cancelled: nobody paid for the running period.
    END = "end", "End at once"
    # Collection is to be paused and cancel_at set, so that a day is left to undo it.
    STOP_NOW = "stop_now", "Stop at once"
    KEEP = "keep", "Keep after all"  # The end that a stop set is to be cleared.
    AMOUNT = "amount", "Change the amount"  # {"total"}: the item gets another price.
    # {"frequency", "total"}: the item gets a price of another interval from the next period on.
    FREQUENCY = "frequency", "Change the frequency"
    DATE = "date", "Move the next collection"  # {"next_at"}: trial_end is to be set.
    PAUSE = "pause", "Pause"  # {"resumes_at"}: pause_collection is to be set.
    RESUME = "resume", "Resume"  # pause_collection is to be cleared.
    # {"method"}: default_payment_method is to be set, and what is open to be paid.
    CARD = "card", "Change the payment method"


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
    parameters = models.JSONField(default=dict)
    actor = models.CharField(max_length=10, choices=PlanActor, default=PlanActor.READER)
    cause = models.CharField(max_length=255, help_text="Who wanted it, or where it was asked for.")
    reason = models.CharField(max_length=60, blank=True)
    comment = models.CharField(max_length=500, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, default=None)

    class Meta:
        ordering = ["id"]
        constraints = [
            one_of("kind", PlanCommandKind, "plancommand_kind_known"),
            one_of("state", PlanCommandState, "plancommand_state_known"),
            one_of("actor", PlanActor, "plancommand_actor_known"),
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


class CardSessionState(models.TextChoices):
    OPEN = "open", "Open"  # The hosted page was asked for; nothing was saved on it yet.
    SAVED = "saved", "Saved"  # checkout.session.completed: a payment method was saved.
    TAKEN = "taken", "Taken up"  # A command to collect with it is written down.
    EXPIRED = "expired", "Expired"  # checkout.session.expired.


class CardSession(models.Model):
    """A hosted page on which a plan's supporter saves another payment method."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    plan = models.ForeignKey(RecurringPlan, on_delete=models.PROTECT, related_name="card_sessions")
    state = models.CharField(max_length=10, choices=CardSessionState, default=CardSessionState.OPEN)
    stripe_id = models.CharField(max_length=255, unique=True, null=True, default=None)
    method_id = models.CharField(max_length=255, blank=True)
    actor = models.CharField(max_length=10, choices=PlanActor, default=PlanActor.READER)
    cause = models.CharField(max_length=255)
    asked_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, default=None)

    class Meta:
        constraints = [
            one_of("state", CardSessionState, "cardsession_state_known"),
            one_of("actor", PlanActor, "cardsession_actor_known"),
        ]

    def __str__(self) -> str:
        return str(self.reference)
