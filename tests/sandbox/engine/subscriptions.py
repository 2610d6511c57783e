"""Subscriptions: a standing agreement to collect, as Checkout starts it and as it is changed later."""

from typing import Any

from tests.sandbox.engine import (
    invoices,
    metadata,
    renewals,
    subscription_items,
    subscription_states,
)
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.errors import invalid, missing
from tests.sandbox.engine.events import emit, save
from tests.sandbox.engine.indexes import OFF_CLOCK
from tests.sandbox.engine.lists import Page, given, page_of
from tests.sandbox.engine.store import Document
from tests.sandbox.engine.subscription_states import ENDED, current_period_end

SIMPLE_FIELDS = ("cancel_at_period_end", "default_payment_method", "description")


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

    `intent` has collected the first payment or, for a bank debit, is still collecting it.
    """
    subscription = start(account, customer=customer, method_id=method_id, lines=lines, data=data)
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


def start(
    account: Account,
    *,
    customer: Document,
    method_id: str,
    lines: list[Document],
    data: dict[str, Any],
) -> Document:
    """The document of a subscription that begins now and is active from the start."""
    now = account.now()
    subscription_id = account.new_id("sub")
    recurring = [line for line in lines if line["price"]["recurring"]]
    subscription = account.store.put(
        {
            "id": subscription_id,
            "object": "subscription",
            "application": None,
            "application_fee_percent": None,
            "automatic_tax": {"disabled_reason": None, "enabled": False, "liability": None},
            "billing_cycle_anchor": now,
            "billing_cycle_anchor_config": None,
            "billing_mode": _billing_mode(data),
            "billing_schedules": [],
            "billing_thresholds": None,
            "cancel_at": None,
            "cancel_at_period_end": False,
            "canceled_at": None,
            "cancellation_details": {"comment": None, "feedback": None, "reason": None},
            "collection_method": "charge_automatically",
            "created": now,
            "currency": lines[0]["currency"],
            "customer": customer["id"],
            "days_until_due": None,
            "default_payment_method": method_id,
            "default_source": None,
            "default_tax_rates": [],
            "description": data.get("description"),
            "discounts": [],
            "ended_at": None,
            "invoice_settings": {"account_tax_ids": None, "issuer": {"type": "self"}},
            "items": {
                "object": "list",
                "data": [
                    subscription_items.create(account, subscription_id, line) for line in recurring
                ],
                "has_more": False,
                "url": f"/v1/subscription_items?subscription={subscription_id}",
            },
            "latest_invoice": None,
            "livemode": False,
            "metadata": metadata.merged({}, data.get("metadata")),
            "next_pending_invoice_item_invoice": None,
            "on_behalf_of": None,
            "pause_collection": None,
            "payment_settings": {
                "payment_method_options": None,
                "payment_method_types": None,
                "save_default_payment_method": "off",
            },
            "pending_invoice_item_interval": None,
            "pending_setup_intent": None,
            "pending_update": None,
            "schedule": None,
            "start_date": now,
            "status": "active",
            "test_clock": customer["test_clock"],
            "transfer_data": None,
            "trial_end": None,
            "trial_settings": {
                "end_behavior": {
                    "billing_cycle_anchor": None,
                    "missing_payment_method": "create_invoice",
                }
            },
            "trial_start": None,
        }
    )
    renewals.plan(account, subscription)
    return subscription


def update(account: Account, params: dict[str, Any], subscription_id: str) -> Document:
    subscription = _running(account, subscription_id)
    changes: dict[str, Any] = {
        name: None if params[name] == "" else params[name]
        for name in SIMPLE_FIELDS
        if name in params
    }
    method_id = params.get("default_payment_method")
    if method_id and account.store.get("payment_method", method_id) is None:
        raise missing("PaymentMethod", method_id, param="default_payment_method", status=400)
    if "metadata" in params:
        changes["metadata"] = metadata.merged(subscription["metadata"], params["metadata"])
    if "pause_collection" in params:
        changes["pause_collection"] = _pause(params["pause_collection"])
    if "cancel_at_period_end" in params:
        ending = params["cancel_at_period_end"]
        changes["cancel_at"] = current_period_end(subscription) if ending else None
        changes["canceled_at"] = account.now() if ending else None
        changes["cancellation_details"] = {
            "comment": None,
            "feedback": None,
            "reason": "cancellation_requested" if ending else None,
        }
    if "items" in params:
        changes["items"] = subscription_items.changed(account, subscription, params)
    return save(account, subscription, "customer.subscription.updated", **changes)


def cancel(account: Account, params: dict[str, Any], subscription_id: str) -> Document:
    """Stop for good: a cancelled subscription can never be started again."""
    subscription = _running(account, subscription_id)
    return subscription_states.end(
        account,
        subscription,
        reason="cancellation_requested",
        given=params.get("cancellation_details"),
    )


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


def _pause(given: Any) -> Document | None:
    if not given:
        return None
    return {"behavior": given["behavior"], "resumes_at": given.get("resumes_at") or None}


def _billing_mode(data: dict[str, Any]) -> Document:
    mode = (data.get("billing_mode") or {}).get("type", "flexible")
    flexible = {"proration_discounts": "included"} if mode == "flexible" else None
    return {"type": mode, "flexible": flexible}


def _running(account: Account, subscription_id: str) -> Document:
    subscription = account.store.get("subscription", subscription_id)
    if subscription is None:
        raise missing("subscription", subscription_id)
    if subscription["status"] in ENDED:
        raise invalid(
            f"A canceled subscription can only update its cancellation_details and metadata: "
            f"'{subscription_id}'"
        )
    return subscription
