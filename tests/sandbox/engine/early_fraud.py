"""Early fraud warnings: a card issuer believes that a charge is fraud, before anybody disputed it."""

from typing import Any

from tests.sandbox.engine.account import Account
from tests.sandbox.engine.errors import invalid, missing
from tests.sandbox.engine.events import emit, save
from tests.sandbox.engine.store import Document

KIND = "radar.early_fraud_warning"


def warn(
    account: Account, charge_id: str, *, fraud_type: str = "unauthorized_use_of_card"
) -> Document:
    """The issuer's warning about a card charge that succeeded."""
    charge = account.store.get("charge", charge_id)
    if charge is None:
        raise missing("charge", charge_id)
    if charge["status"] != "succeeded" or charge["payment_method_details"]["type"] != "card":
        raise invalid("Only a card payment that succeeded can be reported as fraud.")
    warning = account.store.put(
        {
            "id": account.new_id("issfr"),
            "object": KIND,
            "actionable": not (charge["disputed"] or charge["refunded"]),
            "charge": charge["id"],
            "created": account.now(),
            "fraud_type": fraud_type,
            "livemode": False,
            "payment_intent": charge["payment_intent"],
        }
    )
    emit(account, f"{KIND}.created", warning)
    return warning


def settle(account: Account, charge: dict[str, Any]) -> None:
    """Nothing is left to be done about warnings of a charge that was disputed or refunded whole."""
    for warning in list(account.store.oldest_first(KIND, {"charge": charge["id"]})):
        if warning["actionable"]:
            save(account, warning, f"{KIND}.updated", actionable=False)
