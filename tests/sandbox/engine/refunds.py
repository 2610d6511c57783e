"""Refunds, whole and in part, and what the payer's card or bank makes of them later."""

from typing import Any

from tests.sandbox.engine import balance, dispute_states, early_fraud, metadata, refundable
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.cards import RefundFate
from tests.sandbox.engine.errors import invalid, missing
from tests.sandbox.engine.events import emit, save
from tests.sandbox.engine.payment_methods import test_card
from tests.sandbox.engine.store import Document

DAY = 24 * 3600


def create(account: Account, params: dict[str, Any]) -> Document:
    charge = refundable.charge_to_refund(account, params)
    amount = refundable.amount_to_refund(charge, params)
    fate = _fate(account, charge)
    pending = fate == "pending"
    refund = account.store.put(
        {
            "id": account.new_id("re" if balance.is_card(charge) else "pyr"),
            "object": "refund",
            "amount": amount,
            "balance_transaction": None,
            "charge": charge["id"],
            "created": account.now(),
            "currency": charge["currency"],
            "destination_details": refundable.destination(charge),
            "metadata": metadata.merged({}, params.get("metadata")),
            "payment_intent": charge["payment_intent"],
            "reason": params.get("reason"),
            "receipt_number": None,
            "source_transfer_reversal": None,
            "status": "pending" if pending else "succeeded",
            "transfer_reversal": None,
        }
    )
    if pending:
        refund["pending_reason"] = "processing"
    refund["balance_transaction"] = balance.record_refund(account, refund, charge)["id"]
    account.store.put(refund)
    _count_refunded(account, charge, amount, "charge.refunded")
    emit(account, "refund.created", refund)
    if charge["refunded"]:
        early_fraud.settle(account, charge)
        dispute_states.close_inquiry_of(account, charge)
    due_at = account.now() + account.settings["refund_days"] * DAY
    if pending:
        account.schedule(due_at, "succeed_refund", refund["id"])
    if fate == "fails":
        account.schedule(due_at, "fail_refund", refund["id"])
    return refund


def update(account: Account, params: dict[str, Any], refund_id: str) -> Document:
    refund = _refund(account, refund_id)
    if "metadata" not in params:
        return refund
    changed = metadata.merged(refund["metadata"], params["metadata"])
    return _announce_change(account, refund, metadata=changed)


def cancel(account: Account, params: dict[str, Any], refund_id: str) -> Document:
    """`POST /v1/refunds/{id}/cancel`: only what still waits for the payer's own act can be cancelled."""
    refund = _refund(account, refund_id)
    if refund["status"] != "requires_action":
        raise invalid(
            f"This refund cannot be cancelled because its status is {refund['status']}; only a refund "
            "with the status requires_action can be."
        )
    _take_back(account, refund)
    return _announce_change(account, refund, status="canceled")


def succeed(account: Account, refund_id: str) -> Document:
    """A refund that was pending has reached the payer."""
    refund = _refund(account, refund_id)
    if refund["status"] != "pending":
        return refund
    refund.pop("pending_reason", None)
    return _announce_change(account, refund, status="succeeded")


def fail(account: Account, refund_id: str, *, reason: str = "unknown") -> Document:
    """The card or bank sends a refund back: the money returns to the balance. Once only."""
    refund = _refund(account, refund_id)
    if refund["status"] not in ("pending", "succeeded"):
        return refund
    refund.pop("pending_reason", None)
    returned = _take_back(account, refund)
    _announce_change(
        account,
        refund,
        status="failed",
        failure_reason=reason,
        failure_balance_transaction=returned["id"],
    )
    emit(account, "refund.failed", refund)
    return refund


def fail_pending(account: Account, charge: Document, *, reason: str) -> None:
    """What becomes of refunds on their way when the payer's bank takes the money back itself."""
    for refund in list(account.store.oldest_first("refund", {"charge": charge["id"]})):
        if refund["status"] == "pending":
            fail(account, refund["id"], reason=reason)


def _take_back(account: Account, refund: Document) -> Document:
    charge = account.store.get("charge", refund["charge"])
    assert charge is not None
    returned = balance.record_refund_failure(account, refund)
    _count_refunded(account, charge, -refund["amount"], "charge.updated")
    return returned


def _count_refunded(account: Account, charge: Document, amount: int, type_: str) -> None:
    refunded = charge["amount_refunded"] + amount
    save(
        account,
        charge,
        type_,
        amount_refunded=refunded,
        refunded=refunded == charge["amount_captured"],
    )


def _announce_change(account: Account, refund: Document, **changes: Any) -> Document:
    save(account, refund, "refund.updated", **changes)
    emit(account, "charge.refund.updated", refund)
    return refund


def _refund(account: Account, refund_id: str) -> Document:
    refund = account.store.get("refund", refund_id)
    if refund is None:
        raise missing("refund", refund_id)
    return refund


def _fate(account: Account, charge: Document) -> RefundFate:
    """What becomes of a refund to the test card that paid; to a bank account it succeeds."""
    method = account.store.get("payment_method", charge["payment_method"] or "")
    return test_card(method).refund if method and method["type"] == "card" else "succeeds"
