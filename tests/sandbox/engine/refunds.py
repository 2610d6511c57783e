"""Refunds, whole and in part."""

from typing import Any

from tests.sandbox.engine import balance, metadata
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.errors import invalid, missing
from tests.sandbox.engine.events import emit, save
from tests.sandbox.engine.money import formatted
from tests.sandbox.engine.store import Document


def create(account: Account, params: dict[str, Any]) -> Document:
    charge = _charge_to_refund(account, params)
    left = charge["amount"] - charge["amount_refunded"]
    if not left:
        raise invalid(
            f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded"
        )
    amount = params.get("amount", left)
    if amount < 1:
        raise invalid("Invalid positive integer", param="amount", code="parameter_invalid_integer")
    if amount > left:
        raise invalid(
            f"Refund amount ({formatted(amount, charge['currency'])}) is greater than unrefunded amount "
            f"on charge ({formatted(left, charge['currency'])})",
            param="amount",
        )
    refund = account.store.put(
        {
            "id": account.new_id("re"),
            "object": "refund",
            "amount": amount,
            "balance_transaction": None,
            "charge": charge["id"],
            "created": account.now(),
            "currency": charge["currency"],
            "destination_details": {
                "type": "card",
                "card": {"reference_status": "pending", "reference_type": "acquirer_reference_number",
                         "type": "refund"},
            },
            "metadata": metadata.merged({}, params.get("metadata")),
            "payment_intent": charge["payment_intent"],
            "reason": params.get("reason"),
            "receipt_number": None,
            "source_transfer_reversal": None,
            "status": "succeeded",
            "transfer_reversal": None,
        }
    )  # fmt: skip
    refund["balance_transaction"] = balance.record_refund(account, refund)["id"]
    account.store.put(refund)
    refunded = charge["amount_refunded"] + amount
    save(
        account,
        charge,
        "charge.refunded",
        amount_refunded=refunded,
        refunded=refunded == charge["amount"],
    )
    emit(account, "refund.created", refund)
    return refund


def _charge_to_refund(account: Account, params: dict[str, Any]) -> Document:
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
    if charge is None or charge["status"] != "succeeded":
        raise invalid("This payment has no successful charge to refund.")
    return charge
