"""R2, payout reconciliation: what each payout paid out, what its lines come to, and whether the bank has it."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from django.db.models import Count, Sum
from django.urls import reverse

from payments.entities.models import LegalEntity
from payments.finance.columns import Column, ColumnKind, Row, amount, amount_columns
from payments.finance.selections import Filters, PeriodSelection
from payments.finance.table import Table
from payments.ledger.models import LedgerAccount, LedgerEntry
from payments.reconciliation.models import BankLine, Payout, PayoutItem
from payments.reconciliation.payout_models import PayoutStatus, ReconciliationState
from payments.reconciliation.queries import payouts_between

# What books a payout's lines, and what corrects them later.
# The way from an entry to the line that it books, or whose posting it corrects. Said to be there, so that a database
# begins with the few corrections and not with all lines.
_POSTINGS = ("posting", "posting__corrects")

_COLUMNS = (
    Column(
        "payout",
        link=lambda values, _: reverse("payments:payout", args=[str(values["reference"])]),
    ),
    Column("reference", is_shown=False),
    Column("created_at", ColumnKind.INSTANT, is_shown=False),
    Column("arrival_on", ColumnKind.DATE, heading="At the bank"),
    Column("status", labels=dict(PayoutStatus.choices)),
    Column("currency", is_shown=False),
    *amount_columns("amount", currency="currency", heading="Paid out"),
    Column("line_count", ColumnKind.INTEGER, heading="Lines"),
    *amount_columns("lines_net", currency="currency", heading="Its lines"),
    *amount_columns("difference", currency="currency"),
    *amount_columns("bank_amount", currency="currency", heading="Bank statement"),
    Column("state", labels=dict(ReconciliationState.choices)),
    Column("evidence", is_shown=False),
    Column("trace_id", is_shown=False),
    Column("settled_note", is_shown=False),
)


def _rows(filters: Filters) -> Iterator[Row]:
    selection = PeriodSelection.from_filters(filters)
    entity = LegalEntity.objects.get(slug=selection.entity)
    payouts = list(payouts_between(entity, first=selection.first, last=selection.last))
    nets, counts, banked = _nets(payouts), _line_counts(payouts), _banked(payouts)
    for payout in payouts:
        net = nets[payout.pk]
        # Stripe does not itemise a manual payout, so there is nothing to compare it with.
        difference = payout.amount - net if counts.get(payout.pk) else None
        yield (
            payout.stripe_id,
            str(payout.reference),
            payout.created_at,
            payout.arrival_on,
            payout.status,
            payout.currency,
            *amount(payout.amount, payout.currency),
            counts.get(payout.pk, 0),
            *amount(net, payout.currency),
            *amount(difference, payout.currency),
            *amount(banked.get(payout.pk), payout.currency),
            payout.state,
            payout.evidence,
            payout.trace_id,
            payout.settled_note,
        )


def _nets(payouts: Sequence[Payout]) -> dict[int, int]:
    """Return what the books moved Stripe clearing by for each payout's lines, corrections included."""
    nets: dict[int, int] = defaultdict(int)
    for path in _POSTINGS:
        payout = f"{path}__balance_transaction__payout_item__payout"
        entries = LedgerEntry.objects.filter(
            account=LedgerAccount.STRIPE_CLEARING,
            **{f"{path}__isnull": False, f"{payout}__in": payouts},
        )
        for key, net in entries.order_by().values_list(payout).annotate(Sum("amount")):
            nets[key] += net
    return nets


def _line_counts(payouts: Sequence[Payout]) -> dict[int, int]:
    items = PayoutItem.objects.filter(payout__in=payouts).order_by()
    return dict(items.values_list("payout").annotate(Count("id")))


def _banked(payouts: Sequence[Payout]) -> dict[int, int]:
    lines = BankLine.objects.filter(payout__in=payouts).order_by()
    return dict(lines.values_list("payout").annotate(Sum("amount")))


PAYOUTS = Table(
    code="R2",
    name="payouts",
    title="Payout reconciliation",
    definition=(
        "Every payout that arrives in the period: what it paid out, what its lines come to in the books, and what the "
        "bank statement shows for it. A difference must be 0."
    ),
    schema_version=1,
    columns=_COLUMNS,
    rows=_rows,
)
