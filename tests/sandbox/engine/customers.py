"""Customers: Stripe's payers."""

from itertools import islice
from typing import Any

from tests.sandbox.engine import metadata, subscriptions
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.clocks import KIND
from tests.sandbox.engine.errors import invalid, missing
from tests.sandbox.engine.events import emit, save
from tests.sandbox.engine.indexes import OFF_CLOCK
from tests.sandbox.engine.lists import Page, given, page_of
from tests.sandbox.engine.store import Document

SIMPLE_FIELDS = ("name", "email", "phone", "description", "individual_name", "business_name")
MOST_ON_A_CLOCK = 3
ADDRESS_KEYS = ("city", "country", "line1", "line2", "postal_code", "state")


def create(account: Account, params: dict[str, Any]) -> Document:
    customer = account.store.put(
        {
            "id": account.new_id("cus", 14),
            "object": "customer",
            "address": address(params.get("address")),
            "balance": 0,
            "created": account.now(),
            "currency": None,
            "default_source": None,
            "delinquent": False,
            "description": params.get("description"),
            "discount": None,
            "email": params.get("email"),
            "invoice_prefix": account.new_id("x", 8)[2:].upper(),
            "invoice_settings": {
                "custom_fields": None,
                "default_payment_method": None,
                "footer": None,
                "rendering_options": None,
            },
            "livemode": False,
            "metadata": metadata.merged({}, params.get("metadata")),
            "name": params.get("name"),
            "next_invoice_sequence": 1,
            "phone": params.get("phone"),
            "preferred_locales": params.get("preferred_locales", []),
            "shipping": None,
            "tax_exempt": "none",
            "test_clock": _test_clock(account, params),
        }
    )
    for name in ("individual_name", "business_name"):
        if params.get(name):
            customer[name] = params[name]
    emit(account, "customer.created", customer)
    return customer


def update(account: Account, params: dict[str, Any], customer_id: str) -> Document:
    customer = get(account, customer_id, param="customer")
    changes: dict[str, Any] = {
        name: params[name] or None for name in SIMPLE_FIELDS if name in params
    }
    if "address" in params:
        changes["address"] = address(params["address"])
    if "preferred_locales" in params:
        changes["preferred_locales"] = params["preferred_locales"]
    if "metadata" in params:
        changes["metadata"] = metadata.merged(customer["metadata"], params["metadata"])
    if "invoice_settings" in params:
        method_id = params["invoice_settings"].get("default_payment_method")
        if method_id:
            _must_keep(account, customer_id, method_id)
        changes["invoice_settings"] = {**customer["invoice_settings"], **params["invoice_settings"]}
    return save(account, customer, "customer.updated", **changes)


def delete(account: Account, params: dict[str, Any], customer_id: str) -> Document:
    """Deleting leaves a stub behind and cancels what the customer still pays for."""
    customer = get(account, customer_id, param="id")
    for subscription in list(account.store.newest_first("subscription", {"customer": customer_id})):
        if subscription["status"] != "canceled":
            subscriptions.cancel(account, {}, subscription["id"])
    emit(account, "customer.deleted", customer)
    stub = {"id": customer_id, "object": "customer", "deleted": True}
    account.store.unlist(stub)
    return stub


def retrieve(account: Account, params: dict[str, Any], customer_id: str) -> Document:
    """A deleted customer can still be retrieved: its stub."""
    customer = account.store.get("customer", customer_id)
    if customer is None:
        raise missing("customer", customer_id)
    return customer


def get(account: Account, customer_id: str, *, param: str) -> Document:
    """A living customer named in a parameter."""
    customer = account.store.get("customer", customer_id)
    if customer is None or customer.get("deleted"):
        raise missing("customer", customer_id, param=param, status=404 if param == "id" else 400)
    return customer


def list_customers(account: Account, params: dict[str, Any]) -> Page:
    """Those on a test clock are listed only when it is named."""
    filters = given(params, "email")
    return page_of(
        account, "customer", params, {**filters, "test_clock": params.get("test_clock", OFF_CLOCK)}
    )


def _must_keep(account: Account, customer_id: str, method_id: str) -> None:
    """Only a method that is attached to a customer can be their default."""
    method = account.store.get("payment_method", method_id)
    param = "invoice_settings[default_payment_method]"
    if method is None:
        raise missing("PaymentMethod", method_id, param=param, status=400)
    if method["customer"] != customer_id:
        raise invalid(
            f"The customer does not have a payment method with the ID {method_id}. The payment method must "
            "be attached to the customer.",
            param=param,
            code="resource_missing",
        )


def _test_clock(account: Account, params: dict[str, Any]) -> str | None:
    if "test_clock" not in params:
        return None
    clock = account.store.get(KIND, params["test_clock"])
    if clock is None:
        raise missing("test_clock", params["test_clock"], param="test_clock", status=400)
    living = account.store.newest_first("customer", {"test_clock": clock["id"]})
    if len(list(islice(living, MOST_ON_A_CLOCK))) == MOST_ON_A_CLOCK:
        raise invalid(
            f"A test clock can have up to {MOST_ON_A_CLOCK} customers.", param="test_clock"
        )
    return str(clock["id"])


def address(known: dict[str, Any] | None) -> dict[str, Any] | None:
    """An address with every key of Stripe's, or None when nothing was given."""
    if not known:
        return None
    return {key: known.get(key) or None for key in ADDRESS_KEYS}
