"""Items of a subscription: what is collected, how often, and until when it is paid for."""

from typing import TYPE_CHECKING, Any

from tests.sandbox.engine import metadata, products
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.errors import invalid, missing
from tests.sandbox.engine.periods import next_after
from tests.sandbox.engine.store import Document

if TYPE_CHECKING:
    from tests.sandbox.engine.subscription_documents import Sold


def create(account: Account, subscription_id: str, sold: "Sold", start: int, end: int) -> Document:
    return {
        "id": account.new_id("si", 14),
        "object": "subscription_item",
        "billing_thresholds": None,
        "created": account.now(),
        "current_period_end": end,
        "current_period_start": start,
        "discounts": [],
        "metadata": dict(sold.metadata),
        "plan": _plan(sold.price),
        "price": sold.price,
        "quantity": sold.quantity,
        "subscription": subscription_id,
        "tax_rates": [],
    }


def in_next_period(subscription: Document, now: int) -> Document:
    """The items as they are once the period that ends now has passed."""
    return in_period(
        subscription["items"],
        now,
        next_after(subscription["billing_cycle_anchor"], now, interval_of(subscription["items"])),
    )


def in_period(items: Document, start: int, end: int) -> Document:
    rows = [
        {**item, "current_period_start": start, "current_period_end": end} for item in items["data"]
    ]
    return {**items, "data": rows}


def interval_of(items: Document) -> dict[str, Any]:
    """How often a subscription collects: one interval for all its items."""
    recurring: dict[str, Any] = items["data"][0]["price"]["recurring"]
    return recurring


def one_interval(prices: list[Document], *, param: str) -> None:
    """Refuse what the sandbox does not bill together: other intervals, currencies, or one-time prices."""
    if any(price["recurring"] is None for price in prices):
        raise invalid(
            "The price specified is set to `type=one_time` but this field only accepts prices with "
            "`type=recurring`.",
            param=param,
        )
    if len({price["currency"] for price in prices}) > 1:
        raise invalid("A subscription's prices must all have its own currency.", param=param)
    if len({_how_often(price["recurring"]) for price in prices}) > 1:
        raise invalid("The sandbox bills all items of a subscription at one interval.", param=param)


def changed(
    account: Account, subscription: Document, params: dict[str, Any], *, kept: bool = True
) -> Document:
    """The items after an update: new prices from the next invoice on, so no prorations are computed."""
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
        price = price_of(account, change, path=path, kept=kept) or item["price"]
        if price["currency"] != subscription["currency"]:
            raise invalid(
                "A subscription's prices must all have its own currency.", param=f"{path}[price]"
            )
        quantity = change.get("quantity", item["quantity"])
        if price["id"] != item["price"]["id"] or quantity != item["quantity"]:
            _refuse_prorations(params)
        item.update(price=price, plan=_plan(price), quantity=quantity)
        if "metadata" in change:
            item["metadata"] = metadata.merged(item["metadata"], change["metadata"])
    one_interval([item["price"] for item in items], param="items")
    return {**subscription["items"], "data": items}


def price_of(
    account: Account, given: dict[str, Any], *, path: str, kept: bool = True
) -> Document | None:
    """The price that an entry names or describes; None when it does neither. `path` leads to it."""
    prefix = f"{path}[{{}}]" if path else "{}"
    if "price" in given:
        price = account.store.get("price", given["price"])
        if price is None:
            raise missing("price", given["price"], param=prefix.format("price"), status=400)
        return price
    if "price_data" in given:
        data, data_path = given["price_data"], prefix.format("price_data")
        product = products.product_named(account, data["product"], param=f"{data_path}[product]")
        return products.make_price(account, data, product, path=data_path, active=False, kept=kept)
    return None


def _refuse_prorations(params: dict[str, Any]) -> None:
    if params.get("proration_behavior") != "none":
        raise invalid(
            "The sandbox does not compute prorations: pass proration_behavior=none.",
            param="proration_behavior",
        )


def _how_often(recurring: dict[str, Any]) -> tuple[str, int]:
    return recurring["interval"], recurring["interval_count"]


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
