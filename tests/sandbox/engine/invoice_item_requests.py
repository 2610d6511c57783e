"""What the API does to invoice items."""

from collections.abc import Mapping
from typing import Any

from tests.sandbox.engine import customers, invoice_lines, metadata, products
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.errors import invalid, missing
from tests.sandbox.engine.events import emit
from tests.sandbox.engine.invoice_items import KIND, show_on
from tests.sandbox.engine.lists import Page, given, page_of
from tests.sandbox.engine.money import read_currency
from tests.sandbox.engine.store import Document


def create(account: Account, params: dict[str, Any]) -> Document:
    invoice = _draft_named(account, params["invoice"]) if "invoice" in params else None
    customer = customers.get(
        account, params.get("customer") or (invoice or {}).get("customer", ""), param="customer"
    )
    now, priced = account.now(), _priced(account, params)
    quantity = params.get("quantity", 1)
    if invoice and invoice["currency"] != priced["currency"]:
        raise invalid("The currency of an invoice item must be its invoice's.", param="currency")
    item = account.store.put(
        {
            "id": account.new_id("ii"),
            "object": KIND,
            "currency": priced["currency"],
            "customer": customer["id"],
            "date": now,
            "description": params.get("description") or priced["description"],
            "discountable": params.get("discountable", True),
            "discounts": [],
            "invoice": invoice and invoice["id"],
            "livemode": False,
            "metadata": metadata.merged({}, params.get("metadata")),
            "parent": _parent(account, params.get("subscription")),
            "period": params.get("period") or {"start": now, "end": now},
            "pricing": priced["pricing"],
            "proration": False,
            "proration_details": None,
            "tax_rates": [],
            "test_clock": customer["test_clock"],
            **_amounts(priced["unit_amount"], quantity),
        }
    )
    emit(account, "invoiceitem.created", item)
    if invoice:
        show_on(account, invoice)
    return item


def update(account: Account, params: dict[str, Any], item_id: str) -> Document:
    item = _item(account, item_id)
    invoice = account.store.get("invoice", item["invoice"] or "")
    if invoice and invoice["status"] != "draft":
        raise invalid("An invoice item on a finalized invoice can no longer be changed.")
    item |= {
        name: params[name] for name in ("description", "discountable", "period") if name in params
    }
    if "metadata" in params:
        item["metadata"] = metadata.merged(item["metadata"], params["metadata"])
    if params.keys() & {"amount", "price_data", "pricing"}:
        priced = _priced(account, {"currency": item["currency"], **params})
        item["pricing"] = priced["pricing"]
        item |= _amounts(priced["unit_amount"], params.get("quantity", 1))
    elif "quantity" in params:
        item |= _amounts(item["amount"] // item["quantity"], params["quantity"])
    account.store.put(item)
    if invoice:
        show_on(account, invoice)
    return item


def delete(account: Account, params: dict[str, Any], item_id: str) -> Document:
    item = _item(account, item_id)
    invoice = account.store.get("invoice", item["invoice"] or "")
    if invoice and invoice["status"] != "draft":
        raise invalid("An invoice item on a finalized invoice can no longer be deleted.")
    account.store.remove(item_id)
    emit(account, "invoiceitem.deleted", item)
    if invoice:
        show_on(account, invoice)
    return {"id": item_id, "object": KIND, "deleted": True}


def list_items(account: Account, params: dict[str, Any]) -> Page:
    return page_of(account, KIND, params, given(params, "customer", "invoice", "pending"))


def _priced(account: Account, params: Mapping[str, Any]) -> Document:
    """Unit amount, currency and pricing of a price, of inline `price_data`, or of a bare amount."""
    price = None
    if "pricing" in params:
        price = account.store.get("price", params["pricing"].get("price", ""))
        if price is None:
            raise missing(
                "price", params["pricing"].get("price", ""), param="pricing[price]", status=400
            )
    elif "price_data" in params:
        data = params["price_data"]
        product = products.product_named(account, data["product"], param="price_data[product]")
        price = products.make_price(account, data, product, path="price_data", active=False)
    if price is None:
        currency = read_currency(params.get("currency") or account.settings["default_currency"])
        return {"unit_amount": params.get("amount", 0), "currency": currency, "description": None,
                "pricing": None}  # fmt: skip
    details = {"price": price["id"], "product": price["product"]}
    return {
        "unit_amount": price["unit_amount"],
        "currency": price["currency"],
        "description": invoice_lines.product_name(account, price),
        "pricing": {
            "type": "price_details",
            "price_details": details,
            "unit_amount_decimal": price["unit_amount_decimal"],
        },
    }


def _amounts(unit_amount: int, quantity: int) -> Document:
    amount = unit_amount * quantity
    return {
        "amount": amount,
        "net_amount": amount,
        "quantity": quantity,
        "quantity_decimal": str(quantity),
    }


def _parent(account: Account, subscription_id: str | None) -> Document | None:
    if subscription_id is None:
        return None
    if account.store.get("subscription", subscription_id) is None:
        raise missing("subscription", subscription_id, param="subscription", status=400)
    return {
        "type": "subscription_details",
        "subscription_details": {"subscription": subscription_id, "subscription_item": None},
    }


def _draft_named(account: Account, invoice_id: str) -> Document:
    invoice = account.store.get("invoice", invoice_id)
    if invoice is None:
        raise missing("invoice", invoice_id, param="invoice", status=400)
    if invoice["status"] != "draft":
        raise invalid("Invoice items can be added to a draft invoice only.", param="invoice")
    return invoice


def _item(account: Account, item_id: str) -> Document:
    item = account.store.get(KIND, item_id)
    if item is None:
        raise missing("invoiceitem", item_id)
    return item
