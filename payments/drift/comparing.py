"""Compare a page of Stripe's objects with our rows: what is missing or different, field by field."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, Sum

from payments.donations.disputes import state_of
from payments.donations.models import Dispute, Payment, Refund
from payments.donations.transitions import is_settled, settled_status, status_of
from payments.drift.models import DriftKind, DriftProblem
from payments.gateway.payouts import PayoutSnapshot
from payments.gateway.snapshots import (
    BalanceTransactionSnapshot,
    DisputeSnapshot,
    PaymentSnapshot,
    RefundSnapshot,
)
from payments.ledger.models import BalanceTransaction, LedgerAccount, LedgerEntry, LedgerPosting
from payments.reconciliation.models import Payout
from payments.reconciliation.queries import payout_difference

# field → [ours, Stripe's], as JSON values.
Differences = dict[str, list[Any]]


@dataclass(frozen=True, slots=True)
class Found:
    """One row that is not as at Stripe; `amount` is Stripe's, or ours where Stripe has none."""

    kind: DriftKind
    problem: DriftProblem
    stripe_id: str
    currency: str
    amount: int
    details: Differences = field(default_factory=dict)


def compare_payments(snapshots: Sequence[PaymentSnapshot]) -> list[Found]:
    """Compare payment intents that were charged at least once; one that nobody paid leaves no row with us."""
    charged = [each for each in snapshots if each.charge_id or each.status == "succeeded"]
    payments = Payment.objects.filter(stripe_id__in=[each.id for each in charged])
    ours = {
        payment.stripe_id: payment
        for payment in payments.annotate(
            standing=Sum("refunds__amount", filter=Q(refunds__status__in=Refund.STANDING))
        )
    }
    return _compared(DriftKind.PAYMENT, charged, ours, _payment_differences)


def _payment_differences(payment: Any, snapshot: PaymentSnapshot) -> Differences:
    refunded = min(payment.standing or 0, payment.amount)
    status = status_of(snapshot)
    if snapshot.status == "succeeded":
        status = settled_status(payment.amount, refunded)
    pairs = {
        "currency": (payment.currency, snapshot.currency),
        "refunded_amount": (payment.refunded_amount, refunded),
    }
    if snapshot.status == "succeeded" or is_settled(payment):
        pairs |= {
            "status": (payment.status, status.value),
            "amount": (payment.amount, snapshot.amount_received),
            "charge": (payment.stripe_charge_id, snapshot.charge_id),
        }
    return _unequal(pairs)


def compare_refunds(snapshots: Sequence[RefundSnapshot]) -> list[Found]:
    """Compare refunds of payments that have an intent, as all of ours do."""
    refunds = Refund.objects.filter(stripe_id__in=[each.id for each in snapshots])
    ours = {refund.stripe_id: refund for refund in refunds}
    return _compared(DriftKind.REFUND, snapshots, ours, _refund_differences)


def _refund_differences(refund: Refund, snapshot: RefundSnapshot) -> Differences:
    return _unequal(
        {"status": (refund.status, snapshot.status), "amount": (refund.amount, snapshot.amount)}
    )


def compare_disputes(snapshots: Sequence[DisputeSnapshot]) -> list[Found]:
    disputes = Dispute.objects.filter(stripe_id__in=[each.id for each in snapshots])
    ours = {dispute.stripe_id: dispute for dispute in disputes}
    return _compared(DriftKind.DISPUTE, snapshots, ours, _dispute_differences)


def _dispute_differences(dispute: Dispute, snapshot: DisputeSnapshot) -> Differences:
    return _unequal(
        {
            "state": (dispute.state, state_of(snapshot).value),
            "amount": (dispute.amount, snapshot.amount),
            "taken_amount": (dispute.taken_amount, snapshot.taken),
        }
    )


def compare_balance_transactions(snapshots: Sequence[BalanceTransactionSnapshot]) -> list[Found]:
    """Compare ledger lines, and what their postings come to with the corrections made since."""
    lines = BalanceTransaction.objects.filter(stripe_id__in=[each.id for each in snapshots])
    nets, corrected = booked_nets(lines)
    ours = {
        line.stripe_id: _Line(line, nets.get(line.pk), is_corrected=line.pk in corrected)
        for line in lines
    }
    return _compared(DriftKind.BALANCE_TRANSACTION, snapshots, ours, _line_differences)


@dataclass(frozen=True, slots=True)
class _Line:
    """A ledger line with what the books moved by for it; `booked` is None without a posting."""

    row: BalanceTransaction
    booked: int | None
    is_corrected: bool


def booked_nets(lines: Iterable[BalanceTransaction]) -> tuple[dict[int, int], set[int]]:
    """Return what Stripe clearing moved by for each line, corrections included, and which lines were corrected."""
    clearing = LedgerEntry.objects.filter(account=LedgerAccount.STRIPE_CLEARING).order_by()
    keys = [line.pk for line in lines]
    nets: Counter[int] = Counter()
    for path in ("posting__balance_transaction", "posting__corrects__balance_transaction"):
        moved = clearing.filter(**{f"{path}__in": keys}).values_list(path).annotate(Sum("amount"))
        nets.update(dict(moved))
    corrected = LedgerPosting.objects.filter(corrects__balance_transaction__in=keys)
    return dict(nets), set(corrected.values_list("corrects__balance_transaction", flat=True))


def _line_differences(ours: _Line, snapshot: BalanceTransactionSnapshot) -> Differences:
    pairs: dict[str, tuple[Any, Any]] = {"booked": (ours.booked, snapshot.net)}
    # The row itself can never be changed: once a correction makes the books right, it is told no more.
    if not ours.is_corrected:
        names = ("amount", "fee", "net", "currency", "reporting_category")
        pairs |= {name: (getattr(ours.row, name), getattr(snapshot, name)) for name in names}
    return _unequal(pairs)


def compare_payouts(snapshots: Sequence[PayoutSnapshot]) -> list[Found]:
    """Compare payouts, and the lines of those that were read."""
    payouts = Payout.objects.filter(stripe_id__in=[each.id for each in snapshots])
    ours = {payout.stripe_id: payout for payout in payouts}
    return _compared(DriftKind.PAYOUT, snapshots, ours, _payout_differences)


def _payout_differences(payout: Payout, snapshot: PayoutSnapshot) -> Differences:
    names = ("amount", "currency", "status", "trace_id", "failure_code")
    pairs: dict[str, tuple[Any, Any]] = {
        name: (getattr(payout, name), getattr(snapshot, name)) for name in names
    }
    pairs["arrival_on"] = (str(payout.arrival_on), str(snapshot.arrival_on))
    if payout.lines_read_at is not None:
        pairs["lines"] = (payout_difference(payout).net, snapshot.amount)
    return _unequal(pairs)


def _compared(
    kind: DriftKind,
    snapshots: Sequence[Any],
    ours: dict[str, Any],
    differences: Callable[[Any, Any], Differences],
) -> list[Found]:
    found = []
    for snapshot in snapshots:
        row = ours.get(snapshot.id)
        details = {} if row is None else differences(row, snapshot)
        if row is not None and not details:
            continue
        problem = DriftProblem.MISSING if row is None else DriftProblem.DIFFERENT
        amount = snapshot.net if kind == DriftKind.BALANCE_TRANSACTION else snapshot.amount
        found.append(Found(kind, problem, snapshot.id, snapshot.currency, amount, details))
    return found


def _unequal(pairs: dict[str, tuple[Any, Any]]) -> Differences:
    return {name: [ours, theirs] for name, (ours, theirs) in pairs.items() if ours != theirs}
