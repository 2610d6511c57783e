"""Stripe's balance transactions."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

import stripe
from stripe.params import BalanceTransactionListParams

from payments.gateway.client import calling_stripe
from payments.gateway.reading import id_of, instant
from payments.gateway.snapshots import BalanceTransactionSnapshot, FeeLine

_PAGE = 100


def list_balance_transactions(
    *, since: datetime, until: datetime
) -> Iterator[list[BalanceTransactionSnapshot]]:
    """Yield the lines of Stripe's ledger created from `since` to before `until`, newest first, a page at a time."""
    parameters: BalanceTransactionListParams = {
        "created": {"gte": int(since.timestamp()), "lt": int(until.timestamp())},
        "limit": _PAGE,
    }
    while True:
        with calling_stripe() as client:
            page = client.v1.balance_transactions.list(parameters)
        if page.data:
            yield [read_balance_transaction(line) for line in page.data]
        if not page.has_more:
            return
        parameters = {**parameters, "starting_after": page.data[-1].id}


def fetch_balance_transaction(balance_transaction_id: str) -> BalanceTransactionSnapshot:
    """Read one line of Stripe's ledger."""
    with calling_stripe() as client:
        line = client.v1.balance_transactions.retrieve(balance_transaction_id)
    return read_balance_transaction(line)


def read_balance_transaction(line: stripe.BalanceTransaction) -> BalanceTransactionSnapshot:
    return BalanceTransactionSnapshot(
        id=line.id,
        type=line.type,
        reporting_category=line.reporting_category,
        source_id=id_of(line.source) or "",
        amount=line.amount,
        fee=line.fee,
        net=line.net,
        currency=line.currency.upper(),
        fee_lines=tuple(
            FeeLine(type=fee.type, amount=fee.amount, currency=fee.currency.upper())
            for fee in line.fee_details
        ),
        # Through its text: the float that JSON gives is exact only in its shortest form.
        exchange_rate=None if line.exchange_rate is None else Decimal(str(line.exchange_rate)),
        created_at=instant(line.created),
        available_on=instant(line.available_on).date(),
    )


def read_expanded(
    reference: "str | stripe.BalanceTransaction | None",
) -> BalanceTransactionSnapshot | None:
    """Read a field that was asked for expanded; None while Stripe has no such line yet."""
    if reference is None or isinstance(reference, str):
        return None
    return read_balance_transaction(reference)
