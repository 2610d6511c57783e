"""`POST /v1/customers` with a way to pay: the customer is made, then given it as the API would."""

from typing import Any

from tests.sandbox.engine import customers, method_requests
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.errors import invalid
from tests.sandbox.engine.store import Document


def create(account: Account, params: dict[str, Any]) -> Document:
    """A method that declines leaves the customer without it, and the refusal is the answer."""
    method_id = params.get("payment_method")
    default = params.get("invoice_settings", {}).get("default_payment_method")
    if default not in (None, method_id):
        raise invalid(
            "The customer does not have this payment method: give it as `payment_method` too.",
            param="invoice_settings[default_payment_method]",
        )
    customer = customers.create(account, params)
    if method_id:
        in_request = {"customer": customer["id"]}
        method = method_requests.attach_to_customer(account, in_request, method_id)
        if default:
            settings = {"default_payment_method": method["id"]}
            customers.update(account, {"invoice_settings": settings}, customer["id"])
    return customer
