"""The invoice that the end of a subscription's period will bring, as `invoice.upcoming` shows it."""

from tests.sandbox.engine import (
    invoice_documents,
    invoice_items,
    invoice_lines,
    subscription_items,
)
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.store import Document
from tests.sandbox.engine.subscription_states import current_period_end


def next_invoice(account: Account, subscription: Document) -> Document:
    ends_at = current_period_end(subscription)
    items = subscription_items.in_next_period(subscription, ends_at)
    return preview(account, subscription, items=items, at=ends_at, reason="upcoming")


def preview(
    account: Account,
    subscription: Document,
    *,
    items: Document,
    at: int,
    reason: str,
    is_trial: bool = False,
) -> Document:
    """An invoice as it would be made at a moment; it is kept nowhere, and its id leads to nothing."""
    customer = account.store.get("customer", subscription["customer"])
    assert customer is not None
    lines = [
        invoice_lines.of_item(account, subscription, item, trial=is_trial) for item in items["data"]
    ]
    lines += [
        invoice_items.line_of(account, item)
        for item in invoice_items.waiting_for(
            account, customer["id"], subscription["currency"], subscription["id"]
        )
    ]
    start = min(item["current_period_start"] for item in subscription["items"]["data"])
    invoice = invoice_documents.build(
        account,
        customer,
        invoice_id=account.new_id("upcoming_in"),
        lines=lines,
        currency=subscription["currency"],
        reason=reason,
        subscription=subscription,
        period={"start": min(start, at), "end": at},
    )
    return {
        **invoice,
        "created": at,
        "next_payment_attempt": at + account.settings["draft_seconds"],
    }
