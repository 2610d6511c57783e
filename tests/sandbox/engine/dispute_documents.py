"""What a new dispute looks like."""

from tests.sandbox.engine import balance, dispute_evidence
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.store import Document

DAY = 24 * 3600

_NETWORK_REASONS = {
    "visa": {
        "fraudulent": "10.4",
        "product_not_received": "13.1",
        "product_unacceptable": "13.3",
        "subscription_canceled": "13.2",
        "credit_not_processed": "13.6",
        "duplicate": "12.6.1",
    },
    "mastercard": {
        "fraudulent": "4837",
        "product_not_received": "4853",
        "product_unacceptable": "4853",
        "subscription_canceled": "4853",
        "credit_not_processed": "4853",
        "duplicate": "4834",
    },
}
_REASONS = """
bank_cannot_process check_returned credit_not_processed customer_initiated debit_not_authorized
duplicate fraudulent general incorrect_account_details insufficient_funds noncompliant
product_not_received product_unacceptable subscription_canceled unrecognized
"""
REASONS = frozenset(_REASONS.split())


def new_dispute(
    account: Account, charge: Document, *, reason: str, amount: int, inquiry: bool
) -> Document:
    card = charge["payment_method_details"].get("card")
    code = _NETWORK_REASONS.get(card["brand"], {}).get(reason) if card else None
    return {
        "id": account.new_id("du"),
        "object": "dispute",
        "amount": amount,
        "balance_transactions": [],
        "charge": charge["id"],
        "created": account.now(),
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": dispute_evidence.no_evidence(),
        "evidence_details": {
            "due_by": due_by(account) if balance.is_card(charge) else 0,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
            "submission_method": "not_submitted",
        },
        "intended_submission_method": None,
        "is_charge_refundable": inquiry,
        "livemode": False,
        "metadata": {},
        "network_reason_code": code,
        "payment_intent": charge["payment_intent"],
        "payment_method_details": _card_details(card, code, inquiry=inquiry) if card else None,
        "reason": reason,
        "status": "warning_needs_response" if inquiry else "needs_response",
        "_reinstated": 0,
    }


def due_by(account: Account) -> int:
    """The last second of the day (UTC) by which evidence must have been handed in."""
    days = account.settings["dispute_response_days"]
    return int((account.now() // DAY + days + 1) * DAY - 1)


def _card_details(card: Document, code: str | None, *, inquiry: bool) -> Document:
    return {
        "card": {
            "brand": card["brand"],
            "case_type": "inquiry" if inquiry else "chargeback",
            "network": card["brand"],
            "network_reason_code": code,
        },
        "type": "card",
    }
