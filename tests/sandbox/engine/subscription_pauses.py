"""Pausing: of collection, which ends by itself; and of the whole subscription, which bills nothing meanwhile."""

from typing import Any

from tests.sandbox.engine import (
    invoice_states,
    renewals,
    subscription_items,
    subscription_states,
)
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.errors import invalid
from tests.sandbox.engine.store import Document
from tests.sandbox.engine.subscriptions import running

RESUMED_WITHIN = 23 * 3600


def resume_collection(account: Account, subscription_id: str) -> None:
    """What the timer of `resumes_at` does, unless the pause was lifted or moved meanwhile."""
    subscription = account.store.get("subscription", subscription_id)
    if not subscription or subscription_states.is_over(subscription):
        return
    pause = subscription["pause_collection"]
    if pause and pause["resumes_at"] is not None and pause["resumes_at"] <= account.now():
        subscription_states.change(account, subscription, pause_collection=None)


def pause(account: Account, params: dict[str, Any], subscription_id: str) -> Document:
    subscription = running(account, subscription_id)
    if subscription["status"] not in ("active", "trialing", "past_due"):
        raise invalid(f"A subscription that is {subscription['status']} cannot be paused.")
    unused = (params.get("bill_for") or {}).get("unused_time_from") or {"type": "now"}
    if unused["type"] != "none":
        raise invalid(
            "The sandbox does not compute prorations: pass bill_for[unused_time_from][type]=none.",
            param="bill_for[unused_time_from][type]",
        )
    subscription_states.pause(account, subscription)
    return subscription


def resume(account: Account, params: dict[str, Any], subscription_id: str) -> Document:
    """Bill anew from now on, or take up the old periods where they stand by now."""
    subscription = running(account, subscription_id)
    if subscription["status"] != "paused":
        raise invalid(
            f"Only a paused subscription can be resumed; this one is {subscription['status']}."
        )
    keeps = (params.get("billing_cycle_anchor") or {}).get("type") == "unchanged"
    if keeps and params.get("proration_behavior") != "none":
        raise invalid(
            "The sandbox does not compute prorations: pass proration_behavior=none.",
            param="proration_behavior",
        )
    if keeps:
        _take_up(account, subscription)
    else:
        behavior = params.get("payment_behavior", "resume_on_payment_attempt")
        _begin_anew(account, subscription, attempts=behavior == "resume_on_payment_attempt")
    return subscription


def void_resumption(account: Account, invoice_id: str) -> None:
    """What a timer does 23 hours after a resumption that nobody paid: the pause goes on."""
    invoice = account.store.get("invoice", invoice_id)
    if invoice and invoice["status"] == "open" and not invoice["attempted"]:
        invoice_states.void(account, invoice)


def _take_up(account: Account, subscription: Document) -> None:
    now = account.now()
    if subscription_states.current_period_end(subscription) <= now:
        items = subscription_items.in_next_period(subscription, now)
        subscription_states.change(account, subscription, items=items)
    subscription_states.resume(account, subscription)
    renewals.plan(account, subscription)


def _begin_anew(account: Account, subscription: Document, *, attempts: bool) -> None:
    now = account.now()
    after = {**subscription, "billing_cycle_anchor": now}
    subscription_states.change(
        account,
        subscription,
        billing_cycle_anchor=now,
        items=subscription_items.in_next_period(after, now),
    )
    renewals.plan(account, subscription)
    invoice = renewals.bill_now(account, subscription, attempts=attempts)
    if subscription["status"] != "paused":
        return  # it was paid, and that resumed it
    if attempts:
        subscription_states.resume(account, subscription, status="past_due")
    else:
        account.schedule(now + RESUMED_WITHIN, "void_resumption", invoice["id"])
