"""Invoices that are not made: what the next one of a subscription would be."""

from tests.sandbox.engine import invoice_documents, invoice_lines, subscription_items
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.store import Document
from tests.sandbox.engine.subscription_states import current_period_end, current_period_start


def next_invoice(account: Account, subscription: Document) -> Document:
    """The invoice that the end of the current period will bring, not kept anywhere."""
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
        period={"start": current_period_start(subscription), "end": ends_at},
    )
    invoice.update(
        created=ends_at, next_payment_attempt=ends_at + account.settings["draft_seconds"]
    )
    return invoice
