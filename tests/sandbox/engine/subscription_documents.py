"""The document of a subscription as it begins, and when its first period ends."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.sandbox.engine import metadata, subscription_items
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.periods import DAY, next_after
from tests.sandbox.engine.store import Document


@dataclass(frozen=True, slots=True)
class Start:
    """How a subscription begins: its first period, what that is anchored to, and whether it is a trial."""

    start: int
    end: int
    anchor: int
    trial_end: int | None = None


@dataclass(frozen=True, slots=True)
class Sold:
    """What an item of a subscription is of."""

    price: Document
    quantity: int
    metadata: Mapping[str, str]


def first_period(account: Account, recurring: Document, data: Mapping[str, Any]) -> Start:
    """`data` has the parameters of a new subscription: trial_end, trial_period_days, billing_cycle_anchor."""
    now = account.now()
    trial_end = data.get("trial_end")
    if "trial_period_days" in data:
        trial_end = now + data["trial_period_days"] * DAY
    if trial_end in (None, "now"):
        anchor = data.get("billing_cycle_anchor", now)
        return Start(now, next_after(anchor, now, recurring), anchor)
    return Start(now, trial_end, data.get("billing_cycle_anchor", trial_end), trial_end)


def build(
    account: Account,
    customer: Document,
    *,
    sold: list[Sold],
    status: str,
    begins: Start,
    data: Mapping[str, Any],
) -> Document:
    """Neither kept nor announced; `data` holds parameters that are shown as they were given."""
    subscription_id = account.new_id("sub")
    items = [
        subscription_items.create(account, subscription_id, entry, begins.start, begins.end)
        for entry in sold
    ]
    return {
        "id": subscription_id,
        "object": "subscription",
        "application": None,
        "application_fee_percent": None,
        "automatic_tax": {"disabled_reason": None, "enabled": False, "liability": None},
        "billing_cycle_anchor": begins.anchor,
        "billing_cycle_anchor_config": None,
        "billing_mode": _billing_mode(data),
        "billing_schedules": [],
        "billing_thresholds": None,
        "cancel_at": None,
        "cancel_at_period_end": False,
        "canceled_at": None,
        "cancellation_details": {"comment": None, "feedback": None, "reason": None},
        "collection_method": data.get("collection_method", "charge_automatically"),
        "created": account.now(),
        "currency": sold[0].price["currency"],
        "customer": customer["id"],
        "days_until_due": data.get("days_until_due"),
        "default_payment_method": data.get("default_payment_method"),
        "default_source": None,
        "default_tax_rates": [],
        "description": data.get("description"),
        "discounts": [],
        "ended_at": None,
        "invoice_settings": {"account_tax_ids": None, "issuer": {"type": "self"}},
        "items": {
            "object": "list",
            "data": items,
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
            "save_default_payment_method": (data.get("payment_settings") or {}).get(
                "save_default_payment_method", "off"
            ),
        },
        "pending_invoice_item_interval": None,
        "pending_setup_intent": None,
        "pending_update": None,
        "schedule": None,
        "start_date": account.now(),
        "status": status,
        "test_clock": customer["test_clock"],
        "transfer_data": None,
        "trial_end": begins.trial_end,
        "trial_settings": trial_settings(data.get("trial_settings")),
        "trial_start": account.now() if begins.trial_end else None,
    }


def trial_settings(given: Mapping[str, Any] | None) -> Document:
    behavior = (given or {}).get("end_behavior") or {}
    return {
        "end_behavior": {
            "billing_cycle_anchor": None,
            "missing_payment_method": behavior.get("missing_payment_method", "create_invoice"),
        }
    }


def _billing_mode(data: Mapping[str, Any]) -> Document:
    mode = (data.get("billing_mode") or {}).get("type", "flexible")
    flexible = {"proration_discounts": "included"} if mode == "flexible" else None
    return {"type": mode, "flexible": flexible}
