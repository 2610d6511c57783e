"""Stripe's own lists of what happened in a period, a page of a hundred at a time."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, TypeVar

import stripe

from payments.gateway.client import calling_stripe
from payments.gateway.disputes import read_dispute
from payments.gateway.payments import read_payment
from payments.gateway.payouts import PayoutSnapshot, read_payout
from payments.gateway.refunds import read_refund
from payments.gateway.snapshots import (
    DisputeSnapshot,
    PaymentSnapshot,
    RefundSnapshot,
)

T = TypeVar("T")
_PAGE = 100


def list_payments(*, since: datetime, until: datetime) -> Iterator[list[PaymentSnapshot]]:
    """Yield pages of the payment intents created in [since, until), newest first; their invoices are not asked for."""
    return _pages(
        lambda client, params: client.v1.payment_intents.list(params),
        lambda intent: read_payment(intent, None),
        _created(since, until, "data.latest_charge.balance_transaction", "data.customer"),
    )


def list_refunds(*, since: datetime, until: datetime) -> Iterator[list[RefundSnapshot]]:
    """Yield pages of the refunds created in [since, until), newest first."""
    return _pages(
        lambda client, params: client.v1.refunds.list(params),
        read_refund,
        _created(since, until, "data.balance_transaction", "data.failure_balance_transaction"),
    )


def list_disputes(*, since: datetime, until: datetime) -> Iterator[list[DisputeSnapshot]]:
    """Yield pages of the disputes created in [since, until), newest first."""
    return _pages(
        lambda client, params: client.v1.disputes.list(params),
        read_dispute,
        _created(since, until),
    )


def list_payouts(*, since: datetime, until: datetime) -> Iterator[list[PayoutSnapshot]]:
    """Yield pages of the payouts created in [since, until), newest first."""
    return _pages(
        lambda client, params: client.v1.payouts.list(params),
        read_payout,
        _created(since, until, "data.destination"),
    )


def _created(since: datetime, until: datetime, *expand: str) -> dict[str, Any]:
    created = {"gte": int(since.timestamp()), "lt": int(until.timestamp())}
    return {"created": created, "limit": _PAGE, "expand": list(expand)}


def _pages(
    call: Callable[[stripe.StripeClient, Any], Any],
    read: Callable[[Any], T],
    parameters: dict[str, Any],
) -> Iterator[list[T]]:
    while True:
        with calling_stripe() as client:
            page = call(client, parameters)
        yield [read(each) for each in page.data]
        if not page.has_more:
            return
        parameters = {**parameters, "starting_after": page.data[-1].id}
