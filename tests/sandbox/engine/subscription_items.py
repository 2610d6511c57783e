"""Items of a subscription: what is collected, how often, and until when it is paid for."""

from typing import Any

from tests.sandbox.engine import products
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.errors import invalid, missing
from tests.sandbox.engine.periods import next_after, renewal
from tests.sandbox.engine.store import Document


def create(account: Account, subscription_id: str, line: Document) -> Document:
    now, recurring = account.now(), line["price"]["recurring"]
    return {
        "id": account.new_id("si", 14),
        "object": "subscription_item",
        "billing_thresholds": None,
        "created": now,
        "current_period_end": renewal(
            now, interval=recurring["interval"], count=recurring["interval_count"], number=1
        ),
        "current_period_start": now,
        "discounts": [],
        "metadata": {},
        "plan": _plan(line["price"]),
        "price": line["price"],
        "quantity": line["quantity"],
        "subscription": subscription_id,
        "tax_rates": [],
    }


def in_next_period(subscription: Document, now: int) -> Document:
    """The items as they are once the period that ends now has passed."""
    anchor = subscription["billing_cycle_anchor"]
    return {
        **subscription["items"],
        "data": [
            {
                **item,
                "current_period_start": now,
                "current_period_end": next_after(anchor, now, item["price"]["recurring"]),
            }
            for item in subscription["items"]["data"]
        ],
    }


def _plan(price: Document) -> Document:
    """The older view of a recurring price that Stripe still shows on each item."""
    recurring = price["recurring"]
    return {
        "id": price["id"],
        "object": "plan",
        "active": price["active"],
        "amount": price["unit_amount"],
        "amount_decimal": price["unit_amount_decimal"],
        "billing_scheme": "per_unit",
        "created": price["created"],
        "currency": price["currency"],
        "interval": recurring["interval"],
        "interval_count": recurring["interval_count"],
        "livemode": False,
        "metadata": price["metadata"],
        "meter": None,
        "nickname": price["nickname"],
        "product": price["product"],
        "tiers_mode": None,
        "transform_usage": None,
        "trial_period_days": None,
        "usage_type": "licensed",
    }


def changed(account: Account, subscription: Document, params: dict[str, Any]) -> Document:
    """The items after an update: new prices from the next invoice on, so no prorations are computed."""
    if params.get("proration_behavior") != "none":
        raise invalid(
            "The sandbox does not compute prorations: pass proration_behavior=none.",
            param="proration_behavior",
        )
    items = [dict(item) for item in subscription["items"]["data"]]
    by_id = {item["id"]: item for item in items}
    for index, change in enumerate(params["items"]):
        path = f"items[{index}]"
        if "id" not in change:
            raise invalid(
                "The sandbox changes existing items only: pass the id of the item.",
                param=f"{path}[id]",
            )
        if change["id"] not in by_id:
            raise missing("subscription item", change["id"], param=f"{path}[id]", status=400)
        item = by_id[change["id"]]
        price = _new_price(account, change, path)
        if price:
            if price["currency"] != subscription["currency"]:
                raise invalid(
                    "A subscription's prices must all have its own currency.",
                    param=f"{path}[price]",
                )
            if price["recurring"] != item["price"]["recurring"]:
                raise invalid(
                    "The sandbox keeps the interval of a subscription as it is for now.",
                    param=f"{path}[price]",
                )
            item.update(price=price, plan=_plan(price))
        item["quantity"] = change.get("quantity", item["quantity"])
    return {**subscription["items"], "data": items}


def _new_price(account: Account, change: dict[str, Any], path: str) -> Document | None:
    if "price" in change:
        price = account.store.get("price", change["price"])
        if price is None:
            raise missing("price", change["price"], param=f"{path}[price]", status=400)
        return price
    if "price_data" in change:
        data, data_path = change["price_data"], f"{path}[price_data]"
        product = products.product_named(account, data["product"], param=f"{data_path}[product]")
        return products.make_price(account, data, product, path=data_path, active=False)
    return None
