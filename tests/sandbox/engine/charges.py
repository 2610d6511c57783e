"""Charges: Stripe's row under a payment, failed, pending or succeeded, and what became of it."""

from typing import Any

from tests.sandbox.engine import aftermath, balance, charge_documents, metadata
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.bank_accounts import FAILURE_MESSAGES
from tests.sandbox.engine.charge_documents import outcome
from tests.sandbox.engine.declines import Decline
from tests.sandbox.engine.errors import missing
from tests.sandbox.engine.events import emit, save
from tests.sandbox.engine.payment_methods import behind
from tests.sandbox.engine.store import Document


def create_succeeded(account: Account, intent: Document, method: Document) -> Document:
    """A charge that took the money, or reserved it for a later capture. For its fee see `settle`."""
    charge = charge_documents.new(account, intent, method)
    captured = intent["capture_method"] != "manual"
    charge.update(
        status="succeeded",
        paid=True,
        captured=captured,
        amount_captured=intent["amount"] if captured else 0,
        outcome=outcome("approved_by_network"),
    )
    account.store.put(charge)
    emit(account, "charge.succeeded", charge)
    return charge


def create_pending(
    account: Account, intent: Document, method: Document, mandate: Document
) -> Document:
    """A bank debit that is on its way."""
    charge = charge_documents.new(account, intent, method, mandate=mandate["id"])
    charge.update(
        captured=True, amount_captured=intent["amount"], outcome=outcome("approved_by_network")
    )
    account.store.put(charge)
    emit(account, "charge.pending", charge)
    return charge


def create_failed(account: Account, intent: Document, method: Document, why: Decline) -> Document:
    charge = charge_documents.new(account, intent, method)
    charge.update(
        status="failed",
        failure_code=why.code,
        failure_message=why.message,
        outcome=why.outcome(),
    )
    account.store.put(charge)
    emit(account, "charge.failed", charge)
    return charge


def complete(account: Account, charge: Document) -> None:
    """A pending debit came through."""
    charge.update(status="succeeded", paid=True)
    account.store.put(charge)
    emit(account, "charge.succeeded", charge)


def fail(account: Account, charge: Document, reason: str) -> None:
    """A debit came back. What had counted as captured is not there."""
    charge.update(
        status="failed",
        paid=False,
        captured=False,
        amount_captured=0,
        failure_code=reason,
        failure_message=FAILURE_MESSAGES[reason],
        outcome=None,
    )
    account.store.put(charge)
    emit(account, "charge.failed", charge)


def settle(account: Account, charge: Document) -> None:
    """Write the balance transaction of a charge. It comes after charge.succeeded, with charge.updated."""
    transaction = balance.record_charge(account, charge)
    save(account, charge, "charge.updated", balance_transaction=transaction["id"])
    method = account.store.get("payment_method", charge["payment_method"])
    assert method is not None
    aftermath.after_settlement(account, charge, behind(method))


def capture(account: Account, charge: Document) -> None:
    """Take what was reserved."""
    charge.update(captured=True, amount_captured=charge["amount"])
    account.store.put(charge)
    emit(account, "charge.captured", charge)


def release(account: Account, charge_id: str) -> None:
    """Let go of a reservation that was never captured: at Stripe a refund of the whole charge."""
    charge = get(account, charge_id)
    save(account, charge, "charge.refunded", refunded=True, amount_refunded=charge["amount"])


def update(account: Account, params: dict[str, Any], charge_id: str) -> Document:
    charge = get(account, charge_id)
    changes: dict[str, Any] = {
        name: params[name] or None
        for name in ("description", "receipt_email", "transfer_group", "fraud_details")
        if name in params
    }
    if "metadata" in params:
        changes["metadata"] = metadata.merged(charge["metadata"], params["metadata"])
    return save(account, charge, "charge.updated", **changes)


def get(account: Account, charge_id: str) -> Document:
    charge = account.store.get("charge", charge_id)
    if charge is None:
        raise missing("charge", charge_id)
    return charge
