import uuid

from django.conf import settings
from django.db import models

from payments.constraints import one_of
from payments.entities.models import LegalEntity
from payments.ledger.models import BalanceTransaction


class PayoutStatus(models.TextChoices):
    """Stripe's words as we know them; one that it adds later is stored and shown as it comes."""

    PENDING = "pending", "Pending"  # payout.created: not yet given to the bank.
    IN_TRANSIT = "in_transit", "On its way"  # payout.updated: the bank has it.
    PAID = "paid", "Paid"  # payout.paid; the bank may still send it back within days.
    FAILED = "failed", "Failed"  # payout.failed: the money came back to the balance.
    CANCELED = "canceled", "Canceled"  # payout.canceled: a manual one, called back in time.


# Not at the bank yet.
COMING = (PayoutStatus.PENDING, PayoutStatus.IN_TRANSIT)


class ReconciliationState(models.TextChoices):
    OPEN = (
        "open",
        "Open",
    )  # Stripe has not said that its lines are complete, or we have not read them all.
    AUTO = "auto", "Reconciled"  # Every line is known and their nets sum to the payout.
    MANUAL = "manual", "Settled by hand"  # A person settled it with a note.
    EXCEPTION = "exception", "Exception"  # The evidence says why; a person must look.


class Payout(models.Model):
    """Money that Stripe sent to our bank account, or took from it where `amount` is negative.

    `amount` is in minor units of `currency`. What Stripe says follows Stripe; `state` and what hangs on it are ours.
    """

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    entity = models.ForeignKey(LegalEntity, on_delete=models.PROTECT, related_name="payouts")
    stripe_id = models.CharField(max_length=255, unique=True)
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField()
    status = models.CharField(max_length=40, choices=PayoutStatus)
    is_automatic = models.BooleanField(
        help_text="Stripe names the lines of automatic payouts only, never of manual ones."
    )
    method = models.CharField(max_length=40, blank=True)
    arrival_on = models.DateField(help_text="The day on which Stripe expects it at the bank.")
    created_at = models.DateTimeField(help_text="Stripe's time.")
    description = models.CharField(max_length=255, blank=True)
    trace_id = models.CharField(
        max_length=255, blank=True, help_text="The bank's reference, once it has given one."
    )
    failure_code = models.CharField(max_length=60, blank=True)
    failure_message = models.CharField(max_length=500, blank=True)
    destination = models.CharField(max_length=255, blank=True, help_text="Stripe's bank account.")
    destination_last4 = models.CharField(max_length=4, blank=True)
    line_id = models.CharField(
        max_length=255, blank=True, help_text="Its own line in Stripe's ledger."
    )
    return_line_id = models.CharField(
        max_length=255, blank=True, help_text="The line with which its money came back."
    )
    has_complete_lines = models.BooleanField(
        default=False, help_text="Stripe's reconciliation_status is completed."
    )
    changed_at = models.DateTimeField(help_text="When we learned of its latest change.")

    state = models.CharField(
        max_length=10, choices=ReconciliationState, default=ReconciliationState.OPEN
    )
    evidence = models.TextField(blank=True, help_text="Why it is in this state, in words.")
    due_at = models.DateTimeField(
        null=True, default=None, help_text="When its lines are read next; empty for not at all."
    )
    claimed_until = models.DateTimeField(null=True, default=None)
    read_after = models.CharField(
        max_length=255, blank=True, help_text="The last line that was read: reading goes on there."
    )
    lines_read_at = models.DateTimeField(
        null=True, default=None, help_text="When the last of its lines was read."
    )
    reconciled_at = models.DateTimeField(null=True, default=None)
    settled_note = models.TextField(blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        default=None,
        related_name="+",
    )

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            one_of("state", ReconciliationState, "payout_state_known"),
            models.CheckConstraint(
                condition=~models.Q(state="manual")
                | (models.Q(settled_by__isnull=False) & ~models.Q(settled_note="")),
                name="payout_settled_has_person_and_note",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["auto", "manual"])
                | models.Q(reconciled_at__isnull=False),
                name="payout_reconciled_has_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                condition=models.Q(due_at__isnull=False),
                name="payout_due",
            ),
            models.Index(fields=["created_at", "id"], name="payout_by_creation"),
            models.Index(fields=["arrival_on", "id"], name="payout_by_arrival"),
            models.Index(
                fields=["created_at", "id"],
                condition=models.Q(state__in=["open", "exception"]),
                name="payout_unreconciled",
            ),
        ]
        permissions = [
            ("reconcile_payout", "Can settle payouts and bank lines by hand, with a note"),
        ]

    def __str__(self) -> str:
        return self.stripe_id


class PayoutItem(models.Model):
    """One line of Stripe's ledger that a payout paid out; a line is in one payout only. Insert only."""

    payout = models.ForeignKey(Payout, on_delete=models.PROTECT, related_name="items")
    balance_transaction = models.OneToOneField(
        BalanceTransaction, on_delete=models.PROTECT, related_name="payout_item"
    )
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.payout_id} {self.balance_transaction_id}"


class StripeBalance(models.Model):
    """What Stripe said that the balance was, once a day and currency; minor units. Insert only."""

    entity = models.ForeignKey(
        LegalEntity, on_delete=models.PROTECT, related_name="stripe_balances"
    )
    currency = models.CharField(max_length=3)
    taken_on = models.DateField(help_text="The day in the entity's time zone.")
    taken_at = models.DateTimeField()
    available = models.BigIntegerField()
    pending = models.BigIntegerField()

    class Meta:
        ordering = ["-taken_on", "currency"]
        constraints = [
            models.UniqueConstraint(
                fields=["entity", "currency", "taken_on"], name="stripebalance_once_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.taken_on} {self.currency}"

    @property
    def total(self) -> int:
        """What belongs to us at Stripe, whether it can be paid out yet or not."""
        return self.available + self.pending
