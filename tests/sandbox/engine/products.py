"""Products and their prices."""

from typing import Any

from tests.sandbox.engine import metadata
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.errors import invalid, missing
from tests.sandbox.engine.events import emit, save
from tests.sandbox.engine.money import check_unit_amount, read_currency
from tests.sandbox.engine.store import Document

PRODUCT_FIELDS = (
    "active",
    "name",
    "description",
    "images",
    "statement_descriptor",
    "unit_label",
    "url",
)
PRICE_FIELDS = ("active", "nickname", "lookup_key", "tax_behavior")


def create_product(account: Account, params: dict[str, Any]) -> Document:
    product_id = params.get("id") or account.new_id("prod", 14)
    if account.store.find(product_id):
        raise invalid("Product already exists.", param="id", code="resource_already_exists")
    now = account.now()
    product = account.store.put(
        {
            "id": product_id,
            "object": "product",
            "active": params.get("active", True),
            "created": now,
            "default_price": None,
            "description": params.get("description"),
            "images": params.get("images", []),
            "livemode": False,
            "marketing_features": [],
            "metadata": metadata.merged({}, params.get("metadata")),
            "name": params["name"],
            "package_dimensions": None,
            "shippable": None,
            "statement_descriptor": params.get("statement_descriptor"),
            "tax_code": None,
            "type": params.get("type", "service"),
            "unit_label": params.get("unit_label"),
            "updated": now,
            "url": params.get("url"),
        }
    )
    emit(account, "product.created", product)
    return product


def update_product(account: Account, params: dict[str, Any], product_id: str) -> Document:
    product = _product(account, product_id)
    changes: dict[str, Any] = {
        name: None if params[name] == "" else params[name]
        for name in PRODUCT_FIELDS
        if name in params
    }
    if "metadata" in params:
        changes["metadata"] = metadata.merged(product["metadata"], params["metadata"])
    return save(account, product, "product.updated", **changes, updated=account.now())


def delete_product(account: Account, params: dict[str, Any], product_id: str) -> Document:
    product = _product(account, product_id)
    if next(account.store.newest_first("price", {"product": product_id}), None):
        raise invalid(
            "This product cannot be deleted because it has one or more user-created prices."
        )
    emit(account, "product.deleted", product)
    account.store.remove(product_id)
    return {"id": product_id, "object": "product", "deleted": True}


def create_price(account: Account, params: dict[str, Any]) -> Document:
    if "product" in params:
        product = product_named(account, params["product"], param="product")
    elif "product_data" in params:
        product = create_product(account, params["product_data"])
    else:
        raise invalid(
            "You must specify either `product` or `product_data` when creating a price.",
            code="parameter_missing",
            param="product",
        )
    return make_price(account, params, product, path="")


def make_price(
    account: Account,
    data: dict[str, Any],
    product: Document,
    *,
    path: str,
    active: bool = True,
    kept: bool = True,
) -> Document:
    """A price from parameters or from inline `price_data`; `path` leads to them in the request.

    One that is not `kept` exists for a preview only.
    """
    currency = read_currency(data["currency"], param=f"{path}[currency]" if path else "currency")
    amount_param = f"{path}[unit_amount]" if path else "unit_amount"
    if "unit_amount" not in data:
        raise invalid(
            f"Missing required param: {amount_param}.", param=amount_param, code="parameter_missing"
        )
    check_unit_amount(data["unit_amount"], currency, param=amount_param)
    recurring = data.get("recurring")
    price: Document = {
        "id": account.new_id("price"),
        "object": "price",
        "active": data.get("active", active),
        "billing_scheme": "per_unit",
        "created": account.now(),
        "currency": currency,
        "custom_unit_amount": None,
        "livemode": False,
        "lookup_key": data.get("lookup_key"),
        "metadata": metadata.merged({}, data.get("metadata")),
        "nickname": data.get("nickname"),
        "product": product["id"],
        "recurring": recurring
        and {
            "interval": recurring["interval"],
            "interval_count": recurring.get("interval_count", 1),
            "meter": None,
            "trial_period_days": None,
            "usage_type": "licensed",
        },
        "tax_behavior": data.get("tax_behavior", "unspecified"),
        "tiers_mode": None,
        "transform_quantity": None,
        "type": "recurring" if recurring else "one_time",
        "unit_amount": data["unit_amount"],
        "unit_amount_decimal": str(data["unit_amount"]),
    }
    if kept:
        account.store.put(price)
        emit(account, "price.created", price)
    return price


def update_price(account: Account, params: dict[str, Any], price_id: str) -> Document:
    price = account.store.get("price", price_id)
    if price is None:
        raise missing("price", price_id)
    changes: dict[str, Any] = {name: params[name] for name in PRICE_FIELDS if name in params}
    if "metadata" in params:
        changes["metadata"] = metadata.merged(price["metadata"], params["metadata"])
    return save(account, price, "price.updated", **changes)


def product_named(account: Account, product_id: str, *, param: str) -> Document:
    product = account.store.get("product", product_id)
    if product is None:
        raise missing("product", product_id, param=param, status=400)
    if not product["active"]:
        raise invalid(
            f"The product {product_id} is marked as inactive, so no new prices can be made for it.",
            param=param,
        )
    return product


def _product(account: Account, product_id: str) -> Document:
    product = account.store.get("product", product_id)
    if product is None:
        raise missing("product", product_id)
    return product
