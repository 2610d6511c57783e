"""Rules of refunds and payouts."""

from tests.sandbox.contract.rules.rule import Params, Rule, required
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.errors import invalid


def _one_thing_refunded(account: Account, params: Params) -> None:
    if "charge" in params and "payment_intent" in params:
        raise invalid(
            "You may only specify one of these parameters: charge, payment_intent.", param="charge"
        )


def _standard_from_the_card_balance(account: Account, params: Params) -> None:
    if params.get("method", "standard") != "standard":
        raise invalid("The sandbox has no instant payouts.", param="method")
    if params.get("source_type", "card") != "card":
        raise invalid("This account has no balance of that source type.", param="source_type")


def _payout_statement(account: Account, params: Params) -> None:
    if len(params.get("statement_descriptor", "")) > 22:
        raise invalid(
            "The statement descriptor of a payout has at most 22 characters.",
            param="statement_descriptor",
        )


RULES: dict[str, tuple[Rule, ...]] = {
    "RefundCreateParams": (_one_thing_refunded,),
    "TopupCreateParams": (required("amount", "currency"),),
    "PayoutCreateParams": (
        required("amount", "currency"),
        _standard_from_the_card_balance,
        _payout_statement,
    ),
}
