"""Which fields of which documents a list may be filtered by; each is kept as an index."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.sandbox.engine.search_terms import terms_of
from tests.sandbox.engine.store import Document

OFF_CLOCK = "none"


def _field(*path: str) -> Callable[[Document], Any]:
    def read(document: Document) -> Any:
        value: Any = document
        for name in path:
            value = value.get(name) if value else None
        return value

    return read


def _subscription_of_invoice(invoice: Document) -> Any:
    return _field("parent", "subscription_details", "subscription")(invoice)


def _prices_of_subscription(subscription: Document) -> list[str]:
    return [item["price"]["id"] for item in subscription["items"]["data"]]


def _items_of_subscription(subscription: Document) -> list[str]:
    return [item["id"] for item in subscription["items"]["data"]]


def _invoice_payment_source(payment: Document) -> Any:
    return payment["payment"].get("payment_intent")


def _test_clock(document: Document) -> Any:
    """Lists leave out what lives on a test clock unless they ask for it, so none is a value too."""
    return document["test_clock"] or OFF_CLOCK


def _event_type_and_groups(event: Document) -> list[str]:
    """An event's type and the groups it belongs to: charge.dispute.closed, charge.dispute.*, charge.*"""
    words = event["type"].split(".")
    return [event["type"], *(".".join(words[:n]) + ".*" for n in range(1, len(words)))]


def _currency_of_unpaid(transaction: Document) -> Any:
    """The currency of a row that is available and that no payout has taken."""
    if transaction["status"] == "available" and transaction.get("_payout") is None:
        return transaction["currency"]
    return None


INDEXED_FIELDS: Mapping[str, Mapping[str, Callable[[Document], Any]]] = {
    "customer": {"email": _field("email"), "search": terms_of, "test_clock": _test_clock},
    "product": {"active": _field("active"), "url": _field("url"), "ids": _field("id")},
    "price": {
        "active": _field("active"),
        "currency": _field("currency"),
        "product": _field("product"),
        "type": _field("type"),
        "lookup_keys": _field("lookup_key"),
    },
    "checkout.session": {
        "customer": _field("customer"),
        "customer_details.email": _field("customer_details", "email"),
        "payment_intent": _field("payment_intent"),
        "status": _field("status"),
        "subscription": _field("subscription"),
    },
    "billing_portal.configuration": {
        "active": _field("active"),
        "is_default": _field("is_default"),
    },
    "payment_intent": {"customer": _field("customer")},
    "payment_method": {"customer": _field("customer"), "type": _field("type")},
    "setup_intent": {"customer": _field("customer"), "payment_method": _field("payment_method")},
    "charge": {
        "customer": _field("customer"),
        "payment_intent": _field("payment_intent"),
        "transfer_group": _field("transfer_group"),
    },
    "refund": {"charge": _field("charge"), "payment_intent": _field("payment_intent")},
    "invoice": {
        "customer": _field("customer"),
        "status": _field("status"),
        "subscription": _subscription_of_invoice,
        "collection_method": _field("collection_method"),
    },
    "invoiceitem": {
        "customer": _field("customer"),
        "invoice": _field("invoice"),
        "pending": lambda item: item["invoice"] is None,
    },
    "invoice_payment": {
        "invoice": _field("invoice"),
        "status": _field("status"),
        "payment_intent": _invoice_payment_source,
    },
    "subscription": {
        "customer": _field("customer"),
        "status": _field("status"),
        "ended": lambda subscription: subscription["status"] in ("canceled", "incomplete_expired"),
        "price": _prices_of_subscription,
        "item": _items_of_subscription,
        "test_clock": _test_clock,
        "collection_method": _field("collection_method"),
    },
    "balance_transaction": {
        "source": _field("source"),
        "type": _field("type"),
        "currency": _field("currency"),
        "payout": _field("_payout"),
        "available_on": _field("_waiting_until"),
        "waits": lambda transaction: transaction["status"] == "pending" or None,
        "unpaid": _currency_of_unpaid,
    },
    "dispute": {"charge": _field("charge"), "payment_intent": _field("payment_intent")},
    "file": {"purpose": _field("purpose")},
    "payout": {
        "status": _field("status"),
        "arrival_date": _field("arrival_date"),
        "destination": _field("destination"),
    },
    "topup": {"status": _field("status")},
    "radar.early_fraud_warning": {
        "charge": _field("charge"),
        "payment_intent": _field("payment_intent"),
    },
    "event": {
        "type": _event_type_and_groups,
        "delivery_success": _field("_delivered"),
        "object_id": _field("_object_id"),
    },
    "_delivery": {"event": _field("event"), "status": _field("status")},
}
