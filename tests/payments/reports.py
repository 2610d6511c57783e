"""What tests of gifts begin with: checkouts of ours, and Stripe's reports about them recorded."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.dispatch import Signal

from payments.donations.actions import record_payment, record_refund
from payments.events import payment_failed, payment_refunded, payment_succeeded
from payments.gateway.snapshots import PaymentSnapshot, RefundSnapshot
from payments.models import Campaign, Checkout, Frequency, Payment
from payments.plans.actions import record_plan
from tests.factories import CheckoutFactory
from tests.payments.snapshots import NOON, a_subscription

FACTS: dict[str, Signal] = {
    "succeeded": payment_succeeded,
    "failed": payment_failed,
    "refunded": payment_refunded,
}


@contextmanager
def hearing() -> Iterator[list[str]]:
    """Collect the names of the facts about payments that are announced, in order."""
    names: list[str] = []

    def listener(name: str) -> Callable[..., None]:
        def listen(**_: object) -> None:
            names.append(name)

        return listen

    listeners = {name: listener(name) for name in FACTS}
    for name, fact in FACTS.items():
        fact.connect(listeners[name])
    yield names
    for name, fact in FACTS.items():
        fact.disconnect(listeners[name])


def a_checkout(campaign: Campaign) -> Checkout:
    """£10.00 once, with 35p towards the fee."""
    return CheckoutFactory.create(campaign=campaign, amount=1000, fee_cover=35)


def a_monthly_checkout(campaign: Campaign) -> Checkout:
    """£5.00 a month, with 28p towards the fee, whose plan is on the books."""
    checkout = CheckoutFactory.create(
        campaign=campaign, amount=500, fee_cover=28, frequency=Frequency.MONTHLY
    )
    record_plan(a_subscription(checkout), cause="test", now=NOON)
    return checkout


def record(*snapshots: PaymentSnapshot) -> Payment:
    """Record each report and return the payment of the last, as the database has it."""
    payment = None
    for snapshot in snapshots:
        payment = record_payment(snapshot, cause="test", now=NOON)
    assert payment is not None
    payment.refresh_from_db()
    return payment


def refund(*snapshots: RefundSnapshot) -> Payment:
    """Record each report and return the payment of the last, as the database has it."""
    recorded = None
    for snapshot in snapshots:
        recorded = record_refund(snapshot, cause="test", now=NOON)
    assert recorded is not None
    return Payment.objects.get(pk=recorded.payment_id)
