"""Rules of payment methods and of the intents that use them."""

from tests.sandbox.contract.rules.rule import Params, Rule, required
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.errors import invalid

ONLY_AT_CONFIRMATION = ("off_session", "error_on_requires_action", "mandate_data", "return_url")


def _what_belongs_to_confirmation(account: Account, params: Params) -> None:
    for name in ONLY_AT_CONFIRMATION:
        if name in params and not params.get("confirm"):
            raise invalid(f"You can only pass `{name}` with `confirm=true`.", param=name)


def _nobody_is_there_to_save_for(account: Account, params: Params) -> None:
    if params.get("off_session") and params.get("setup_future_usage"):
        raise invalid(
            "You cannot use both `off_session` and `setup_future_usage`: a card is set up with its payer.",
            param="setup_future_usage",
        )


def _one_way_to_narrow(account: Account, params: Params) -> None:
    if params.get("allowed_payment_method_types") and params.get("excluded_payment_method_types"):
        raise invalid(
            "You may only specify one of these parameters: allowed_payment_method_types, "
            "excluded_payment_method_types.",
            param="excluded_payment_method_types",
        )


def _one_method(account: Account, params: Params) -> None:
    if "payment_method" in params and "payment_method_data" in params:
        raise invalid(
            "You may only specify one of these parameters: payment_method, payment_method_data.",
            param="payment_method_data",
        )


def _manual_or_automatic(account: Account, params: Params) -> None:
    debit = params.get("payment_method_data", {}).get("type", "card") != "card"
    if params.get("capture_method") == "manual" and debit:
        raise invalid("A bank debit cannot be captured manually.", param="capture_method")


RULES: dict[str, tuple[Rule, ...]] = {
    "PaymentMethodCreateParams": (required("type"),),
    "PaymentIntentCreateParams": (
        _what_belongs_to_confirmation,
        _nobody_is_there_to_save_for,
        _one_way_to_narrow,
        _one_method,
        _manual_or_automatic,
    ),
    "PaymentIntentUpdateParams": (_one_way_to_narrow, _one_method),
    "PaymentIntentConfirmParams": (_nobody_is_there_to_save_for, _one_method),
    "SetupIntentCreateParams": (_what_belongs_to_confirmation, _one_way_to_narrow, _one_method),
    "SetupIntentConfirmParams": (_one_method,),
}
