"""`POST /v1/subscriptions/{id}`: amount, interval, date, card, pause and end of a subscription."""

from dataclasses import dataclass
from typing import Any, Literal

from tests.sandbox.engine import (
    metadata,
    renewals,
    subscription_documents,
    subscription_items,
    subscription_states,
)
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.errors import invalid, missing
from tests.sandbox.engine.store import Document
from tests.sandbox.engine.subscription_creation import check_method
from tests.sandbox.engine.subscription_states import current_period_end, is_over
from tests.sandbox.engine.subscriptions import find_item, running

CLEARABLE_FIELDS = ("default_payment_method", "description")
PLAIN_FIELDS = ("collection_method", "days_until_due")
AFTER_THE_END = frozenset({"metadata", "cancellation_details", "expand"})
NOTHING_SAID = {"comment": None, "feedback": None, "reason": None}

Bill = Literal["nothing", "trial", "period"]


@dataclass(frozen=True, slots=True)
class Timing:
    """What an update does to the periods, and what is billed for that at once."""

    changes: dict[str, Any]
    bill: Bill = "nothing"


def update(account: Account, params: dict[str, Any], subscription_id: str) -> Document:
    subscription = _updatable(account, params, subscription_id)
    changes = _plain_changes(account, subscription, params)
    ends_trial = params.get("trial_end") == "now" and subscription["status"] == "trialing"
    if ends_trial and renewals.stops_for_want_of_a_method(account, subscription):
        changes["trial_end"] = account.now()
        subscription_states.change(account, subscription, **changes)
        return subscription
    items = subscription["items"]
    if "items" in params:
        changes["items"] = items = subscription_items.changed(account, subscription, params)
    timing = timing_of(account, subscription, params, items)
    changes |= timing.changes
    changes |= _ending(account, {**subscription, **changes}, params)
    subscription_states.change(account, subscription, **changes)
    if not is_over(subscription):
        renewals.plan(account, subscription)
    if timing.bill != "nothing":
        renewals.bill_now(
            account,
            subscription,
            is_trial=timing.bill == "trial",
            attempts=params.get("payment_behavior") != "default_incomplete",
        )
    return subscription


def update_item(account: Account, params: dict[str, Any], item_id: str) -> Document:
    """An item's own endpoint: the same as updating its subscription with this one item."""
    subscription, _item = find_item(account, item_id)
    own = {name: params[name] for name in ("price", "price_data", "quantity", "metadata")
           if name in params}  # fmt: skip
    behavior = {k: params[k] for k in ("proration_behavior", "payment_behavior") if k in params}
    update(account, {"items": [{"id": item_id, **own}], **behavior}, subscription["id"])
    return find_item(account, item_id)[1]


def timing_of(
    account: Account, subscription: Document, params: dict[str, Any], items: Document
) -> Timing:
    """Where the next period ends after an update, whether or not it is carried out."""
    now, is_trial = account.now(), subscription["status"] == "trialing"
    trial_end = params.get("trial_end")
    if trial_end == "now":
        return (
            _from_now(account, items, {"status": "active", "trial_end": now})
            if is_trial
            else Timing({})
        )
    if trial_end is not None:
        if not is_trial:
            _refuse_prorations(params)
        return Timing(
            {
                "items": subscription_items.in_period(
                    items,
                    subscription_states.current_period_start(subscription) if is_trial else now,
                    trial_end,
                ),
                "billing_cycle_anchor": trial_end,
                "trial_end": trial_end,
                "trial_start": subscription["trial_start"] if is_trial else now,
                "status": "trialing",
            },
            "trial",
        )
    is_reset = (params.get("billing_cycle_anchor") or {}).get("type") == "now"
    interval = subscription_items.interval_of
    if is_reset or interval(items) != interval(subscription["items"]):
        if is_trial:
            return Timing({})
        _refuse_prorations(params)
        return _from_now(account, items, {})
    return Timing({})


def _from_now(account: Account, items: Document, changes: dict[str, Any]) -> Timing:
    now = account.now()
    after = {"billing_cycle_anchor": now, "items": items}
    return Timing(
        {**changes, **after, "items": subscription_items.in_next_period(after, now)}, "period"
    )


def _plain_changes(
    account: Account, subscription: Document, params: dict[str, Any]
) -> dict[str, Any]:
    customer = account.store.get("customer", subscription["customer"])
    assert customer is not None
    check_method(account, params.get("default_payment_method"), customer)
    changes: dict[str, Any] = {
        name: params[name] or None for name in CLEARABLE_FIELDS if name in params
    }
    changes |= {name: params[name] for name in PLAIN_FIELDS if name in params}
    if "metadata" in params:
        changes["metadata"] = metadata.merged(subscription["metadata"], params["metadata"])
    if "pause_collection" in params:
        changes["pause_collection"] = _pause(account, subscription, params["pause_collection"])
    if "trial_settings" in params:
        changes["trial_settings"] = subscription_documents.trial_settings(params["trial_settings"])
    if "cancellation_details" in params:
        changes["cancellation_details"] = _said(subscription, params["cancellation_details"])
    return changes


def _pause(account: Account, subscription: Document, given: Any) -> Document | None:
    if not given:
        return None
    resumes_at = given.get("resumes_at") or None
    if resumes_at is not None:
        account.schedule(resumes_at, "resume_collection", subscription["id"])
    return {"behavior": given["behavior"], "resumes_at": resumes_at}


def _ending(account: Account, after: Document, params: dict[str, Any]) -> dict[str, Any]:
    """When it ends, after an update; `after` is the subscription with all else that changes."""
    ends_at, at_period_end = after["cancel_at"], after["cancel_at_period_end"]
    if "cancel_at_period_end" in params:
        at_period_end = params["cancel_at_period_end"]
        ends_at = None
    elif "cancel_at" in params:
        at_period_end, ends_at = False, _moment_of_end(account, after, params)
    if at_period_end:
        ends_at = current_period_end(after)
    if ends_at == after["cancel_at"] and at_period_end == after["cancel_at_period_end"]:
        return {}
    if ends_at is None:
        return {"cancel_at": None, "cancel_at_period_end": False, "canceled_at": None,
                "cancellation_details": _said({"cancellation_details": NOTHING_SAID},
                                              params.get("cancellation_details", {}))}  # fmt: skip
    return {
        "cancel_at": ends_at,
        "cancel_at_period_end": at_period_end,
        "canceled_at": after["canceled_at"] or account.now(),
        "cancellation_details": {
            **after["cancellation_details"],
            "reason": "cancellation_requested",
        },
    }


def _moment_of_end(account: Account, after: Document, params: dict[str, Any]) -> int | None:
    given = params["cancel_at"]
    if given == "":
        return None
    if isinstance(given, str):
        return current_period_end(
            after
        )  # one interval for all items: its nearest end is its furthest
    if given <= account.now():
        raise invalid("`cancel_at` must be in the future.", param="cancel_at")
    if given != current_period_end(after):
        _refuse_prorations(params)
    return int(given)


def _said(subscription: Document, given: dict[str, Any]) -> Document:
    said = dict(subscription["cancellation_details"])
    return said | {name: given[name] or None for name in ("comment", "feedback") if name in given}


def _updatable(account: Account, params: dict[str, Any], subscription_id: str) -> Document:
    subscription = account.store.get("subscription", subscription_id)
    if subscription is None:
        raise missing("subscription", subscription_id)
    if is_over(subscription) and params.keys() <= AFTER_THE_END:
        return subscription
    return running(account, subscription_id)


def _refuse_prorations(params: dict[str, Any]) -> None:
    if params.get("proration_behavior") != "none":
        raise invalid(
            "The sandbox does not compute prorations: pass proration_behavior=none.",
            param="proration_behavior",
        )
