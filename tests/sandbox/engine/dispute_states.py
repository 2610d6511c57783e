"""Which disputes a charge has, and how one ends. It knows nothing of evidence or refunds."""

from typing import Any

from tests.sandbox.engine import balance
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.errors import missing
from tests.sandbox.engine.events import emit, public
from tests.sandbox.engine.store import Document

INQUIRY = ("warning_needs_response", "warning_under_review")
OPEN = ("needs_response", "under_review")
CLOSED = ("won", "lost", "warning_closed")


def dispute_of(account: Account, dispute_id: str) -> Document:
    dispute = account.store.get("dispute", dispute_id)
    if dispute is None:
        raise missing("dispute", dispute_id)
    return dispute


def charge_of(account: Account, dispute: Document) -> Document:
    charge = account.store.get("charge", dispute["charge"])
    assert charge is not None
    return charge


def disputes_of(account: Account, charge: Document) -> list[Document]:
    return list(account.store.oldest_first("dispute", {"charge": charge["id"]}))


def has_taken_money(account: Account, charge: Document) -> bool:
    """Whether the payer's bank holds the money of a charge, or kept it: nothing is left to refund."""
    return charge["disputed"] and any(
        dispute["status"] in (*OPEN, "lost") for dispute in disputes_of(account, charge)
    )


def change(account: Account, dispute: Document, type_: str | None, **changes: Any) -> None:
    """Change a dispute; every change is announced as an update, `type_` is what else it means."""
    previous = {key: dispute.get(key) for key in changes}
    dispute.update(changes)
    account.store.put(dispute)
    emit(account, "charge.dispute.updated", dispute, previous=previous)
    if type_:
        emit(account, type_, dispute)


def withdraw(account: Account, dispute: Document) -> None:
    """The disputed amount and the fee leave the balance, and no refund is possible any more."""
    charge = charge_of(account, dispute)
    row = balance.record_dispute(account, dispute, charge)
    _show(account, dispute, row)
    dispute.update(is_charge_refundable=False, _withdrawn=row["id"])
    account.store.put(dispute)


def reinstate(account: Account, dispute: Document, amount: int) -> None:
    """Some or all of the disputed amount comes back."""
    withdrawn = account.store.get("balance_transaction", dispute["_withdrawn"])
    assert withdrawn is not None
    _show(account, dispute, balance.record_dispute_reversal(account, dispute, withdrawn, amount))
    emit(account, "charge.dispute.funds_reinstated", dispute)


def end(account: Account, dispute: Document, status: str) -> None:
    """The dispute is over; a dispute that is won leaves its charge as refundable as before."""
    change(
        account,
        dispute,
        "charge.dispute.closed",
        status=status,
        is_charge_refundable=status != "lost",
    )


def close_inquiry_of(account: Account, charge: Document) -> None:
    """A payer whose money was refunded whole has nothing left to inquire about."""
    for dispute in disputes_of(account, charge):
        if dispute["status"] in INQUIRY:
            end(account, dispute, "warning_closed")


def _show(account: Account, dispute: Document, row: Document) -> None:
    dispute["balance_transactions"] = [*dispute["balance_transactions"], public(row)]
    account.store.put(dispute)
