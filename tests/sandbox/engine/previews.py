"""Invoices that are not made: what the next one of a subscription would be, also after a change of it."""

from typing import Any

from tests.sandbox.engine import (
    customers,
    subscription_creation,
    subscription_documents,
    subscription_items,
    subscription_updates,
)
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.errors import invalid, missing
from tests.sandbox.engine.store import Document
from tests.sandbox.engine.upcoming import next_invoice, preview


def create_preview(account: Account, params: dict[str, Any]) -> Document:
    """Of a subscription as it is, as it would be with changes, or of one that does not exist yet."""
    details = params.get("subscription_details") or {}
    if "subscription" not in params:
        return _of_new(account, params, details)
    subscription = account.store.get("subscription", params["subscription"])
    if subscription is None:
        raise missing("subscription", params["subscription"], param="subscription", status=400)
    items = subscription["items"]
    if "items" in details:
        items = subscription_items.changed(account, subscription, details, kept=False)
    timing = subscription_updates.timing_of(account, subscription, details, items)
    after = {**subscription, "items": items, **timing.changes}
    if timing.bill == "nothing":
        _must_go_on(after, details)
        return next_invoice(account, after)
    return preview(
        account,
        after,
        items=after["items"],
        at=account.now(),
        reason="subscription_update",
        is_trial=timing.bill == "trial",
    )


def _of_new(account: Account, params: dict[str, Any], details: dict[str, Any]) -> Document:
    if "customer" not in params or not details.get("items"):
        raise invalid(
            "Name a `subscription`, or a `customer` with `subscription_details[items]`.",
            code="parameter_missing",
            param="subscription",
        )
    customer = customers.get(account, params["customer"], param="customer")
    sold = [
        subscription_creation.sold_of(account, given, index, kept=False)
        for index, given in enumerate(details["items"])
    ]
    subscription_items.one_interval(
        [entry.price for entry in sold], param="subscription_details[items]"
    )
    begins = subscription_documents.first_period(account, sold[0].price["recurring"], details)
    status = "trialing" if begins.trial_end else "active"
    future = subscription_documents.build(
        account, customer, sold=sold, status=status, begins=begins, data=details
    )
    return preview(
        account,
        future,
        items=future["items"],
        at=account.now(),
        reason="subscription_create",
        is_trial=begins.trial_end is not None,
    )


def _must_go_on(after: Document, details: dict[str, Any]) -> None:
    """What ends has no next invoice."""
    ends = details.get("cancel_at_period_end", after["cancel_at_period_end"])
    if ends or details.get("cancel_now") or after["status"] in ("canceled", "incomplete_expired"):
        raise invalid("No upcoming invoices for this subscription.", code="invoice_upcoming_none")
