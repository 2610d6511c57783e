"""What a rule in prose is: it reads typed parameters and raises Stripe's refusal, or says nothing."""

from collections.abc import Callable
from typing import Any

from tests.sandbox.engine.account import Account
from tests.sandbox.engine.errors import invalid

Params = dict[str, Any]
Rule = Callable[[Account, Params], None]


def required(*names: str) -> Rule:
    def rule(account: Account, params: Params) -> None:
        for name in names:
            if name not in params:
                raise invalid(
                    f"Missing required param: {name}.", param=name, code="parameter_missing"
                )

    return rule
