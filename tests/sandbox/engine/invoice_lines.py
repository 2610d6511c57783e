"""Lines of an invoice: what was given for, at which price, for which stretch of time."""

from collections.abc import Mapping
from typing import Any

from tests.sandbox.engine.account import Account
from tests.sandbox.engine.store import Document


def of_item(
    account: Account, subscription: Document, item: Document, *, trial: bool = False
) -> Document:
    """The line of a subscription's item for the item's current period; a trial's costs nothing."""
    price, quantity = item["price"], item["quantity"]
    name = product_name(account, price)
    return line(
        account,
        price=price,
        quantity=quantity,
        amount=0 if trial else price["unit_amount"] * quantity,
        description=f"Trial period for {name}" if trial else f"{quantity} × {name}",
        period={"start": item["current_period_start"], "end": item["current_period_end"]},
        metadata=subscription["metadata"],
        parent=_item_parent(subscription["id"], item["id"]),
    )


def of_checkout(
    account: Account, subscription: Document, sold: Document, *, trial: bool = False
) -> Document:
    """The line of what was sold in Checkout: of its subscription item, or a thing paid for once."""
    for item in subscription["items"]["data"]:
        if item["price"]["id"] == sold["price"]["id"]:
            return of_item(account, subscription, item, trial=trial)
    now = account.now()
    return line(
        account,
        price=sold["price"],
        quantity=sold["quantity"],
        amount=sold["amount_total"],
        description=f"{sold['quantity']} × {sold['description']}",
        period={"start": now, "end": now},
        metadata=subscription["metadata"],
        parent=None,
    )


def line(
    account: Account,
    *,
    price: Document,
    quantity: int,
    amount: int,
    description: str | None,
    period: Mapping[str, int],
    metadata: Mapping[str, str],
    parent: Document | None,
) -> Document:
    return {
        **_line(account, price["currency"], quantity, amount, description),
        "metadata": dict(metadata),
        "parent": parent,
        "period": dict(period),
        "pricing": {
            "type": "price_details",
            "price_details": {"price": price["id"], "product": price["product"]},
            "unit_amount_decimal": price["unit_amount_decimal"],
        },
    }


def line_of_invoice_item(account: Account, item: Document, *, subscription: str | None) -> Document:
    """The line of an invoice item; one of a bare amount has no price."""
    pricing = item["pricing"] or {
        "type": "price_details",
        "price_details": None,
        "unit_amount_decimal": str(item["amount"]),
    }
    parent = {
        "type": "invoice_item_details",
        "invoice_item_details": {
            "invoice_item": item["id"],
            "proration": False,
            "proration_details": {"credited_items": None},
            "subscription": subscription,
        },
        "subscription_item_details": None,
    }
    return {
        **_line(account, item["currency"], item["quantity"], item["amount"], item["description"]),
        "metadata": dict(item["metadata"]),
        "parent": parent,
        "period": dict(item["period"]),
        "pricing": pricing,
    }


def product_name(account: Account, price: Document) -> str:
    product = account.store.get("product", price["product"])
    return str(product["name"]) if product else price["product"]


def _line(
    account: Account, currency: str, quantity: int, amount: int, description: str | None
) -> Document:
    return {
        "id": account.new_id("il"),
        "object": "line_item",
        "amount": amount,
        "currency": currency,
        "description": description,
        "discount_amounts": [],
        "discountable": True,
        "discounts": [],
        "livemode": False,
        "pretax_credit_amounts": [],
        "quantity": quantity,
        "subtotal": amount,
        "taxes": [],
    }


def _item_parent(subscription_id: str, item_id: str) -> dict[str, Any]:
    return {
        "type": "subscription_item_details",
        "invoice_item_details": None,
        "subscription_item_details": {
            "invoice_item": None,
            "proration": False,
            "proration_details": {"credited_items": None},
            "subscription": subscription_id,
            "subscription_item": item_id,
        },
    }
