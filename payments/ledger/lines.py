"""The lines of a posting for each of Stripe's reporting categories: pure, and balanced by construction.

A debit is positive, a credit negative, in minor units of the settlement currency. Stripe clearing mirrors Stripe's
balance: it moves by the gross amount and by the fee, so that its lines sum to the balance transaction's net.
"""

from collections.abc import Callable
from dataclasses import dataclass

from payments.gateway.snapshots import BalanceTransactionSnapshot
from payments.ledger.accounts import FEE_COVER_DETAIL, LedgerAccount
from payments.money import proportion


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


GiftRule = Callable[[int, GiftShare], list[Line]]
_DISPUTES = ("dispute", "dispute_reversal")


def lines_of(
    snapshot: BalanceTransactionSnapshot, gift: GiftShare | None, *, is_of_dispute: bool = False
) -> list[Line]:
    """Return the lines, or those of suspense for what has no rule or no gift; see `is_suspense`.

    `is_of_dispute` says that a fee on its own is one for a dispute.
    """
    lines = [
        Line(LedgerAccount.STRIPE_CLEARING, snapshot.amount),
        *_counterparts(snapshot, gift, is_of_dispute=is_of_dispute),
        *_fee_lines(snapshot),
        Line(LedgerAccount.STRIPE_CLEARING, -snapshot.fee, detail="fee"),
    ]
    return [line for line in lines if line.amount]


def is_suspense(lines: list[Line]) -> bool:
    """Say whether a posting waits for somebody to explain it."""
    return any(line.account is LedgerAccount.SUSPENSE for line in lines)


def gift_categories() -> frozenset[str]:
    """Return the reporting categories of what moves the money of a gift."""
    return frozenset(_OF_GIFTS)


def needs_gift(snapshot: BalanceTransactionSnapshot) -> bool:
    """Say whether a balance transaction can only be booked with the gift that it moves money of."""
    return snapshot.reporting_category in _OF_GIFTS or snapshot.type in _OF_GIFTS_BY_TYPE


def _counterparts(
    snapshot: BalanceTransactionSnapshot, gift: GiftShare | None, *, is_of_dispute: bool
) -> list[Line]:
    amount, category, type_ = snapshot.amount, snapshot.reporting_category, snapshot.type
    of_gift = _OF_GIFTS.get(category) or _OF_GIFTS_BY_TYPE.get(type_)
    if of_gift is not None:
        return _suspense(snapshot) if gift is None else of_gift(amount, gift)
    account = _ACCOUNTS.get(category) or _ACCOUNTS_BY_TYPE.get(type_)
    if account is None:
        return _suspense(snapshot)
    if account is LedgerAccount.PROCESSING_FEES:
        if is_of_dispute:
            account = LedgerAccount.DISPUTE_FEES
        return [Line(account, -amount, detail=category[:60])]
    return [Line(account, -amount)]


def _suspense(snapshot: BalanceTransactionSnapshot) -> list[Line]:
    category = snapshot.reporting_category or snapshot.type
    return [Line(LedgerAccount.SUSPENSE, -snapshot.amount, detail=category[:60])]


def _contribution(amount: int, gift: GiftShare) -> list[Line]:
    """Credit what was given, and on its own line what was added to cover fees."""
    fee_cover = proportion(amount, gift.fee_cover, gift.total)
    return [
        Line(LedgerAccount.CONTRIBUTIONS, fee_cover - amount, gift.gift_class, gift.fund_id),
        Line(LedgerAccount.FEE_COVER, -fee_cover, gift.gift_class, gift.fund_id),
    ]


def _contra(account: LedgerAccount) -> GiftRule:
    """Debit by the class and fund of the gift, the same share of its fee cover on a line of its own."""

    def rule(amount: int, gift: GiftShare) -> list[Line]:
        fee_cover = proportion(amount, gift.fee_cover, gift.total)
        of_gift = (gift.gift_class, gift.fund_id)
        return [
            Line(account, fee_cover - amount, *of_gift),
            Line(account, -fee_cover, *of_gift, detail=FEE_COVER_DETAIL),
        ]

    return rule


def _payable(amount: int, gift: GiftShare) -> list[Line]:
    """A refund came back to us: its payer is owed all of it, whatever it was once given for."""
    return [Line(LedgerAccount.REFUNDS_PAYABLE, -amount, gift.gift_class, gift.fund_id)]


# Stripe's reporting categories of what moves the money of one gift …
_OF_GIFTS: dict[str, GiftRule] = {
    "charge": _contribution,
    "refund": _contra(LedgerAccount.REFUNDS),
    "payment_refund": _contra(LedgerAccount.REFUNDS),
    "partial_capture_reversal": _contra(LedgerAccount.REFUNDS),
    "refund_failure": _payable,
    # A bank debit that had settled is taken back by the payer's bank.
    "charge_failure": _contra(LedgerAccount.RETURNED_DEBITS),
    "payment_failure_refund": _contra(LedgerAccount.RETURNED_DEBITS),
    "dispute": _contra(LedgerAccount.DISPUTED_GIFTS),
    "dispute_reversal": _contra(LedgerAccount.DISPUTED_GIFTS),
}
# … and the types that decide where the category is one that we do not know.
_OF_GIFTS_BY_TYPE = {"payment_failure_refund": _OF_GIFTS["payment_failure_refund"]}

# The categories that belong to no gift. A reversal has the other sign, so it needs no rule of its own. What is neither
# here nor above goes to suspense: top-ups, transfers, adjustments, and whatever Stripe has not had before.
_ACCOUNTS = {
    "fee": LedgerAccount.PROCESSING_FEES,
    "network_cost": LedgerAccount.PROCESSING_FEES,
    "stripe_fx_fee": LedgerAccount.PROCESSING_FEES,
    "payout": LedgerAccount.BANK_IN_TRANSIT,
    "payout_reversal": LedgerAccount.BANK_IN_TRANSIT,
    "payout_failure": LedgerAccount.BANK_IN_TRANSIT,
    "payout_cancel": LedgerAccount.BANK_IN_TRANSIT,
    "risk_reserved_funds": LedgerAccount.STRIPE_RESERVE,
    "payout_minimum_balance_hold": LedgerAccount.STRIPE_RESERVE,
    "payout_minimum_balance_release": LedgerAccount.STRIPE_RESERVE,
}
_ACCOUNTS_BY_TYPE = {
    "stripe_fx_fee": LedgerAccount.PROCESSING_FEES,
    "payout_failure": LedgerAccount.BANK_IN_TRANSIT,
    "payout_cancel": LedgerAccount.BANK_IN_TRANSIT,
    "reserve_hold": LedgerAccount.STRIPE_RESERVE,
    "reserve_release": LedgerAccount.STRIPE_RESERVE,
    "reserve_transaction": LedgerAccount.STRIPE_RESERVE,
    "reserved_funds": LedgerAccount.STRIPE_RESERVE,
    "payment_network_reserve_hold": LedgerAccount.STRIPE_RESERVE,
    "payment_network_reserve_release": LedgerAccount.STRIPE_RESERVE,
    "payout_minimum_balance_hold": LedgerAccount.STRIPE_RESERVE,
    "payout_minimum_balance_release": LedgerAccount.STRIPE_RESERVE,
}


def _fee_lines(snapshot: BalanceTransactionSnapshot) -> list[Line]:
    """One line for each fee that Stripe itemises, and one for what it leaves unexplained."""
    is_of_dispute = snapshot.reporting_category in _DISPUTES
    account = LedgerAccount.DISPUTE_FEES if is_of_dispute else LedgerAccount.PROCESSING_FEES
    lines = [
        Line(account, fee.amount, detail=fee.type[:60])
        for fee in snapshot.fee_lines
        if fee.currency == snapshot.currency
    ]
    rest = snapshot.fee - sum(line.amount for line in lines)
    return [*lines, Line(account, rest, detail="unitemised")]
