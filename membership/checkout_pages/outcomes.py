"""What is known of a checkout's money at one moment, for the page to which its payer returns."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from payments.models import Checkout, CheckoutStatus, Payment, PaymentStatus


class Outcome(StrEnum):
    CONFIRMING = "confirming"  # Nothing is known yet: Stripe's message is on its way.
    PROCESSING = "processing"  # A bank debit was accepted and takes days.
    SETTLED = "settled"  # The money is ours.
    NOT_PAID = "not_paid"  # The payment failed, or the hosted page was left without paying.


@dataclass(frozen=True, slots=True)
class Result:
    """An outcome, and the payment that it was read from where there is one."""

    outcome: Outcome
    payment: Payment | None


_UNPAID = (CheckoutStatus.EXPIRED, CheckoutStatus.SUPERSEDED, CheckoutStatus.REFUSED)
_FAILED = (PaymentStatus.FAILED, PaymentStatus.CANCELED)


def result_of(checkout: Checkout, payments: Sequence[Payment]) -> Result:
    """Return what the rows say, the best news first: a first attempt that failed does not outweigh
    a second that paid.

    Visiting the page proves nothing: only a payment's own row makes it SETTLED.
    """
    for payment in payments:
        if payment.status in Payment.SETTLED:
            return Result(Outcome.SETTLED, payment)
    for payment in payments:
        if payment.status == PaymentStatus.PROCESSING:
            return Result(Outcome.PROCESSING, payment)
    if payments and all(payment.status in _FAILED for payment in payments):
        return Result(Outcome.NOT_PAID, payments[0])
    if not payments and checkout.status in _UNPAID:
        return Result(Outcome.NOT_PAID, None)
    return Result(Outcome.CONFIRMING, None)
