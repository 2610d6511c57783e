"""Lines of a Checkout Session: what is paid for, priced from a price or from inline `price_data`."""

from typing import Any

from tests.sandbox.engine import products
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.errors import invalid, missing
from tests.sandbox.engine.money import MAXIMUM_AMOUNT, formatted
from tests.sandbox.engine.store import Document


def build(account: Account, params: dict[str, Any]) -> list[Document]:
    """The lines that a new session shows; a refusal for what cannot be sold together."""
    lines = []
    for index, given in enumerate(params["line_items"]):
        path = f"line_items[{index}]"
        price = _price_of_line(account, params["mode"], given, path)
        quantity = given.get("quantity", 1)
        amount = price["unit_amount"] * quantity
        if amount > MAXIMUM_AMOUNT:
            raise invalid(
                f"The total must be no more than {formatted(MAXIMUM_AMOUNT, price['currency'])}",
                param=f"{path}[quantity]",
                code="amount_too_large",
            )
        product = account.store.get("product", price["product"])
        lines.append(
            {
                "id": account.new_id("li"),
                "object": "item",
                "amount_discount": 0,
                "amount_subtotal": amount,
                "amount_tax": 0,
                "amount_total": amount,
                "currency": price["currency"],
                "description": product["name"] if product else None,
                "price": price,
                "quantity": quantity,
            }
        )
    if len({line["currency"] for line in lines}) > 1:
        raise invalid(
            "All prices on a Checkout Session must have the same currency.", param="line_items"
        )
    intervals = {str(line["price"]["recurring"]) for line in lines if line["price"]["recurring"]}
    if len(intervals) > 1:
        raise invalid("All recurring prices must have the same interval.", param="line_items")
    if params["mode"] == "subscription" and not intervals:
        raise invalid(
            "You must provide at least one recurring price in `subscription` mode when using prices.",
            param="line_items",
        )
    return lines


def _price_of_line(account: Account, mode: str, given: dict[str, Any], path: str) -> Document:
    if "price" in given:
        price = account.store.get("price", given["price"])
        if price is None:
            raise missing("price", given["price"], param=f"{path}[price]", status=400)
        if not price["active"]:
            raise invalid(f"The price {price['id']} is inactive.", param=f"{path}[price]")
    else:
        data, data_path = given["price_data"], f"{path}[price_data]"
        if "product" in data:
            product = products.product_named(
                account, data["product"], param=f"{data_path}[product]"
            )
        else:
            product = products.create_product(account, data["product_data"])
        price = products.make_price(account, data, product, path=data_path, active=False)
    if mode == "payment" and price["recurring"]:
        raise invalid(
            "You specified `payment` mode but passed a recurring price. Either switch to "
            "`subscription` mode or use only one-time prices.",
            param=path,
        )
    return price
