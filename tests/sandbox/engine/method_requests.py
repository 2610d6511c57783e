"""What API calls do with payment methods: make, keep, change and let go of them."""

from typing import Any

from tests.sandbox.engine import customers, metadata
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.card_tokens import SOURCE_TOKENS
from tests.sandbox.engine.declines import DECLINES
from tests.sandbox.engine.documents import public
from tests.sandbox.engine.errors import StripeRefusal, invalid, missing
from tests.sandbox.engine.events import save
from tests.sandbox.engine.lists import Page, given, page_of
from tests.sandbox.engine.method_documents import billing
from tests.sandbox.engine.payment_methods import (
    TypedBankAccount,
    TypedCard,
    attach,
    create_bank_debit,
    create_card,
    create_from_card,
    named,
    test_card,
)
from tests.sandbox.engine.store import Document

DEBITS = ("sepa_debit", "bacs_debit")


def create(account: Account, params: dict[str, Any]) -> Document:
    """A payment method of what was typed, or of what a `tok_…` stands for."""
    type_ = params.get("type", "card")
    details = {**params.get("billing_details", {})}
    if "address" in details:
        details["address"] = customers.address(details["address"] or None)
    if type_ == "card":
        method = _card(account, params.get("card"), details)
    elif type_ in DEBITS:
        method = _debit(account, type_, params.get(type_), details)
    else:
        raise invalid(f"This sandbox has cards, SEPA and Bacs debits, no {type_}.", param="type")
    method["metadata"] = metadata.merged({}, params.get("metadata"))
    method["allow_redisplay"] = params.get("allow_redisplay", "unspecified")
    return account.store.put(method)


def list_methods(account: Account, params: dict[str, Any]) -> Page:
    """Those of a customer; methods that nobody keeps are in no list."""
    if "customer" not in params:
        raise invalid(
            "Missing required param: customer.", param="customer", code="parameter_missing"
        )
    customers.get(account, params["customer"], param="customer")
    return page_of(account, "payment_method", params, given(params, "customer", "type"))


def list_of_customer(account: Account, params: dict[str, Any], customer_id: str) -> Page:
    customers.get(account, customer_id, param="id")
    filters = {**given(params, "type"), "customer": customer_id}
    return page_of(account, "payment_method", params, filters)


def retrieve_of_customer(
    account: Account, params: dict[str, Any], customer_id: str, method_id: str
) -> Document:
    customers.get(account, customer_id, param="id")
    method = account.store.get("payment_method", method_id)
    if method is None or method["customer"] != customer_id:
        raise missing("PaymentMethod", method_id)
    return method


def update(account: Account, params: dict[str, Any], method_id: str) -> Document:
    method = _known(account, method_id)
    if method["customer"] is None:
        raise invalid(
            "You must save this PaymentMethod to a customer before you can update it.",
            param="payment_method",
        )
    changes: dict[str, Any] = given(params, "allow_redisplay")
    if "metadata" in params:
        changes["metadata"] = metadata.merged(method["metadata"] or {}, params["metadata"])
    if "billing_details" in params:
        changes["billing_details"] = billing(
            {**method["billing_details"], **params["billing_details"]}
        )
        if address := params["billing_details"].get("address"):
            changes["billing_details"]["address"] = customers.address(address)
    if "card" in params:
        if method["type"] != "card":
            raise invalid("This PaymentMethod is no card.", param="card")
        changes["card"] = {**method["card"], **params["card"]}
    return save(account, method, "payment_method.updated", **changes)


def attach_to_customer(account: Account, params: dict[str, Any], method_id: str) -> Document:
    """Keep a method for a customer. The issuer is asked: a card that declines is not kept."""
    if "customer" not in params:
        raise invalid(
            "Missing required param: customer.", param="customer", code="parameter_missing"
        )
    customer = customers.get(account, params["customer"], param="customer")
    method = named(account, method_id, param="id")
    if method.get("_is_spent"):
        raise invalid(
            "This PaymentMethod was previously used without being attached to a Customer or was detached "
            "from a Customer, and may not be used again.",
            param="payment_method",
        )
    if method["customer"] not in (None, customer["id"]):
        raise invalid(
            "The payment method you provided has already been attached to a customer.",
            param="payment_method",
        )
    if method["type"] == "card":
        _ask_issuer(method)
    attach(account, method, customer["id"])
    return method


def detach(account: Account, params: dict[str, Any], method_id: str) -> Document:
    """Let go of a method for good; it stops being its customer's default."""
    method = _known(account, method_id)
    customer_id = method["customer"]
    if customer_id is None:
        raise invalid(
            "The payment method you provided is not attached to a customer so detachment is impossible.",
            param="payment_method",
        )
    method["_is_spent"] = True
    save(account, method, "payment_method.detached", customer=None)
    customer = account.store.get("customer", customer_id)
    if customer and not customer.get("deleted"):
        defaults = customer["invoice_settings"]
        if defaults["default_payment_method"] == method_id:
            unset = {**defaults, "default_payment_method": None}
            save(account, customer, "customer.updated", invoice_settings=unset)
    return method


def _card(account: Account, typed: Any, details: Document) -> Document:
    if not typed:
        raise invalid("Missing required param: card.", param="card", code="parameter_missing")
    if "token" in typed:
        card = SOURCE_TOKENS.get(typed["token"])
        if card is None:
            raise missing("token", typed["token"], param="card[token]", status=400)
        return create_from_card(account, card, details)
    for name in ("number", "exp_month", "exp_year"):
        if name not in typed:
            param = f"card[{name}]"
            raise invalid(
                f"Missing required param: {param}.", param=param, code="parameter_missing"
            )
    number, year = typed["number"], str(typed["exp_year"])
    cvc = typed.get("cvc", "1234" if number.startswith("3") and len(number) == 15 else "123")
    return create_card(account, TypedCard(number, str(typed["exp_month"]), year, cvc), details)


def _debit(account: Account, type_: str, typed: Any, details: Document) -> Document:
    wanted = ("name", "email") if type_ == "sepa_debit" else ("name", "email", "address")
    if not typed:
        raise invalid(f"Missing required param: {type_}.", param=type_, code="parameter_missing")
    for name in wanted:
        if not details.get(name):
            param = f"billing_details[{name}]"
            raise invalid(
                f"Missing required param: {param}.", param=param, code="parameter_missing"
            )
    return create_bank_debit(account, TypedBankAccount(**typed), details)


def _ask_issuer(method: Document) -> None:
    card = test_card(method)
    if card.decline_code and not card.keeps:
        why = DECLINES[card.decline_code]
        error = why.error()
        raise StripeRefusal(
            error.pop("message"),
            status=402,
            type_="card_error",
            code=error.pop("code"),
            payment_method=public(method),
            **error,
        )


def _known(account: Account, method_id: str) -> Document:
    method = account.store.get("payment_method", method_id)
    if method is None:
        raise missing("PaymentMethod", method_id)
    return method
