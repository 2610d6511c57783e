"""Holds requests to the rules that Stripe states only in prose, so that no generated type knows them."""

from typing import Any

from tests.sandbox.contract.rules import RULES
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.errors import invalid

GONE = "payment_method_types"


def refuse_gone_parameters(form: dict[str, Any]) -> None:
    """Say what replaced a parameter that this version no longer has, before "unknown parameter" would."""
    if GONE in form:
        raise invalid(
            f"`{GONE}` is no longer supported at this API version. Use dynamic payment methods, with "
            "`excluded_payment_method_types` or `allowed_payment_method_types` to narrow them.",
            param=GONE,
            code="payment_method_types_no_longer_supported",
        )


def check_prose(params_type: str, account: Account, params: dict[str, Any]) -> None:
    for rule in RULES.get(params_type, ()):
        rule(account, params)
