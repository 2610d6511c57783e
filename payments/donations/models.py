import uuid

from django.db import models

from payments.campaigns.models import Campaign, Frequency, Fund
from payments.checkouts.models import Checkout
from payments.constraints import one_of
from payments.customers.models import Customer
from payments.entities.models import LegalEntity
from payments.plans.models import RecurringPlan


class Donation(models.Model):
    """A gift: once, or one collection of a recurring plan. Amounts in minor units of `currency`."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    entity = models.ForeignKey(LegalEntity, on_delete=models.PROTECT, related_name="donations")
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="donations")
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="donations")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="donations")
    checkout = models.ForeignKey(
        Checkout, on_delete=models.PROTECT, null=True, default=None, related_name="donations"
    )
    plan = models.ForeignKey(
        RecurringPlan, on_delete=models.PROTECT, null=True, default=None, related_name="donations"
    )
    frequency = models.CharField(max_length=10, choices=Frequency)
    sequence = models.PositiveIntegerField(
        default=1, help_text="1 for the first collection of a plan, then 2, 3 …"
    )
    currency = models.CharField(max_length=3)
    amount = models.PositiveBigIntegerField()
    fee_cover = models.PositiveBigIntegerField(default=0)
    attribution = models.JSONField(default=dict)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            one_of("frequency", Frequency, "donation_frequency_known"),
            models.UniqueConstraint(
                fields=["plan", "sequence"],
                condition=models.Q(plan__isnull=False),
                name="donation_sequence_once_per_plan",
            ),
        ]

    def __str__(self) -> str:
        return str(self.reference)


class PaymentStatus(models.TextChoices):
    CREATED = "created", "Created"  # The intent waits for a payment method.
    REQUIRES_ACTION = "requires_action", "Waiting for the payer"  # The intent's requires_action.
    PROCESSING = "processing", "Processing"  # payment_intent.processing: a bank debit on its way.
    # payment_intent.succeeded or the intent read as succeeded.
    SUCCEEDED = "succeeded", "Succeeded"
    FAILED = "failed", "Failed"  # payment_intent.payment_failed; the same intent may still succeed.
    CANCELED = "canceled", "Canceled"  # payment_intent.canceled; terminal.
    PARTIALLY_REFUNDED = "partially_refunded", "Partly refunded"  # Σ standing refunds < amount.
    REFUNDED = "refunded", "Refunded"  # Σ standing refunds = amount.


class Payment(models.Model):
    """One collection of money, keyed by Stripe's payment intent. Amounts in minor units of `currency`."""

    SETTLED = (PaymentStatus.SUCCEEDED, PaymentStatus.PARTIALLY_REFUNDED, PaymentStatus.REFUNDED)

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    donation = models.ForeignKey(Donation, on_delete=models.PROTECT, related_name="payments")
    status = models.CharField(max_length=20, choices=PaymentStatus, default=PaymentStatus.CREATED)
    stripe_id = models.CharField(max_length=255, unique=True, help_text="The payment intent.")
    stripe_charge_id = models.CharField(max_length=255, unique=True, null=True, default=None)
    stripe_invoice_id = models.CharField(max_length=255, null=True, default=None, db_index=True)
    currency = models.CharField(max_length=3)
    amount = models.PositiveBigIntegerField(help_text="What was charged, fee cover included.")
    refunded_amount = models.PositiveBigIntegerField(default=0)
    held_amount = models.PositiveBigIntegerField(
        default=0, help_text="What disputes that are open have taken for now."
    )
    lost_amount = models.PositiveBigIntegerField(
        default=0, help_text="What lost disputes and a returned bank debit took for good."
    )
    method = models.CharField(max_length=40, blank=True, help_text="Stripe's payment method type.")
    card_brand = models.CharField(max_length=40, blank=True)
    card_last4 = models.CharField(max_length=4, blank=True)
    card_country = models.CharField(max_length=2, blank=True)
    statement_descriptor = models.CharField(max_length=60, blank=True)
    decline_code = models.CharField(
        max_length=60, blank=True, help_text="Of the latest failed attempt."
    )
    created_at = models.DateTimeField()
    succeeded_at = models.DateTimeField(null=True, default=None)
    failed_at = models.DateTimeField(
        null=True, default=None, help_text="The latest failed attempt, kept after a success."
    )
    first_failed_at = models.DateTimeField(null=True, default=None)
    returned_at = models.DateTimeField(
        null=True,
        default=None,
        help_text="When the payer's bank took a bank debit back after it had settled.",
    )
    is_booked = models.BooleanField(
        default=False, help_text="Its charge is a line of the ledger; set with that line."
    )

    class Meta:
        constraints = [
            one_of("status", PaymentStatus, "payment_status_known"),
            models.CheckConstraint(
                condition=models.Q(amount__gte=1), name="payment_amount_positive"
            ),
            models.CheckConstraint(
                condition=models.Q(refunded_amount__lte=models.F("amount")),
                name="payment_refunded_within_amount",
            ),
            models.CheckConstraint(
                condition=models.Q(held_amount__lte=models.F("amount") - models.F("lost_amount")),
                name="payment_disputed_within_amount",
            ),
            models.CheckConstraint(
                condition=~models.Q(status__in=["succeeded", "partially_refunded", "refunded"])
                | models.Q(succeeded_at__isnull=False),
                name="payment_settled_has_time",
            ),
        ]
        indexes = [
            models.Index(fields=["succeeded_at", "id"], name="payment_by_success"),
            models.Index(
                fields=["id"], condition=models.Q(lost_amount__gt=0), name="payment_taken_back"
            ),
            models.Index(
                fields=["first_failed_at", "id"],
                condition=models.Q(first_failed_at__isnull=False),
                name="payment_by_first_failure",
            ),
            models.Index(
                fields=["succeeded_at", "id"],
                condition=models.Q(succeeded_at__isnull=False, is_booked=False),
                name="payment_to_book",
            ),
        ]

    def __str__(self) -> str:
        return str(self.reference)

    @property
    def net_given(self) -> int:
        """What stands after refunds and what banks took back for good, in minor units."""
        return max(self.amount - self.refunded_amount - self.lost_amount, 0)


class AttemptOutcome(models.TextChoices):
    FAILED = "failed", "Failed"  # The bank declined, or a debit came back.
    # The intent's requires_action: nothing is charged until the payer has been to the bank.
    ACTION_REQUIRED = "action_required", "Waiting for the payer"


class PaymentAttempt(models.Model):
    """One try to collect an invoice that did not get the money, keyed by its charge where there was one.

    `number` is Stripe's count of the invoice's attempts, which a try of the payer's own does not raise.
    """

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="attempts")
    stripe_invoice_id = models.CharField(max_length=255, db_index=True)
    number = models.PositiveSmallIntegerField()
    stripe_charge_id = models.CharField(max_length=255, unique=True, null=True, default=None)
    outcome = models.CharField(max_length=20, choices=AttemptOutcome)
    decline_code = models.CharField(
        max_length=60, blank=True, help_text="Stripe's decline code, else its error code."
    )
    next_attempt_at = models.DateTimeField(
        null=True, default=None, help_text="When Stripe tries again by itself; empty for never."
    )
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            one_of("outcome", AttemptOutcome, "paymentattempt_outcome_known"),
            models.UniqueConstraint(
                fields=["stripe_invoice_id", "number", "outcome"],
                condition=models.Q(stripe_charge_id__isnull=True),
                name="paymentattempt_once_without_charge",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stripe_invoice_id} {self.number}"


class RefundStatus(models.TextChoices):
    PENDING = "pending", "Pending"  # Stripe's pending.
    REQUIRES_ACTION = "requires_action", "Waiting for the payer"  # Stripe's requires_action.
    SUCCEEDED = "succeeded", "Succeeded"  # Stripe's succeeded.
    FAILED = "failed", "Failed"  # Stripe's failed: the money came back to us.
    CANCELED = "canceled", "Canceled"  # Stripe's canceled.


class Refund(models.Model):
    """Money back to the payer, keyed by Stripe's refund; `amount` is positive, in the payment's currency."""

    STANDING = (RefundStatus.PENDING, RefundStatus.REQUIRES_ACTION, RefundStatus.SUCCEEDED)

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    stripe_id = models.CharField(max_length=255, unique=True)
    status = models.CharField(max_length=20, choices=RefundStatus)
    amount = models.PositiveBigIntegerField()
    reason = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField()
    failed_at = models.DateTimeField(
        null=True, default=None, help_text="When the money came back to us, or never left."
    )
    is_booked = models.BooleanField(
        default=False, help_text="It has a line of the ledger; set with its first one."
    )

    class Meta:
        constraints = [
            one_of("status", RefundStatus, "refund_status_known"),
            models.CheckConstraint(
                condition=models.Q(amount__gte=1), name="refund_amount_positive"
            ),
        ]
        indexes = [
            models.Index(fields=["created_at", "id"], name="refund_by_creation"),
            models.Index(
                fields=["created_at", "id"],
                condition=models.Q(status=RefundStatus.SUCCEEDED, is_booked=False),
                name="refund_to_book",
            ),
            models.Index(
                fields=["failed_at", "id"],
                condition=models.Q(status=RefundStatus.FAILED),
                name="refund_by_failure",
            ),
            models.Index(
                fields=["created_at"],
                condition=models.Q(status__in=[RefundStatus.FAILED, RefundStatus.CANCELED]),
                name="refund_came_to_nothing",
            ),
        ]

    def __str__(self) -> str:
        return str(self.reference)


class DisputeState(models.TextChoices):
    NONE = "none", "Came to nothing"  # warning_closed, or prevented before money was taken.
    # warning_needs_response or warning_under_review: no money moved.
    INQUIRY = "inquiry", "Inquiry"
    OPEN = "open", "Open"  # needs_response or under_review, at first or on appeal.
    WON = "won", "Won"  # won: the money came back to us.
    LOST = "lost", "Lost"  # lost, or prevented by giving the money back.


class Dispute(models.Model):
    """A payment that its payer's bank asks about or takes back, keyed by Stripe's dispute.

    `amount` is what is disputed, in the dispute's `currency`: usually the payment's, and usually all of it.
    """

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="disputes")
    stripe_id = models.CharField(max_length=255, unique=True)
    state = models.CharField(max_length=10, choices=DisputeState)
    currency = models.CharField(max_length=3)
    amount = models.PositiveBigIntegerField()
    taken_amount = models.PositiveBigIntegerField(
        default=0, help_text="How much of the amount Stripe has taken and not given back."
    )
    reason = models.CharField(max_length=60, blank=True)
    stripe_status = models.CharField(
        max_length=40, blank=True, help_text="Stripe's word; empty until it was asked."
    )
    evidence_due_at = models.DateTimeField(
        null=True, default=None, help_text="Until when it can be answered; empty where it cannot."
    )
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField(help_text="When we learned of its state or of its money.")

    class Meta:
        constraints = [
            one_of("state", DisputeState, "dispute_state_known"),
            models.CheckConstraint(
                condition=models.Q(taken_amount__lte=models.F("amount")),
                name="dispute_taken_within_amount",
            ),
        ]
        indexes = [
            models.Index(fields=["created_at", "id"], name="dispute_by_creation"),
            models.Index(
                fields=["id"], condition=models.Q(stripe_status=""), name="dispute_not_asked"
            ),
        ]

    def __str__(self) -> str:
        return str(self.reference)
