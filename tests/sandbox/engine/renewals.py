"""What time does to a subscription: the period ends, an invoice is drafted, finalised and collected."""

from tests.sandbox.engine import (
    invoice_documents,
    invoice_lines,
    invoice_states,
    invoices,
    subscription_items,
    subscription_states,
)
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.events import emit
from tests.sandbox.engine.periods import DAY
from tests.sandbox.engine.store import Document
from tests.sandbox.engine.subscription_states import current_period_end

RENEWING = ("active", "trialing", "past_due", "unpaid")
TRIAL_NOTICE = 3 * DAY


def plan(account: Account, subscription: Document) -> None:
    """Set the timers of the current period. One that is overtaken by a change does nothing when it comes."""
    ends_at, subscription_id = current_period_end(subscription), subscription["id"]
    account.schedule(ends_at, "renew_subscription", subscription_id)
    upcoming_at = ends_at - account.settings["upcoming_days"] * DAY
    if upcoming_at > account.now():
        account.schedule(upcoming_at, "announce_upcoming", subscription_id)
    trial_end = subscription["trial_end"]
    if subscription["status"] == "trialing" and trial_end - TRIAL_NOTICE > account.now():
        account.schedule(trial_end - TRIAL_NOTICE, "announce_trial_end", subscription_id)


def renew_when_due(account: Account, subscription_id: str) -> None:
    subscription = account.store.get("subscription", subscription_id)
    if not subscription or subscription["status"] not in RENEWING:
        return
    if current_period_end(subscription) > account.now():
        return
    if subscription["cancel_at"] is not None and subscription["cancel_at"] <= account.now():
        subscription_states.end(account, subscription, reason="cancellation_requested")
        return
    renew(account, subscription)


def renew(account: Account, subscription: Document) -> Document:
    """Begin the next period, with a draft for it that is finalised and collected an hour later."""
    customer = account.store.get("customer", subscription["customer"])
    assert customer is not None
    items = subscription_items.in_next_period(subscription, account.now())
    after = {**subscription, "items": items}
    status = "active" if subscription["status"] == "trialing" else subscription["status"]
    invoice = invoice_documents.draft(
        account,
        customer,
        lines=[invoice_lines.of_item(account, subscription, item) for item in items["data"]],
        currency=subscription["currency"],
        reason="subscription_cycle",
        subscription=subscription,
        period={
            "start": subscription_states.current_period_start(subscription),
            "end": current_period_end(subscription),
        },
        data=_how_it_advances(account, subscription),
    )
    emit(account, "invoice.created", invoice)
    if invoice["automatically_finalizes_at"] is not None:
        account.schedule(invoice["automatically_finalizes_at"], "finalise_invoice", invoice["id"])
    subscription_states.change(
        account,
        subscription,
        items=after["items"],
        status=status,
        latest_invoice=invoice["id"],
    )
    plan(account, subscription)
    return invoice


def finalise_when_due(account: Account, invoice_id: str) -> None:
    """What the timer of a draft does: finalise it, and try to collect it at once."""
    invoice = account.store.get("invoice", invoice_id)
    if not invoice or invoice["status"] != "draft" or invoice["automatically_finalizes_at"] is None:
        return
    if invoice["automatically_finalizes_at"] > account.now():
        return
    invoice_states.finalise(account, invoice)
    if invoice["collection_method"] == "charge_automatically":
        invoices.attempt(account, invoice)


def announce_upcoming(account: Account, subscription_id: str) -> None:
    """`invoice.upcoming`: what the next invoice will be, without an id, some days before it is made."""
    subscription = account.store.get("subscription", subscription_id)
    if not subscription or subscription["status"] not in ("active", "trialing", "past_due"):
        return
    ends_at = current_period_end(subscription)
    if ends_at - account.settings["upcoming_days"] * DAY != account.now():
        return
    if subscription["cancel_at"] is not None and subscription["cancel_at"] <= ends_at:
        return
    emit(account, "invoice.upcoming", upcoming(account, subscription))


def upcoming(account: Account, subscription: Document) -> Document:
    customer = account.store.get("customer", subscription["customer"])
    assert customer is not None
    ends_at = current_period_end(subscription)
    items = subscription_items.in_next_period(subscription, ends_at)
    invoice = invoice_documents.build(
        account,
        customer,
        invoice_id=account.new_id("upcoming_in"),
        lines=[invoice_lines.of_item(account, subscription, item) for item in items["data"]],
        currency=subscription["currency"],
        reason="upcoming",
        subscription=subscription,
        period={"start": subscription_states.current_period_start(subscription), "end": ends_at},
    )
    invoice.update(
        created=ends_at, next_payment_attempt=ends_at + account.settings["draft_seconds"]
    )
    return invoice


def announce_trial_end(account: Account, subscription_id: str) -> None:
    subscription = account.store.get("subscription", subscription_id)
    if (
        subscription
        and subscription["status"] == "trialing"
        and subscription["trial_end"] - TRIAL_NOTICE == account.now()
    ):
        emit(account, "customer.subscription.trial_will_end", subscription)


def _how_it_advances(account: Account, subscription: Document) -> Document:
    """An unpaid subscription's invoices wait as drafts until somebody takes them up."""
    now = account.now()
    if subscription["status"] == "unpaid":
        return {"auto_advance": False, "webhooks_delivered_at": now}
    finalised_at = now + account.settings["draft_seconds"]
    return {
        "automatically_finalizes_at": finalised_at,
        "next_payment_attempt": finalised_at,
        "webhooks_delivered_at": now,
    }
