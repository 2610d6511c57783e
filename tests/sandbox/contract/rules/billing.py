"""Rules of subscriptions, invoices and test clocks."""

from tests.sandbox.contract.rules.rule import Params, Rule, required
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.errors import invalid
from tests.sandbox.engine.periods import DAY

LONGEST_TRIAL = 2 * 366 * DAY
MOST_ITEMS = 20


def _one_of(*names: str) -> Rule:
    def rule(account: Account, params: Params) -> None:
        given = [name for name in names if name in params]
        if len(given) > 1:
            raise invalid(
                f"You may only specify one of these parameters: {', '.join(names)}.",
                param=given[-1],
            )

    return rule


def _trial_lies_ahead(account: Account, params: Params) -> None:
    trial_end = params.get("trial_end")
    if not isinstance(trial_end, int):
        return
    if trial_end <= account.now():
        raise invalid("Invalid timestamp: must be an integer Unix timestamp in the future.",
                      param="trial_end")  # fmt: skip
    if trial_end > account.now() + LONGEST_TRIAL:
        raise invalid("Invalid timestamp: can be no more than two years in the future.",
                      param="trial_end")  # fmt: skip


def _items_are_few_and_priced(account: Account, params: Params) -> None:
    items = params.get("items", [])
    if len(items) > MOST_ITEMS:
        raise invalid(f"A subscription can have up to {MOST_ITEMS} items.", param="items")
    for index, item in enumerate(items):
        if "price" in item and "price_data" in item:
            raise invalid(
                "You may only specify one of these parameters: price, price_data.",
                param=f"items[{index}][price_data]",
            )
        if item.get("quantity", 1) < 0:
            raise invalid("Invalid non-negative integer", param=f"items[{index}][quantity]",
                          code="parameter_invalid_integer")  # fmt: skip


def _new_anchor(account: Account, params: Params) -> None:
    anchor = params.get("billing_cycle_anchor")
    if anchor is None:
        return
    if anchor <= account.now():
        raise invalid("`billing_cycle_anchor` must be in the future.", param="billing_cycle_anchor")
    if params.get("proration_behavior") != "none" and "trial_end" not in params:
        raise invalid(
            "The sandbox does not compute prorations: pass proration_behavior=none.",
            param="proration_behavior",
        )


def _sent_invoices_have_a_due_date(account: Account, params: Params) -> None:
    is_sent = params.get("collection_method") == "send_invoice"
    if "days_until_due" in params and not is_sent:
        raise invalid(
            "`days_until_due` belongs to `collection_method=send_invoice` only.",
            param="days_until_due",
        )
    if is_sent and "days_until_due" not in params and "due_date" not in params:
        raise invalid(
            "Missing required param: days_until_due.", param="days_until_due",
            code="parameter_missing",
        )  # fmt: skip


def _behaviors_that_exist_here(account: Account, params: Params) -> None:
    if params.get("payment_behavior") == "pending_if_incomplete":
        raise invalid("The sandbox has no pending updates.", param="payment_behavior")


def _an_update_cannot_be_undone(account: Account, params: Params) -> None:
    if params.get("payment_behavior") == "error_if_incomplete":
        raise invalid(
            "The sandbox does not take back an update whose payment fails: use allow_incomplete or "
            "default_incomplete.",
            param="payment_behavior",
        )


RULES: dict[str, tuple[Rule, ...]] = {
    "SubscriptionCreateParams": (
        required("customer", "items"),
        _items_are_few_and_priced,
        _one_of("trial_end", "trial_period_days"),
        _one_of("cancel_at", "cancel_at_period_end"),
        _trial_lies_ahead,
        _new_anchor,
        _sent_invoices_have_a_due_date,
        _behaviors_that_exist_here,
    ),
    "SubscriptionUpdateParams": (
        _items_are_few_and_priced,
        _one_of("cancel_at", "cancel_at_period_end"),
        _trial_lies_ahead,
        _behaviors_that_exist_here,
        _an_update_cannot_be_undone,
    ),
    "InvoiceCreateParams": (_sent_invoices_have_a_due_date,),
    "InvoiceItemCreateParams": (
        _one_of("amount", "price_data", "pricing"),
        _one_of("amount", "quantity"),
    ),
    "SubscriptionItemUpdateParams": (_behaviors_that_exist_here, _an_update_cannot_be_undone),
    "SubscriptionItemListParams": (required("subscription"),),
}
