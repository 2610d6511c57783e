"""A monthly gift whose second payment fails, told by Stripe's reports, for tests of what is written about it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

import time_machine
from django.core import mail

from membership.letters.sending import send_due
from payments.gateway.snapshots import PaymentSnapshot
from payments.models import Campaign, Checkout, Payment
from payments.plans.actions import record_plan
from tests.payments.reports import a_monthly_checkout, record
from tests.payments.snapshots import NOON as BEGAN
from tests.payments.snapshots import a_failed_payment, a_payment, a_subscription, of_invoice

# The renewal is a month after the beginning; it fails a minute after it was made.
RENEWAL = BEGAN + timedelta(days=30, minutes=1)


@contextmanager
def at(moment: datetime) -> Iterator[datetime]:
    """Let it be `moment`."""
    with time_machine.travel(moment, tick=False):
        yield moment


def a_running_gift(campaign: Campaign) -> Checkout:
    """£5.28 a month whose first payment settled, with nothing left to send."""
    with at(BEGAN):
        checkout = a_monthly_checkout(campaign)
        record(of_invoice(a_payment(checkout, 1), checkout))
        send_due(now=BEGAN)
    mail.outbox.clear()
    return checkout


def a_try(
    checkout: Checkout, number: int = 1, *, days: int = 0, code: str = "insufficient_funds"
) -> PaymentSnapshot:
    """The renewal after a try that failed so many days after the first; Stripe tries again two days later."""
    snapshot = of_invoice(a_failed_payment(checkout, minutes=1, number=2), checkout, month=1)
    invoice = snapshot.invoice
    assert invoice is not None
    failed_at = RENEWAL + timedelta(days=days)
    return replace(
        snapshot,
        charge_id=f"ch_2_{number}",
        decline_code=code,
        failed_at=failed_at,
        invoice=replace(
            invoice, attempt_count=number, next_attempt_at=failed_at + timedelta(days=2)
        ),
    )


def collected(checkout: Checkout) -> PaymentSnapshot:
    """The renewal when it was paid after all."""
    return of_invoice(a_payment(checkout, 2), checkout, month=1)


def fails(checkout: Checkout, *tries: PaymentSnapshot) -> Payment:
    """Record the plan as past due and each try of its renewal."""
    record_plan(a_subscription(checkout, "past_due"), cause="test", now=RENEWAL)
    return record(*(tries or (a_try(checkout),)))


def subjects(now: datetime) -> list[str]:
    """Send what is due and return what arrived."""
    mail.outbox.clear()
    with at(now):
        send_due(now=now)
    return [str(message.subject) for message in mail.outbox]
