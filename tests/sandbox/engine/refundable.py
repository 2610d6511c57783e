"""What may still be refunded, and where the money of a refund goes."""

from typing import Any

from tests.sandbox.engine import balance, dispute_states
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.errors import invalid, missing
from tests.sandbox.engine.money import formatted
from tests.sandbox.engine.store import Document


def charge_to_refund(account: Account, params: dict[str, Any]) -> Document:
    """The succeeded charge that a request names, by itself or by its payment intent."""
    if "charge" in params:
        charge = account.store.get("charge", params["charge"])
        if charge is None:
            raise missing("charge", params["charge"], param="charge")
    elif "payment_intent" in params:
        intent = account.store.get("payment_intent", params["payment_intent"])
        if intent is None:
            raise missing("payment_intent", params["payment_intent"], param="payment_intent")
        charge = account.store.get("charge", intent["latest_charge"] or "")
    else:
        raise invalid(
            "One of the following params should be provided for this request: payment_intent or charge.",
            code="parameter_missing",
        )
    if charge is None or charge["status"] != "succeeded" or not charge["balance_transaction"]:
        raise invalid("This payment has no successful charge to refund.")
    if dispute_states.has_taken_money(account, charge):
        raise invalid(
            f"Charge {charge['id']} has been charged back; cannot issue a refund.",
            code="charge_disputed",
        )
    return charge


def amount_to_refund(charge: Document, params: dict[str, Any]) -> int:
    """The amount asked for, or all that is left of the charge."""
    left: int = charge["amount_captured"] - charge["amount_refunded"]
    if not left:
        raise invalid(
            f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded"
        )
    amount: int = params.get("amount", left)
    if amount < 1:
        raise invalid("Invalid positive integer", param="amount", code="parameter_invalid_integer")
    if amount > left:
        raise invalid(
            f"Refund amount ({formatted(amount, charge['currency'])}) is greater than unrefunded amount "
            f"on charge ({formatted(left, charge['currency'])})",
            param="amount",
        )
    return amount


def destination(charge: Document) -> Document | None:
    """Where a card refund goes; Stripe says nothing of the account that a bank debit returns to."""
    if not balance.is_card(charge):
        return None
    return {
        "type": "card",
        "card": {
            "reference_status": "pending",
            "reference_type": "acquirer_reference_number",
            "type": "refund",
        },
    }
