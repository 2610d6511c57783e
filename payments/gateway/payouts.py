"""Stripe's payouts, the lines that each paid out, and what is left in the balance."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

import stripe

from payments.gateway.balance import read_balance_transaction
from payments.gateway.client import calling_stripe
from payments.gateway.reading import id_of, instant
from payments.gateway.snapshots import BalanceTransactionSnapshot

if TYPE_CHECKING:
    from stripe.params import BalanceTransactionListParams

_PAGE = 100


@dataclass(frozen=True, slots=True)
class PayoutSnapshot:
    """A payout; `amount` is negative where Stripe takes money from our bank, and `status` is Stripe's word.

    `trace_id` is empty until the bank gave one. Texts are empty where Stripe says nothing.
    """

    id: str
    amount: int
    currency: str
    status: str
    is_automatic: bool
    method: str
    arrival_on: date
    created_at: datetime
    description: str
    trace_id: str
    failure_code: str
    failure_message: str
    destination: str
    destination_last4: str
    line_id: str
    return_line_id: str
    has_complete_lines: bool


@dataclass(frozen=True, slots=True)
class PageOfLines:
    """Some of a payout's lines, newest first, its own among them; `is_last` when there are no more."""

    lines: tuple[BalanceTransactionSnapshot, ...]
    is_last: bool


@dataclass(frozen=True, slots=True)
class BalanceSnapshot:
    """What is at Stripe in one currency: what can be paid out, and what waits for its day. Minor units."""

    currency: str
    available: int
    pending: int


def fetch_payout(payout_id: str) -> PayoutSnapshot:
    """Read one payout with the bank account that it went to."""
    with calling_stripe() as client:
        payout = client.v1.payouts.retrieve(payout_id, {"expand": ["destination"]})
    return read_payout(payout)


def fetch_lines_of_payout(payout_id: str, *, after: str = "") -> PageOfLines:
    """Read the next hundred lines of an automatic payout, those after the line `after`.

    Raises GatewayRefused for a manual payout: which lines it paid out nobody knows, Stripe neither.
    """
    parameters: BalanceTransactionListParams = {"payout": payout_id, "limit": _PAGE}
    if after:
        parameters["starting_after"] = after
    with calling_stripe() as client:
        page = client.v1.balance_transactions.list(parameters)
    return PageOfLines(tuple(map(read_balance_transaction, page.data)), not page.has_more)


def fetch_balances() -> tuple[BalanceSnapshot, ...]:
    """Read what the balance holds now, a row for each currency."""
    with calling_stripe() as client:
        balance = client.v1.balance.retrieve()
    available = {part.currency.upper(): part.amount for part in balance.available}
    pending = {part.currency.upper(): part.amount for part in balance.pending}
    return tuple(
        BalanceSnapshot(currency, available.get(currency, 0), pending.get(currency, 0))
        for currency in sorted(available.keys() | pending.keys())
    )


def read_payout(payout: stripe.Payout) -> PayoutSnapshot:
    trace = payout.trace_id
    destination = payout.destination
    return PayoutSnapshot(
        id=payout.id,
        amount=payout.amount,
        currency=payout.currency.upper(),
        status=payout.status,
        is_automatic=payout.automatic,
        method=payout.method,
        # Midnight UTC of the day.
        arrival_on=instant(payout.arrival_date).date(),
        created_at=instant(payout.created),
        description=payout.statement_descriptor or payout.description or "",
        trace_id=(trace.value or "") if trace else "",
        failure_code=payout.failure_code or "",
        failure_message=payout.failure_message or "",
        destination=id_of(destination) or "",
        destination_last4=getattr(destination, "last4", None) or "",
        line_id=id_of(payout.balance_transaction) or "",
        return_line_id=id_of(payout.failure_balance_transaction) or "",
        has_complete_lines=payout.reconciliation_status == "completed",
    )
