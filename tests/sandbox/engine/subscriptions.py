"""Subscriptions: a standing agreement to collect, as Checkout starts it, is listed and is ended."""

from typing import Any

from tests.sandbox.engine import (
    invoices,
    renewals,
    subscription_documents,
    subscription_states,
)
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.errors import invalid, missing
from tests.sandbox.engine.events import emit, save
from tests.sandbox.engine.indexes import OFF_CLOCK
from tests.sandbox.engine.lists import Page, given, page_of, page_within
from tests.sandbox.engine.store import Document
from tests.sandbox.engine.subscription_documents import Sold


def create_from_checkout(
    account: Account,
    *,
    customer: Document,
    method_id: str,
    lines: list[Document],
    data: dict[str, Any],
    intent: Document | None,
) -> Document:
    """The active subscription of a payer and its first invoice; `data` is `subscription_data`.

    `intent` has collected the first payment or, for a bank debit, is still collecting it; a trial has none.
    """
    recurring = [line for line in lines if line["price"]["recurring"]]
    begins = subscription_documents.first_period(account, recurring[0]["price"]["recurring"], data)
    subscription = subscription_documents.build(
        account,
        customer,
        sold=[Sold(line["price"], line["quantity"], {}) for line in recurring],
        status="trialing" if begins.trial_end else "active",
        begins=begins,
        data={**data, "default_payment_method": method_id},
    )
    account.store.put(subscription)
    renewals.plan(account, subscription)
    customer["currency"] = customer["currency"] or subscription["currency"]
    invoice = invoices.open_first(account, subscription, customer, lines)
    subscription["latest_invoice"] = invoice["id"]
    account.store.put(subscription)
    emit(account, "customer.subscription.created", subscription)
    if intent is None or intent["status"] == "succeeded":
        invoices.mark_paid(account, invoice, intent)
    else:
        invoices.await_payment(account, invoice, intent)
    return subscription


def cancel(account: Account, params: dict[str, Any], subscription_id: str) -> Document:
    """Stop for good: a cancelled subscription can never be started again.

    Its draft moves no more. Its open invoice is tried again unless it is voided or `retry_after_cancel` is
    off.
    """
    subscription = running(account, subscription_id)
    if params.get("prorate"):
        raise invalid(
            "The sandbox does not compute prorations: leave `prorate` out or false.",
            param="prorate",
        )
    ended = subscription_states.end(
        account,
        subscription,
        reason="cancellation_requested",
        given=params.get("cancellation_details"),
    )
    _stop_collecting(account, subscription_id, "draft")
    if not account.settings["retry_after_cancel"]:
        _stop_collecting(account, subscription_id, "open")
    return ended


def list_subscriptions(account: Account, params: dict[str, Any]) -> Page:
    """Cancelled ones are left out unless the status asks for them.

    So are those on a test clock, unless that or their customer is named.
    """
    filters = given(params, "customer", "price", "collection_method", "test_clock")
    if "customer" not in params:
        filters.setdefault("test_clock", OFF_CLOCK)
    if "plan" in params:
        filters["price"] = params["plan"]
    status = params.get("status")
    if status in (None, "ended"):
        filters["ended"] = status == "ended"
    elif status != "all":
        filters["status"] = status
    return page_of(account, "subscription", params, filters)


def running(account: Account, subscription_id: str) -> Document:
    subscription = account.store.get("subscription", subscription_id)
    if subscription is None:
        raise missing("subscription", subscription_id)
    if subscription_states.is_over(subscription):
        raise invalid(
            f"A canceled subscription can only update its cancellation_details and metadata: "
            f"'{subscription_id}'"
        )
    return subscription


def _stop_collecting(account: Account, subscription_id: str, status: str) -> None:
    filters = {"subscription": subscription_id, "status": status}
    for invoice in list(account.store.newest_first("invoice", filters)):
        save(
            account,
            invoice,
            "invoice.updated",
            auto_advance=False,
            automatically_finalizes_at=None,
            next_payment_attempt=None,
        )


def retrieve_item(account: Account, params: dict[str, Any], item_id: str) -> Document:
    _subscription, item = find_item(account, item_id)
    return item


def list_items(account: Account, params: dict[str, Any]) -> Page:
    subscription = account.store.get("subscription", params["subscription"])
    if subscription is None:
        raise missing("subscription", params["subscription"], param="subscription", status=400)
    return page_within(subscription["items"]["data"], params, kind="subscription item")


def find_item(account: Account, item_id: str) -> tuple[Document, Document]:
    subscription = next(account.store.newest_first("subscription", {"item": item_id}), None)
    if subscription is None:
        raise missing("subscription_item", item_id)
    for item in subscription["items"]["data"]:
        if item["id"] == item_id:
            return subscription, item
    raise missing("subscription_item", item_id)
