"""What payers' banks and card networks do with the ways to pay, as a test asks for it."""

from typing import Any

from tests.sandbox.engine import (
    bank_debits,
    hosted_invoices,
    payment_intents,
    payment_methods,
    setup_intents,
)
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.clocks import present_of
from tests.sandbox.engine.documents import public
from tests.sandbox.engine.errors import StripeRefusal, missing
from tests.sandbox.engine.store import Document


def authenticate(account: Account, body: dict[str, Any]) -> dict[str, Any]:
    """End the 3D Secure step of a payment or setup intent, or of an invoice's; what the payer sees."""
    object_id, passed = body["id"], bool(body["passed"])
    document = account.store.find(object_id)
    if document is None:
        raise missing("payment_intent", object_id)
    try:
        with present_of(account, document):
            _authenticate(account, document, passed=passed)
    except StripeRefusal as refusal:
        if refusal.type != "card_error":
            raise
        return {"error": {"code": refusal.code, "message": refusal.message}}
    return public(document)


def update_card(account: Account, body: dict[str, Any]) -> dict[str, Any]:
    chosen = {name: body[name] for name in ("number", "exp_month", "exp_year") if name in body}
    return public(payment_methods.update_automatically(account, body["payment_method"], **chosen))


def fail_debit_late(account: Account, body: dict[str, Any]) -> dict[str, Any]:
    charge = account.store.get("charge", body["charge"])
    with present_of(account, charge):
        return public(bank_debits.fail_late(account, body["charge"], reason=body["reason"]))


def _authenticate(account: Account, document: Document, *, passed: bool) -> None:
    if document["object"] == "setup_intent":
        setup_intents.authenticate(account, document, passed=passed)
    elif document["object"] == "invoice":
        hosted_invoices.authenticate(account, document, passed=passed)
    else:
        payment_intents.authenticate(account, document, passed=passed)


CONTROLS = {
    "authenticate": authenticate,
    "update_card": update_card,
    "fail_debit_late": fail_debit_late,
}
