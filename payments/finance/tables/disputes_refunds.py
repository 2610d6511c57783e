"""R11, disputes and refunds: what was given back or taken back, why, what it cost, and how it ended."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Max, QuerySet, Sum

from payments.donations.models import Dispute, DisputeState, Payment, Refund, RefundStatus
from payments.entities.models import LegalEntity
from payments.finance.columns import Column, ColumnKind, Row, amount, amount_columns
from payments.finance.selections import Filters, PeriodSelection
from payments.finance.table import Table

_COLUMNS = (
    Column("kind", labels={"refund": "Refund", "dispute": "Dispute"}),
    Column("began_at", ColumnKind.INSTANT, heading="When"),
    Column("reference", is_shown=False),
    Column("gift_reference", is_shown=False),
    Column("supporter", is_shown=False),
    Column("currency", is_shown=False),
    *amount_columns("amount", currency="currency"),
    Column("reason"),
    Column("outcome", labels=dict([*RefundStatus.choices, *DisputeState.choices])),
    Column("fee_currency", is_shown=False),
    *amount_columns("fee", currency="fee_currency", heading="Stripe’s fee"),
    Column("evidence_due_at", ColumnKind.INSTANT, heading="Evidence due"),
    Column("method", is_shown=False),
    Column("card_brand", is_shown=False),
    Column("stripe_id", heading="Stripe’s id"),
)


def _rows(filters: Filters) -> Iterator[Row]:
    selection = PeriodSelection.from_filters(filters)
    entity = LegalEntity.objects.get(slug=selection.entity)
    events = [*_refunds(entity, selection), *_disputes(entity, selection)]
    yield from sorted(events, key=lambda row: (row[1], row[0], row[2]))


def _refunds(entity: LegalEntity, selection: PeriodSelection) -> Iterator[Row]:
    for refund in _within(Refund.objects.all(), entity, selection):
        yield _row(refund, "refund", refund.status, currency=refund.payment.currency, due_at=None)


def _disputes(entity: LegalEntity, selection: PeriodSelection) -> Iterator[Row]:
    for dispute in _within(Dispute.objects.all(), entity, selection):
        due_at = getattr(dispute, "evidence_due_at", None)
        yield _row(dispute, "dispute", dispute.state, currency=dispute.currency, due_at=due_at)


def _row(event: Any, kind: str, outcome: str, *, currency: str, due_at: datetime | None) -> Row:
    payment = event.payment
    return (
        kind,
        event.created_at,
        str(event.reference),
        str(payment.reference),
        str(payment.donation.customer.party or "") or None,
        currency,
        *amount(event.amount, currency),
        event.reason,
        outcome,
        event.fee_currency,
        *amount(event.fee, event.fee_currency),
        due_at,
        payment.method,
        payment.card_brand,
        event.stripe_id,
    )


def _within(
    events: QuerySet[Any], entity: LegalEntity, selection: PeriodSelection
) -> QuerySet[Any]:
    """Return one entity's events that began in the period, each with what Stripe kept for it."""
    within: QuerySet[Any] = (
        events.filter(selection.within("created_at", entity.time_zone))
        .filter(payment__donation__entity=entity)
        .select_related("payment__donation__customer")
        .annotate(
            fee=Sum("balance_transactions__fee"),
            # All lines of one payment settle in one currency.
            fee_currency=Max("balance_transactions__currency"),
        )
        .order_by("created_at", "id")
    )
    return within


def _rates(filters: Filters) -> dict[str, Any]:
    """Return how many payments of the period there were, and how many refunds and disputes for each hundred of them.

    A bank counts disputes by the month in which they come, as here, whenever the gift was.
    """
    selection = PeriodSelection.from_filters(filters)
    entity = LegalEntity.objects.get(slug=selection.entity)
    settled = Payment.objects.filter(
        selection.within("succeeded_at", entity.time_zone),
        donation__entity=entity,
        status__in=Payment.SETTLED,
    ).count()
    counts = {
        "Refunds": _within(Refund.objects.all(), entity, selection).count(),
        "Disputes": _within(Dispute.objects.all(), entity, selection).count(),
    }
    rates = [
        (words, count, Decimal(100 * count) / settled if settled else None)
        for words, count in counts.items()
    ]
    return {"payment_count": settled, "rates": rates}


DISPUTES_REFUNDS = Table(
    code="R11",
    name="disputes_refunds",
    title="Disputes and refunds",
    definition=(
        "Every refund and every dispute that began in the period: the reason given, what Stripe kept for it, until "
        "when evidence can be sent, and how it ended."
    ),
    schema_version=1,
    columns=_COLUMNS,
    rows=_rows,
    panel="payments/finance/disputes_refunds_panel.html",
    context=_rates,
)
