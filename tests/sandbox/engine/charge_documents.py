"""What a charge looks like, and what the payer's bank statement will say of it."""

from datetime import UTC, datetime

from tests.sandbox.engine import authentication
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.method_documents import fingerprint
from tests.sandbox.engine.payment_methods import test_card
from tests.sandbox.engine.periods import DAY
from tests.sandbox.engine.store import Document

STATEMENT_LENGTH = 22


def statement_text(account: Account, intent: Document) -> str:
    """The line on the payer's bank statement: the account's own, or its prefix with a suffix."""
    suffix = intent["statement_descriptor_suffix"]
    if suffix:
        text = f"{account.settings['statement_descriptor_prefix']}* {suffix}"
    else:
        text = account.settings["statement_descriptor"]
    return str(text)[:STATEMENT_LENGTH].strip().upper()


def new(
    account: Account, intent: Document, method: Document, *, mandate: str | None = None
) -> Document:
    """A charge that nothing is known of yet. A bank debit's id begins with `py`."""
    type_ = method["type"]
    details = (
        _card_details(account, intent, method)
        if type_ == "card"
        else _bank_details(account, method, mandate)
    )
    return {
        "id": account.new_id("ch" if type_ == "card" else "py"),
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
        "payment_method_details": {"type": type_, type_: details},
        "receipt_email": intent["receipt_email"],
        "receipt_number": None,
        "receipt_url": None,
        "refunded": False,
        "review": None,
        "shipping": intent["shipping"],
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
    if authentication.was_passed(intent, method):
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
        "fingerprint": fingerprint(account, card.number),
        "funding": card.funding,
        "installments": None,
        "last4": card.last4,
        "mandate": None,
        "network": card.brand,
        "network_token": {"used": False},
        "three_d_secure": authenticated,
        "wallet": shown["wallet"],
    }


def _bank_details(account: Account, method: Document, mandate: str | None) -> Document:
    shown = method[method["type"]]
    due_at = account.now() + account.settings["debit_days"][method["type"]] * DAY
    names = ("bank_code", "branch_code", "country", "fingerprint", "last4", "sort_code")
    return {
        **{name: shown[name] for name in names if name in shown},
        "expected_debit_date": datetime.fromtimestamp(due_at, UTC).date().isoformat(),
        "mandate": mandate,
    }


def outcome(network_status: str) -> Document:
    """The outcome of a charge that was authorised."""
    return {
        "network_status": network_status,
        "reason": None,
        "risk_level": "normal",
        "risk_score": 12,
        "seller_message": "Payment complete.",
        "type": "authorized",
    }
