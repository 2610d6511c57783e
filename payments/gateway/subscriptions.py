"""Stripe's subscriptions, as they are read; `standing_gifts` changes them."""

from datetime import datetime

import stripe
from django.utils import timezone

from payments.gateway.cards import read_card
from payments.gateway.client import calling_stripe
from payments.gateway.reading import id_of, instant, instant_or_none, metadata_of
from payments.gateway.snapshots import SubscriptionSnapshot


def fetch_subscription(subscription_id: str) -> SubscriptionSnapshot:
    """Read one subscription; ours have exactly one item."""
    with calling_stripe() as client:
        read_at = timezone.now()
        subscription = client.v1.subscriptions.retrieve(
            subscription_id, {"expand": ["default_payment_method"]}
        )
    return read_subscription(subscription, read_at=read_at)


def read_subscription(
    subscription: stripe.Subscription, *, read_at: datetime
) -> SubscriptionSnapshot:
    item = subscription.items.data[0]
    recurring = item.price.recurring
    pause = subscription.pause_collection
    method = subscription.default_payment_method
    said = subscription.cancellation_details
    return SubscriptionSnapshot(
        id=subscription.id,
        read_at=read_at,
        status=subscription.status,
        customer_id=id_of(subscription.customer) or "",
        item_id=item.id,
        amount=(item.price.unit_amount or 0) * (item.quantity or 1),
        currency=subscription.currency.upper(),
        interval=recurring.interval if recurring else "",
        interval_count=recurring.interval_count if recurring else 0,
        metadata=metadata_of(subscription.metadata),
        started_at=instant(subscription.start_date),
        current_period_end_at=instant_or_none(item.current_period_end),
        cancel_at=instant_or_none(subscription.cancel_at),
        cancel_at_period_end=subscription.cancel_at_period_end,
        cancelled_at=instant_or_none(subscription.canceled_at),
        ended_at=instant_or_none(subscription.ended_at),
        # Pausing collection leaves the status as it was: only the field tells.
        is_paused=pause is not None or subscription.status == "paused",
        resumes_at=instant_or_none(pause.resumes_at) if pause else None,
        trial_end_at=instant_or_none(subscription.trial_end),
        latest_invoice_id=id_of(subscription.latest_invoice),
        method_id=id_of(method),
        method=None if method is None or isinstance(method, str) else read_card(method).method,
        end_reason=(said.reason or "") if said else "",
    )
