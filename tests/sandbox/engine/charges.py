"""Charges: Stripe's row under a payment, failed or succeeded, and what the bank statement will say."""

from typing import Any

from tests.sandbox.engine import aftermath, balance, metadata
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.cards import DECLINE_MESSAGES
from tests.sandbox.engine.errors import missing
from tests.sandbox.engine.events import emit, save
from tests.sandbox.engine.payment_methods import fingerprint, test_card
from tests.sandbox.engine.store import Document

STATEMENT_LENGTH = 22


def create_succeeded(account: Account, intent: Document, method: Document) -> Document:
    """A charge that took the money. Its fee is not known yet: see `settle`."""
    charge = _charge(account, intent, method)
    charge.update(
        status="succeeded",
        paid=True,
        captured=True,
        amount_captured=intent["amount"],
        outcome=_outcome("authorized", "approved_by_network", "Payment complete."),
    )
    account.store.put(charge)
    emit(account, "charge.succeeded", charge)
    return charge


def create_failed(
    account: Account, intent: Document, method: Document, decline_code: str
) -> Document:
    charge = _charge(account, intent, method)
    outcome = _outcome(
        "issuer_declined", "declined_by_network", "The bank did not return any further details."
    )
    outcome["reason"] = decline_code
    charge.update(
        status="failed",
        failure_code="card_declined",
        failure_message=DECLINE_MESSAGES[decline_code],
        outcome=outcome,
    )
    account.store.put(charge)
    emit(account, "charge.failed", charge)
    return charge


def settle(account: Account, charge: Document) -> None:
    """Write the balance transaction of a charge. It comes after charge.succeeded, with charge.updated."""
    transaction = balance.record_charge(account, charge)
    save(account, charge, "charge.updated", balance_transaction=transaction["id"])
    method = account.store.get("payment_method", charge["payment_method"])
    assert method is not None
    aftermath.after_settlement(account, charge, test_card(method))


def update(account: Account, params: dict[str, Any], charge_id: str) -> Document:
    charge = account.store.get("charge", charge_id)
    if charge is None:
        raise missing("charge", charge_id)
    changes: dict[str, Any] = {
        name: params[name] or None
        for name in ("description", "receipt_email", "transfer_group", "fraud_details")
        if name in params
    }
    if "metadata" in params:
        changes["metadata"] = metadata.merged(charge["metadata"], params["metadata"])
    return save(account, charge, "charge.updated", **changes)


def statement_text(account: Account, intent: Document) -> str:
    """The line on the payer's bank statement: the account's own, or its prefix with a suffix."""
    suffix = intent["statement_descriptor_suffix"]
    if suffix:
        text = f"{account.settings['statement_descriptor_prefix']}* {suffix}"
    else:
        text = account.settings["statement_descriptor"]
    return str(text)[:STATEMENT_LENGTH].strip().upper()


def _charge(account: Account, intent: Document, method: Document) -> Document:
    return {
        "id": account.new_id("ch"),
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": 0,
        "amount_refunded": 0,
        "application": None,
        "application_fee": None,
        "application_fee_amount": None,
        "balance_transaction": None,
        "billing_details": dict(method["billing_details"]),
        "calculated_statement_descriptor": statement_text(account, intent),
        "captured": False,
        "created": account.now(),
        "currency": intent["currency"],
        "customer": intent["customer"],
        "description": intent["description"],
        "disputed": False,
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "fraud_details": {},
        "livemode": False,
        "metadata": dict(intent["metadata"]),
        "on_behalf_of": None,
        "outcome": None,
        "paid": False,
        "payment_intent": intent["id"],
        "payment_method": method["id"],
        "payment_method_details": {"type": "card", "card": _card_details(account, intent, method)},
        "receipt_email": None,
        "receipt_number": None,
        "receipt_url": None,
        "refunded": False,
        "review": None,
        "shipping": None,
        "source": None,
        "source_transfer": None,
        "statement_descriptor": intent["statement_descriptor"],
        "statement_descriptor_suffix": intent["statement_descriptor_suffix"],
        "status": "pending",
        "transfer_data": None,
        "transfer_group": intent["transfer_group"],
    }


def _card_details(account: Account, intent: Document, method: Document) -> Document:
    card, shown = test_card(method), method["card"]
    authenticated = None
    if method["_authenticated"]:
        authenticated = {
            "authentication_flow": "challenge",
            "electronic_commerce_indicator": "05",
            "exemption_indicator": None,
            "exemption_indicator_applied": None,
            "result": "authenticated",
            "result_reason": None,
            "transaction_id": None,
            "version": "2.2.0",
        }
    return {
        "amount_authorized": intent["amount"],
        "authorization_code": None,
        "brand": card.brand,
        "checks": shown["checks"],
        "country": card.country,
        "exp_month": shown["exp_month"],
        "exp_year": shown["exp_year"],
        "fingerprint": fingerprint(account, card),
        "funding": card.funding,
        "installments": None,
        "last4": card.last4,
        "mandate": None,
        "network": card.brand,
        "network_token": {"used": False},
        "three_d_secure": authenticated,
        "wallet": None,
    }


def _outcome(type_: str, network_status: str, seller_message: str) -> Document:
    return {
        "network_status": network_status,
        "reason": None,
        "risk_level": "normal",
        "risk_score": 12,
        "seller_message": seller_message,
        "type": type_,
    }
