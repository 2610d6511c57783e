"""The lines of a posting for each of Stripe's reporting categories: pure, and balanced by construction.

A debit is positive, a credit negative, in minor units of the settlement currency. Stripe clearing mirrors Stripe's
balance: it moves by the gross amount and by the fee, so that its lines sum to the balance transaction's net.
"""

from dataclasses import dataclass

from payments.gateway.snapshots import BalanceTransactionSnapshot
from payments.ledger.models import LedgerAccount
from payments.money import proportion

# Money back to the payer, whoever began it: a refund, or a bank debit that failed after it had settled.
_BACK_TO_PAYER = {
    "refund",
    "payment_refund",
    "charge_failure",
    "payment_failure_refund",
    "partial_capture_reversal",
}
_FEES = {"fee", "network_cost", "stripe_fx_fee"}


@dataclass(frozen=True, slots=True)
class Line:
    """One side of a posting, before it has one."""

    account: LedgerAccount
    amount: int
    gift_class: str = ""
    fund_id: int | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class GiftShare:
    """The gift behind a balance transaction; `fee_cover` of `total` is in the payer's currency."""

    gift_class: str
    fund_id: int
    total: int
    fee_cover: int


def lines_of(snapshot: BalanceTransactionSnapshot, gift: GiftShare | None) -> list[Line]:
    """Return the lines, or those of suspense for what has no rule or no gift; see `is_suspense`."""
    lines = [
        Line(LedgerAccount.STRIPE_CLEARING, snapshot.amount),
        *_counterparts(snapshot, gift),
        *_fee_lines(snapshot),
        Line(LedgerAccount.STRIPE_CLEARING, -snapshot.fee, detail="fee"),
    ]
    return [line for line in lines if line.amount]


def is_suspense(lines: list[Line]) -> bool:
    """Say whether a posting waits for somebody to explain it."""
    return any(line.account is LedgerAccount.SUSPENSE for line in lines)


def _counterparts(snapshot: BalanceTransactionSnapshot, gift: GiftShare | None) -> list[Line]:
    amount, category = snapshot.amount, snapshot.reporting_category
    if category in _FEES:
        return [Line(LedgerAccount.PROCESSING_FEES, -amount, detail=category)]
    if gift is not None and category == "charge":
        fee_cover = proportion(amount, gift.fee_cover, gift.total)
        return [
            Line(LedgerAccount.CONTRIBUTIONS, fee_cover - amount, gift.gift_class, gift.fund_id),
            Line(LedgerAccount.FEE_COVER, -fee_cover, gift.gift_class, gift.fund_id),
        ]
    if gift is not None and category in _BACK_TO_PAYER:
        return [Line(LedgerAccount.REFUNDS, -amount, gift.gift_class, gift.fund_id)]
    if gift is not None and category == "refund_failure":
        return [Line(LedgerAccount.REFUNDS_PAYABLE, -amount, gift.gift_class, gift.fund_id)]
    return [Line(LedgerAccount.SUSPENSE, -amount, detail=category[:60])]


def _fee_lines(snapshot: BalanceTransactionSnapshot) -> list[Line]:
    """One line for each fee that Stripe itemises, and one for what it leaves unexplained."""
    lines = [
        Line(LedgerAccount.PROCESSING_FEES, fee.amount, detail=fee.type[:60])
        for fee in snapshot.fee_lines
        if fee.currency == snapshot.currency
    ]
    rest = snapshot.fee - sum(line.amount for line in lines)
    return [*lines, Line(LedgerAccount.PROCESSING_FEES, rest, detail="unitemised")]
