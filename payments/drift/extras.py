"""Our rows of a period that Stripe's lists do not have."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import Model, QuerySet

from payments.donations.models import Dispute, DisputeState, Payment, Refund, RefundStatus
from payments.drift.comparing import Found, booked_nets
from payments.drift.models import DriftKind, DriftProblem
from payments.ledger.models import BalanceTransaction
from payments.reconciliation.models import Payout

_MODELS: dict[DriftKind, type[Model]] = {
    DriftKind.PAYMENT: Payment,
    DriftKind.REFUND: Refund,
    DriftKind.DISPUTE: Dispute,
    DriftKind.BALANCE_TRANSACTION: BalanceTransaction,
    DriftKind.PAYOUT: Payout,
}


def ids_between(kind: DriftKind, since: datetime, until: datetime) -> set[str]:
    """Return Stripe's ids of our rows that were created in [since, until) by Stripe's time."""
    rows = _MODELS[kind]._default_manager.filter(  # noqa: SLF001  Django's documented name
        created_at__gte=since, created_at__lt=until
    )
    return set(rows.values_list("stripe_id", flat=True))


def extras(kind: DriftKind, stripe_ids: Collection[str]) -> list[Found]:
    """Describe our rows that Stripe does not know; those that were taken back before are told no more."""
    return [_extra(kind, row) for row in _rows(kind, stripe_ids) if not _is_taken_back(row)]


def _rows(kind: DriftKind, stripe_ids: Collection[str]) -> "QuerySet[Any]":
    rows = _MODELS[kind]._default_manager.filter(stripe_id__in=stripe_ids)  # noqa: SLF001
    if kind == DriftKind.REFUND:
        rows = rows.select_related("payment")
    return rows.order_by("pk")


def _is_taken_back(row: Any) -> bool:
    if isinstance(row, Refund):
        return row.status == RefundStatus.CANCELED
    if isinstance(row, Dispute):
        return row.state == DisputeState.NONE
    if isinstance(row, BalanceTransaction):
        return booked_nets([row])[0].get(row.pk) == 0
    return False


def _extra(kind: DriftKind, row: Any) -> Found:
    currency = row.payment.currency if isinstance(row, Refund) else row.currency
    amount = row.net if isinstance(row, BalanceTransaction) else row.amount
    return Found(kind, DriftProblem.EXTRA, row.stripe_id, currency, amount)
