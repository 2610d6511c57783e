"""Reads of the refund desk: the payment that somebody means, and what may go back of it."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Max, Q, QuerySet, Sum

from payments.desk.models import RefundRequest, RefundRequestState
from payments.donations.models import Payment

MOST_FOUND = 25
# Longer than the longest call with its repetitions takes.
_CALL_IS_LOST_AFTER = timedelta(minutes=2)

# What Stripe's ids begin with, and where each stands.
_STRIPE_IDS = {
    "pi_": "stripe_id",
    "ch_": "stripe_charge_id",
    "py_": "stripe_charge_id",
    "in_": "stripe_invoice_id",
    "re_": "refunds__stripe_id",
    "pyr_": "refunds__stripe_id",
    "dp_": "disputes__stripe_id",
    "du_": "disputes__stripe_id",
    "cus_": "donation__customer__stripe_id",
    "sub_": "donation__plan__stripe_id",
}
_REFERENCES = (
    "reference",
    "donation__reference",
    "refund_requests__reference",
    "refunds__reference",
    "disputes__reference",
    "donation__plan__reference",
    "donation__customer__reference",
    "donation__customer__party",
)


def payments_shown() -> QuerySet[Payment]:
    """Return payments with what a page says of each."""
    return Payment.objects.select_related(
        "donation__campaign", "donation__entity", "donation__customer"
    )


def find_payments(text: str, *, may_see_people: bool) -> QuerySet[Payment]:
    """Return the payments that `text` may mean, newest first, at most `MOST_FOUND`.

    It is one of our references (a payment's, gift's, refund's, dispute's, plan's or supporter's), an id of Stripe's, a
    receipt's number or, for who may see people, an email address.
    """
    found = payments_shown().filter(_meant(text.strip(), may_see_people=may_see_people))
    # A payment with several refunds would come once for each.
    keys = found.order_by().values("pk").distinct()
    return payments_shown().filter(pk__in=keys).order_by("-created_at", "-id")[:MOST_FOUND]


def _meant(text: str, *, may_see_people: bool) -> Q:
    if "@" in text:
        return Q(donation__customer__email__iexact=text) if may_see_people else Q(pk__in=[])
    try:
        reference = UUID(text)
    except ValueError:
        pass
    else:
        return Q(*[(name, reference) for name in _REFERENCES], _connector=Q.OR)
    for prefix, field in _STRIPE_IDS.items():
        if text.startswith(prefix):
            return Q(**{field: text})
    return Q(receipts__number=text)


def refundable_amount(payment: Payment, *, besides: RefundRequest | None = None) -> int:
    """Return what may still be given back, in minor units: not refunded, not disputed, not asked for already.

    What is asked for is that of the other requests, where one is looked at that was made.
    """
    if payment.status not in Payment.SETTLED:
        return 0
    open_ = RefundRequest.objects.filter(payment=payment, state__in=RefundRequest.OPEN)
    asked = _sum(open_.exclude(pk=besides.pk) if besides else open_)
    gone = payment.refunded_amount + payment.held_amount + payment.lost_amount
    return max(payment.amount - gone - asked, 0)


def decided_alone(payment: Payment) -> int:
    """Return what one person alone gave back of a payment, in minor units."""
    alone = (RefundRequestState.ORDERED, RefundRequestState.DONE)
    return _sum(RefundRequest.objects.filter(payment=payment, decided_by=None, state__in=alone))


def next_number(payment: Payment) -> int:
    """Return the number of the request that would be a payment's next."""
    last: int | None = RefundRequest.objects.filter(payment=payment).aggregate(last=Max("number"))[
        "last"
    ]
    return (last or 0) + 1


def refund_requests() -> QuerySet[RefundRequest]:
    """Return requests with what a page says of each, newest first."""
    return RefundRequest.objects.select_related(
        "payment__donation__entity", "requested_by", "decided_by", "refund"
    )


def unfinished_refunds(now: datetime) -> QuerySet[RefundRequest]:
    """Return the requests whose call to Stripe never came back, oldest first."""
    lost = now - _CALL_IS_LOST_AFTER
    return (
        RefundRequest.objects.filter(state=RefundRequestState.ORDERED)
        .filter(
            Q(called_at__lte=lost)
            | Q(called_at=None, decided_at__lte=lost)
            | Q(called_at=None, decided_at=None, requested_at__lte=lost)
        )
        .select_related("payment")
        .order_by("id")
    )


def _sum(requests: QuerySet[RefundRequest]) -> int:
    return requests.order_by().aggregate(sum=Sum("amount"))["sum"] or 0
