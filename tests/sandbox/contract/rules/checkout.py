"""Rules of Checkout Sessions."""

import re

from tests.sandbox.contract.rules.rule import Params, Rule, required
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.errors import StripeRefusal, invalid
from tests.sandbox.engine.money import read_currency

SHORTEST_SESSION, LONGEST_SESSION = 30 * 60, 24 * 3600
CLOCK_SLACK = 60
SHORTEST_TRIAL = 48 * 3600 - CLOCK_SLACK
MOST_QUESTIONS = 3
_ADDRESS = re.compile(r"[^@\s\"]+@[^@\s.]+(\.[^@\s.]+)+")


MODES_OF = {
    "customer_creation": ("payment", "setup"),
    "payment_intent_data": ("payment",),
    "phone_number_collection": ("payment", "subscription"),
    "payment_method_collection": ("subscription",),
    "setup_intent_data": ("setup",),
    "submit_type": ("payment", "subscription"),
    "subscription_data": ("subscription",),
}


def _mode_has_its_own_parameters(account: Account, params: Params) -> None:
    mode = params["mode"]
    for name, modes in MODES_OF.items():
        if name in params and mode not in modes:
            raise invalid(f"You can not pass `{name}` in `{mode}` mode.", param=name)
    if mode == "setup":
        if "line_items" in params:
            raise invalid("You can not pass `line_items` in `setup` mode.", param="line_items")
        required("currency")(account, params)
        read_currency(params["currency"])
    else:
        required("line_items")(account, params)
        if "currency" in params:
            raise StripeRefusal(
                "Prices in several currencies are not here yet: a line's price has its currency.",
                code="sandbox_parameter_unsupported",
                param="currency",
            )


def _where_the_payer_goes(account: Account, params: Params) -> None:
    """Hosted pages lead to `success_url`, the embedded kinds to `return_url`."""
    hosted = params.get("ui_mode", "hosted_page") == "hosted_page"
    stays = params.get("redirect_on_completion") == "never"
    if hosted:
        required("success_url")(account, params)
    elif not stays:
        required("return_url")(account, params)
    foreign = ("return_url", "redirect_on_completion") if hosted else ("success_url", "cancel_url")
    if not hosted and params["ui_mode"] == "elements":
        foreign += ("submit_type", "custom_text", "redirect_on_completion")
    for name in foreign:
        if name in params:
            ui_mode = params.get("ui_mode", "hosted_page")
            raise invalid(f"You can not pass `{name}` with `ui_mode={ui_mode}`.", param=name)
    if stays and "return_url" in params:
        raise invalid("Nobody returns when `redirect_on_completion=never`.", param="return_url")
    for name in ("success_url", "cancel_url", "return_url"):
        if name in params and not params[name].startswith(("http://", "https://")):
            raise invalid(
                "Not a valid URL: an explicit scheme (such as https) must be provided.",
                param=name,
                code="url_invalid",
            )


def _one_payer(account: Account, params: Params) -> None:
    for other in ("customer_email", "customer_creation"):
        if "customer" in params and other in params:
            raise invalid(
                f"You may only specify one of these parameters: customer, {other}.", param=other
            )
    if "customer_update" in params and "customer" not in params:
        raise invalid("`customer_update` needs a `customer`.", param="customer_update")


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
    if params.get("line_items") == []:
        raise invalid("`line_items` may not be empty.", param="line_items")
    for index, line in enumerate(params.get("line_items", ())):
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


def _what_the_sandbox_does_not_do(account: Account, params: Params) -> None:
    """One currency, the one that the session was opened with; no coupons."""
    recovery = params.get("after_expiration", {}).get("recovery", {})
    for path, asked in (
        ("adaptive_pricing[enabled]", params.get("adaptive_pricing", {}).get("enabled")),
        ("allow_promotion_codes", params.get("allow_promotion_codes")),
        (
            "after_expiration[recovery][allow_promotion_codes]",
            recovery.get("allow_promotion_codes"),
        ),
    ):
        if asked:
            raise StripeRefusal(
                f"Stripe can do {path}=true, but this sandbox does not do it yet.",
                code="sandbox_parameter_unsupported",
                param=path,
            )


def _when_a_subscription_begins_to_cost(account: Account, params: Params) -> None:
    data, path = params.get("subscription_data", {}), "subscription_data"
    if "trial_end" in data and "trial_period_days" in data:
        raise invalid(
            "You may only specify one of these parameters: trial_end, trial_period_days.",
            param=f"{path}[trial_end]",
        )
    if "trial_end" in data and data["trial_end"] < account.now() + SHORTEST_TRIAL:
        raise invalid(
            "The `trial_end` date has to be at least 2 days in the future.",
            param=f"{path}[trial_end]",
        )
    if data.get("trial_period_days", 1) < 1:
        raise invalid("A trial has at least one day.", param=f"{path}[trial_period_days]")
    if "billing_cycle_anchor" not in data:
        return
    if "trial_end" in data or "trial_period_days" in data:
        raise invalid(
            "You can not pass `billing_cycle_anchor` with a trial.",
            param=f"{path}[billing_cycle_anchor]",
        )
    if data["billing_cycle_anchor"] <= account.now():
        raise invalid(
            "`billing_cycle_anchor` must be in the future.", param=f"{path}[billing_cycle_anchor]"
        )
    if data.get("proration_behavior") != "none":
        raise invalid(
            "The sandbox does not compute prorations: pass proration_behavior=none.",
            param=f"{path}[proration_behavior]",
        )


def _questions_to_the_payer(account: Account, params: Params) -> None:
    fields = params.get("custom_fields", [])
    if len(fields) > MOST_QUESTIONS:
        raise invalid("A page has up to three custom fields.", param="custom_fields")
    if len({given["key"] for given in fields}) < len(fields):
        raise invalid("Each custom field has a key of its own.", param="custom_fields")
    for index, given in enumerate(fields):
        path = f"custom_fields[{index}]"
        if not given["key"].isalnum() or len(given["key"]) > 200:
            raise invalid(
                "The key of a custom field has up to 200 letters and digits.", param=f"{path}[key]"
            )
        if not 0 < len(given["label"]["custom"]) <= 50:
            raise invalid("A label has up to 50 characters.", param=f"{path}[label][custom]")
        if given["type"] == "dropdown" and not given.get("dropdown", {}).get("options"):
            raise invalid("A dropdown needs its options.", param=f"{path}[dropdown][options]")


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
        required("mode"),
        _mode_has_its_own_parameters,
        _where_the_payer_goes,
        _one_payer,
        _email_is_an_address,
        _session_lifetime,
        _lines_say_what_and_how_many,
        _what_the_sandbox_does_not_do,
        _when_a_subscription_begins_to_cost,
        _questions_to_the_payer,
        _reference_length,
        _statement_suffix,
    ),
}
