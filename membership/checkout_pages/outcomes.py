"""What is known of a checkout's money at one moment, for the page to which its payer returns."""

from dataclasses import dataclass
from enum import StrEnum

from payments.donations.queries import payment_of_checkout
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
_OUTCOMES = {
    PaymentStatus.PROCESSING: Outcome.PROCESSING,
    PaymentStatus.FAILED: Outcome.NOT_PAID,
    PaymentStatus.CANCELED: Outcome.NOT_PAID,
}


def result_of(checkout: Checkout) -> Result:
    """Return what the rows say of the checkout's first collection.

    Visiting the page proves nothing: only a payment's own row makes it SETTLED.
    """
    payment = payment_of_checkout(checkout.pk)
    if payment is None:
        is_over = checkout.status in _UNPAID
        return Result(Outcome.NOT_PAID if is_over else Outcome.CONFIRMING, None)
    if payment.status in Payment.SETTLED:
        return Result(Outcome.SETTLED, payment)
    return Result(_OUTCOMES.get(PaymentStatus(payment.status), Outcome.CONFIRMING), payment)
