"""What time does to a subscription: the period ends, an invoice is drafted, finalised and collected."""

from tests.sandbox.engine import (
    invoice_documents,
    invoice_items,
    invoice_lines,
    invoice_states,
    invoices,
    subscription_items,
    subscription_states,
    upcoming,
)
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.events import emit
from tests.sandbox.engine.periods import DAY
from tests.sandbox.engine.store import Document
from tests.sandbox.engine.subscription_states import current_period_end, current_period_start

RENEWING = ("active", "trialing", "past_due", "unpaid")
TRIAL_NOTICE = 3 * DAY


def plan(account: Account, subscription: Document) -> None:
    """Set the timers of the current period. One that is overtaken by a change does nothing when it comes."""
    ends_at, subscription_id = current_period_end(subscription), subscription["id"]
    account.schedule(ends_at, "renew_subscription", subscription_id)
    upcoming_at = ends_at - account.settings["upcoming_days"] * DAY
    if upcoming_at > account.now():
        account.schedule(upcoming_at, "announce_upcoming", subscription_id)
    if subscription["cancel_at"] is not None:
        account.schedule(subscription["cancel_at"], "end_subscription", subscription_id)
    trial_end = subscription["trial_end"]
    if subscription["status"] == "trialing" and trial_end - TRIAL_NOTICE > account.now():
        account.schedule(trial_end - TRIAL_NOTICE, "announce_trial_end", subscription_id)


def end_when_due(account: Account, subscription_id: str) -> None:
    """What the timer of `cancel_at` does, unless the end was taken back or moved meanwhile."""
    subscription = account.store.get("subscription", subscription_id)
    if subscription and not subscription_states.is_over(subscription):
        ends_at = subscription["cancel_at"]
        if ends_at is not None and ends_at <= account.now():
            subscription_states.end(account, subscription, reason="cancellation_requested")


def renew_when_due(account: Account, subscription_id: str) -> None:
    subscription = account.store.get("subscription", subscription_id)
    if not subscription or subscription["status"] not in RENEWING:
        return
    if current_period_end(subscription) > account.now():
        return
    end_when_due(account, subscription_id)
    if subscription["status"] == "trialing" and stops_for_want_of_a_method(account, subscription):
        return
    if subscription["status"] in RENEWING:
        renew(account, subscription)


def renew(account: Account, subscription: Document) -> Document:
    """Begin the next period, with a draft for it that is finalised and collected an hour later."""
    items = subscription_items.in_next_period(subscription, account.now())
    invoice = _draft(
        account,
        subscription,
        items=items,
        reason="subscription_cycle",
        period={
            "start": current_period_start(subscription),
            "end": current_period_end(subscription),
        },
        data=how_it_advances(account, subscription),
    )
    plan_finalising(account, invoice)
    status = "active" if subscription["status"] == "trialing" else subscription["status"]
    subscription_states.change(
        account, subscription, items=items, status=status, latest_invoice=invoice["id"]
    )
    plan(account, subscription)
    if pause := subscription["pause_collection"]:
        _close_while_paused(account, invoice, pause["behavior"])
    return invoice


def bill_now(
    account: Account, subscription: Document, *, is_trial: bool = False, attempts: bool = True
) -> Document:
    """Invoice the period that an update began, finalised at once; a failed attempt is noted, not raised."""
    invoice = _draft(
        account,
        subscription,
        items=subscription["items"],
        reason="subscription_update",
        is_trial=is_trial,
    )
    subscription_states.change(account, subscription, latest_invoice=invoice["id"])
    if pause := subscription["pause_collection"]:
        _close_while_paused(account, invoice, pause["behavior"])
        return invoice
    invoice_states.finalise(account, invoice, at_once=True)
    if attempts or invoice["amount_remaining"] == 0:
        invoices.attempt(account, invoice)
    return invoice


def plan_finalising(account: Account, invoice: Document) -> None:
    if invoice["automatically_finalizes_at"] is not None:
        account.schedule(invoice["automatically_finalizes_at"], "finalise_invoice", invoice["id"])


def finalise_when_due(account: Account, invoice_id: str) -> None:
    """What the timer of a draft does: finalise it, and try to collect it at once or send it."""
    invoice = account.store.get("invoice", invoice_id)
    if not invoice or invoice["status"] != "draft" or invoice["automatically_finalizes_at"] is None:
        return
    if invoice["automatically_finalizes_at"] > account.now():
        return
    if problem := _reason_not_to_finalise(account, invoice):
        code, message = problem
        invoice_states.fail_to_finalise(account, invoice, code=code, message=message)
        return
    invoice_states.finalise(account, invoice)
    if invoice["status"] != "open":
        return
    if invoice["collection_method"] == "charge_automatically" or invoice["amount_remaining"] == 0:
        invoices.attempt(account, invoice)
    else:
        send(account, invoice)


def _reason_not_to_finalise(account: Account, invoice: Document) -> tuple[str, str] | None:
    customer, settings = account.store.get("customer", invoice["customer"]), account.settings
    if customer is None or customer.get("deleted"):
        return "resource_missing", "The customer of this invoice was deleted."
    if settings["finalizations_to_fail"]:
        settings["finalizations_to_fail"] -= 1
        account.store.put(settings)
        return "customer_tax_location_invalid", "The customer's location is not recognised."
    return None


def send(account: Account, invoice: Document) -> None:
    """The invoice goes out to its payer by mail; from its due date on it is overdue."""
    emit(account, "invoice.sent", invoice)
    if invoice["due_date"] is not None:
        account.schedule(invoice["due_date"], "mark_overdue", invoice["id"])


def mark_overdue(account: Account, invoice_id: str) -> None:
    """What the timer of a due date does: a subscription whose sent invoice nobody paid is late."""
    invoice = account.store.get("invoice", invoice_id)
    if not invoice or invoice["status"] != "open":
        return
    emit(account, "invoice.overdue", invoice)
    subscription = invoice_documents.subscription_of(account, invoice)
    if subscription and subscription["status"] == "active":
        subscription_states.change(account, subscription, status="past_due")


def announce_upcoming(account: Account, subscription_id: str) -> None:
    """`invoice.upcoming`: what the next invoice will be, without an id, some days before it is made.

    None comes of a subscription that ends by then, or while the pause of its collection lasts.
    """
    subscription = account.store.get("subscription", subscription_id)
    if not subscription or subscription["status"] not in ("active", "trialing", "past_due"):
        return
    ends_at = current_period_end(subscription)
    if ends_at - account.settings["upcoming_days"] * DAY != account.now():
        return
    if subscription["cancel_at"] is not None and subscription["cancel_at"] <= ends_at:
        return
    pause = subscription["pause_collection"]
    if pause and (pause["resumes_at"] is None or pause["resumes_at"] > ends_at):
        return
    emit(account, "invoice.upcoming", upcoming.next_invoice(account, subscription))


def announce_short_trial(account: Account, subscription: Document) -> None:
    """A trial that begins later than the notice of its end is due is announced at once."""
    is_trial = subscription["status"] == "trialing"
    if is_trial and subscription["trial_end"] - TRIAL_NOTICE <= account.now():
        emit(account, "customer.subscription.trial_will_end", subscription)


def announce_trial_end(account: Account, subscription_id: str) -> None:
    subscription = account.store.get("subscription", subscription_id)
    if (
        subscription
        and subscription["status"] == "trialing"
        and subscription["trial_end"] - TRIAL_NOTICE == account.now()
    ):
        emit(account, "customer.subscription.trial_will_end", subscription)


def how_it_advances(account: Account, subscription: Document) -> Document:
    """An unpaid subscription's invoices wait as drafts until somebody takes them up."""
    now = account.now()
    if subscription["status"] == "unpaid":
        return {"auto_advance": False, "webhooks_delivered_at": now}
    finalised_at = now + account.settings["draft_seconds"]
    is_charged = subscription["collection_method"] == "charge_automatically"
    return {
        "automatically_finalizes_at": finalised_at,
        "next_payment_attempt": finalised_at if is_charged else None,
        "webhooks_delivered_at": now,
    }


def _draft(
    account: Account,
    subscription: Document,
    *,
    items: Document,
    reason: str,
    period: Document | None = None,
    is_trial: bool = False,
    data: Document | None = None,
) -> Document:
    """A draft of a period, with what waited to be invoiced, announced."""
    customer = account.store.get("customer", subscription["customer"])
    assert customer is not None
    lines = [
        invoice_lines.of_item(account, subscription, item, trial=is_trial) for item in items["data"]
    ]
    invoice = invoice_documents.draft(
        account,
        customer,
        lines=lines,
        currency=subscription["currency"],
        reason=reason,
        subscription=subscription,
        period=period,
        data=data,
    )
    invoice_items.take_up(account, invoice)
    emit(account, "invoice.created", invoice)
    return invoice


def _close_while_paused(account: Account, invoice: Document, behavior: str) -> None:
    """Collection is paused: the invoice is voided or given up at once, or stays a draft."""
    if behavior == "keep_as_draft":
        before = dict(invoice)
        invoice_states.change(
            account,
            invoice,
            auto_advance=False,
            automatically_finalizes_at=None,
            next_payment_attempt=None,
        )
        invoice_states.announce_update(account, invoice, before)
        return
    invoice_states.finalise(account, invoice, at_once=True)
    if behavior == "void":
        invoice_states.void(account, invoice)
    else:
        invoice_states.mark_uncollectible(account, invoice)


def stops_for_want_of_a_method(account: Account, subscription: Document) -> bool:
    """A trial that ends without a payment method pauses or cancels if its settings say so."""
    behavior = subscription["trial_settings"]["end_behavior"]["missing_payment_method"]
    if behavior == "create_invoice" or invoices.saved_method(account, subscription):
        return False
    if behavior == "pause":
        subscription_states.pause(account, subscription)
    else:
        subscription_states.end(account, subscription, reason="cancellation_requested")
    return True
