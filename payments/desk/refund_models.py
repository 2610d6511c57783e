import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from payments.constraints import one_of
from payments.donations.models import Payment, Refund


class RefundReason(models.TextChoices):
    """Stripe's words for why money goes back."""

    REQUESTED = "requested_by_customer", "The supporter asked for it"
    DUPLICATE = "duplicate", "Given twice"
    FRAUDULENT = "fraudulent", "Not given by the card's owner"


class RefundRequestState(models.TextChoices):
    WAITING = "waiting", "Waits for a second person"  # Above the limit; nobody decided yet.
    DECLINED = "declined", "Declined"  # A second person said no, or who asked took it back.
    ORDERED = "ordered", "On its way to Stripe"  # Decided; Stripe has not answered yet.
    DONE = "done", "Given to Stripe"  # Stripe made the refund; its own row says what became of it.
    REFUSED = "refused", "Refused by Stripe"  # Stripe refused to make it; refusal says why.


REFUND_REQUEST_TRANSITIONS: dict[RefundRequestState, set[RefundRequestState]] = {
    RefundRequestState.WAITING: {RefundRequestState.DECLINED, RefundRequestState.ORDERED},
    RefundRequestState.DECLINED: set(),
    RefundRequestState.ORDERED: {RefundRequestState.DONE, RefundRequestState.REFUSED},
    RefundRequestState.DONE: set(),
    RefundRequestState.REFUSED: set(),
}


class RefundRequest(models.Model):
    """Money that a member of staff wants to go back: the intent that stands before Stripe is told.

    Amounts in minor units of the payment's currency. `number` counts a payment's requests; the page says which one it
    asks for, so that a double click and a second tab ask for the same one. Never deleted.
    """

    # They keep their amount from being given back a second time.
    OPEN = (RefundRequestState.WAITING, RefundRequestState.ORDERED)

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refund_requests")
    number = models.PositiveIntegerField(help_text="1 for a payment's first request, then 2, 3 …")
    amount = models.PositiveBigIntegerField()
    limit = models.PositiveBigIntegerField(
        null=True,
        default=None,
        help_text="What needed no second person when it was asked for; empty where no rate was known.",
    )
    reason = models.CharField(max_length=30, choices=RefundReason)
    comment = models.TextField(help_text="Why, in the words of who asked.")
    state = models.CharField(max_length=10, choices=RefundRequestState)
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
    attempts = models.PositiveSmallIntegerField(default=0, help_text="Calls to Stripe.")
    called_at = models.DateTimeField(null=True, default=None, help_text="The latest call.")
    refund = models.OneToOneField(
        Refund, on_delete=models.PROTECT, null=True, default=None, related_name="request"
    )
    refusal = models.TextField(blank=True, help_text="Stripe's words.")
    settled_at = models.DateTimeField(null=True, default=None)

    class Meta:
        ordering = ["-id"]
        constraints = [
            one_of("state", RefundRequestState, "refundrequest_state_known"),
            one_of("reason", RefundReason, "refundrequest_reason_known"),
            models.UniqueConstraint(fields=["payment", "number"], name="refundrequest_number_once"),
            models.CheckConstraint(
                condition=Q(amount__gte=1) & ~Q(comment=""), name="refundrequest_says_what_and_why"
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True)
                | Q(state="declined")
                | ~Q(decided_by=F("requested_by")),
                name="refundrequest_approved_by_another",
            ),
            models.CheckConstraint(
                condition=Q(state="done", refund__isnull=False)
                | (~Q(state="done") & Q(refund__isnull=True)),
                name="refundrequest_done_has_refund",
            ),
        ]
        indexes = [
            models.Index(
                fields=["id"],
                condition=Q(state__in=["waiting", "ordered"]),
                name="refundrequest_open",
            )
        ]
        permissions = [
            ("request_refund", "Can ask for a refund up to the limit"),
            ("exceed_refund_limit", "Can ask for a refund that needs a second person"),
            ("decide_refund", "Can approve or decline somebody else's refund"),
        ]

    def __str__(self) -> str:
        return str(self.reference)
