"""Rules of Checkout Sessions."""

import re

from tests.sandbox.contract.rules.rule import Params, Rule, required
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.errors import StripeRefusal, invalid

SHORTEST_SESSION, LONGEST_SESSION = 30 * 60, 24 * 3600
CLOCK_SLACK = 60
_ADDRESS = re.compile(r"[^@\s\"]+@[^@\s.]+(\.[^@\s.]+)+")


def _mode_has_its_own_parameters(account: Account, params: Params) -> None:
    mode = params["mode"]
    if mode == "setup":
        raise invalid("The sandbox has no `setup` mode yet.", param="mode")
    for name, modes in (
        ("customer_creation", ("payment", "setup")),
        ("payment_intent_data", ("payment",)),
        ("subscription_data", ("subscription",)),
        ("payment_method_collection", ("subscription",)),
        ("submit_type", ("payment", "subscription")),
    ):
        if name in params and mode not in modes:
            raise invalid(f"You can not pass `{name}` in `{mode}` mode.", param=name)


def _hosted_page_urls(account: Account, params: Params) -> None:
    if params.get("ui_mode", "hosted_page") != "hosted_page":
        raise invalid("The sandbox has hosted pages only for now.", param="ui_mode")
    if "success_url" not in params:
        raise invalid(
            "Missing required param: success_url.", param="success_url", code="parameter_missing"
        )
    for name in ("success_url", "cancel_url"):
        if name in params and not params[name].startswith(("http://", "https://")):
            raise invalid(
                "Not a valid URL: an explicit scheme (such as https) must be provided.",
                param=name,
                code="url_invalid",
            )
    if "return_url" in params or "redirect_on_completion" in params:
        raise invalid("`return_url` belongs to embedded pages only.", param="return_url")


def _one_payer(account: Account, params: Params) -> None:
    for other in ("customer_email", "customer_creation"):
        if "customer" in params and other in params:
            raise invalid(
                f"You may only specify one of these parameters: customer, {other}.", param=other
            )


def _email_is_an_address(account: Account, params: Params) -> None:
    email = params.get("customer_email")
    if email is not None and not _ADDRESS.fullmatch(email):
        raise invalid(
            f"Invalid email address: {email}", param="customer_email", code="email_invalid"
        )


def _session_lifetime(account: Account, params: Params) -> None:
    if "expires_at" not in params:
        return
    lifetime = params["expires_at"] - account.now()
    if lifetime < SHORTEST_SESSION - CLOCK_SLACK or lifetime > LONGEST_SESSION + CLOCK_SLACK:
        raise invalid(
            "The `expires_at` timestamp must be between 30 minutes and 24 hours from Checkout Session "
            "creation.",
            param="expires_at",
        )


def _lines_say_what_and_how_many(account: Account, params: Params) -> None:
    if not params["line_items"]:
        raise invalid("`line_items` may not be empty.", param="line_items")
    for index, line in enumerate(params["line_items"]):
        path = f"line_items[{index}]"
        if ("price" in line) == ("price_data" in line):
            raise invalid(
                "Each line item takes exactly one of `price` and `price_data`.",
                param=f"{path}[price]",
            )
        if line.get("quantity", 0) < 1:
            raise invalid(
                "Quantity is required and is at least 1. Add `quantity` to the line item.",
                param=f"{path}[quantity]",
            )
        data = line.get("price_data")
        if data and ("product" in data) == ("product_data" in data):
            raise invalid(
                "`price_data` takes exactly one of `product` and `product_data`.",
                param=f"{path}[price_data][product]",
            )


def _what_the_page_can_do(account: Account, params: Params) -> None:
    """The sandbox's page takes cards, in the one currency that the session was opened with."""
    if params.get("adaptive_pricing", {}).get("enabled"):
        raise invalid("The sandbox converts no currencies.", param="adaptive_pricing[enabled]")
    if "card" in params.get("excluded_payment_method_types", ()):
        raise invalid(
            "No payment method is left for this session.", param="excluded_payment_method_types"
        )
    if "card" not in params.get("allowed_payment_method_types", ("card",)):
        raise invalid("The sandbox has cards only for now.", param="allowed_payment_method_types")


def _reference_length(account: Account, params: Params) -> None:
    if len(params.get("client_reference_id", "")) > 200:
        raise invalid(
            "`client_reference_id` can have up to 200 characters.", param="client_reference_id"
        )


def _statement_suffix(account: Account, params: Params) -> None:
    data = params.get("payment_intent_data", {})
    if "statement_descriptor" in data:
        raise StripeRefusal(
            "`statement_descriptor` is no longer supported for card payments; use "
            "`statement_descriptor_suffix`.",
            param="payment_intent_data[statement_descriptor]",
        )
    suffix = data.get("statement_descriptor_suffix", "a")
    if len(suffix) > 22 or not any(c.isalpha() for c in suffix) or set(suffix) & set("<>\\'\"*"):
        raise invalid(
            "The statement descriptor suffix has at most 22 characters, at least one letter, and none of "
            "< > \\ ' \" *.",
            param="payment_intent_data[statement_descriptor_suffix]",
        )


RULES: dict[str, tuple[Rule, ...]] = {
    "checkout.SessionCreateParams": (
        required("mode", "line_items"),
        _mode_has_its_own_parameters,
        _hosted_page_urls,
        _one_payer,
        _email_is_an_address,
        _session_lifetime,
        _lines_say_what_and_how_many,
        _what_the_page_can_do,
        _reference_length,
        _statement_suffix,
    ),
}
