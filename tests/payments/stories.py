"""Gifts played over the local Stripe peer, and what the books say of them afterwards."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Sum
from django.utils import timezone

from payments.checkouts.actions import CheckoutIntent, open_checkout, start_checkout
from payments.models import (
    BalanceTransaction,
    Campaign,
    Checkout,
    Donation,
    Frequency,
    LedgerEntry,
    Payment,
    PlanChange,
    Receipt,
    RecurringPlan,
    Refund,
    WebhookEvent,
)
from payments.webhooks.actions import receive_event
from payments.webhooks.draining import drain_batch
from payments.webhooks.incoming import IncomingEvent, parse_event
from payments.webhooks.tasks import drain_webhook_events
from tests.sandbox.client import Delivery, SandboxAccount


def opened(intent: CheckoutIntent, now: datetime) -> Checkout:
    """Start a checkout and open its hosted page."""
    return open_checkout(start_checkout(intent, now=now).pk, now=now)


def open_page(campaign: Campaign, **choices: object) -> Checkout:
    """Choose a gift and open its hosted page; £10.00 with 35p fee cover, once, unless told otherwise."""
    chosen: dict[str, object] = {
        "campaign": campaign,
        "frequency": Frequency.ONCE,
        "currency": "GBP",
        "amount": 1000,
        "fee_cover": 35,
        "email": "reader@example.org",
        "browser_session": "browser",
        **choices,
    }
    return opened(CheckoutIntent(**chosen), timezone.now())  # type: ignore[arg-type]


def give(campaign: Campaign, sandbox: SandboxAccount, **choices: object) -> Checkout:
    """Open a page and pay on it; Stripe's deliveries are held until somebody takes them."""
    checkout = open_page(campaign, **choices)
    sandbox.pay(checkout.url)
    return checkout


def deliver_one_by_one(deliveries: Iterable[Delivery]) -> None:
    """Store and work on each event before the next one comes."""
    for delivery in deliveries:
        receive_event(parse_event(delivery.body), now=timezone.now())
        drain_webhook_events()


def books() -> dict[str, object]:
    """Everything that a story's end leaves behind, without our own ids and clock readings."""
    return {
        "checkouts": list(Checkout.objects.order_by("pk").values_list("status", "stripe_id")),
        "donations": list(
            Donation.objects.order_by("created_at", "amount").values_list(
                "frequency", "sequence", "amount", "fee_cover", "checkout__reference"
            )
        ),
        "payments": list(
            Payment.objects.order_by("stripe_id").values_list(
                "stripe_id",
                "stripe_charge_id",
                "status",
                "amount",
                "refunded_amount",
                "succeeded_at",
            )
        ),
        "plans": list(RecurringPlan.objects.values_list("stripe_id", "status", "amount")),
        "plan_changes": list(PlanChange.objects.values_list("kind", flat=True)),
        "refunds": list(Refund.objects.order_by("stripe_id").values_list("stripe_id", "status")),
        "lines": list(BalanceTransaction.objects.order_by("stripe_id").values_list("stripe_id")),
        "ledger": list(
            LedgerEntry.objects.values_list("account", "gift_class")
            .annotate(sum=Sum("amount"))
            .order_by("account", "gift_class")
        ),
        "receipts": Receipt.objects.count(),
        "events": sorted(WebhookEvent.objects.values_list("type", "state", "attempts")),
    }


def an_event(number: int = 1, subject: str = "", **changes: object) -> IncomingEvent:
    """An event about an object that Stripe does not know."""
    object_id = f"pi_{number}"
    facts: dict[str, object] = {
        "stripe_id": f"evt_{number}",
        "type": "payment_intent.succeeded",
        "object_id": object_id,
        "subject": subject or object_id,
        "api_version": "",
        "livemode": False,
        "created_at": timezone.now(),
        "payload": {"data": {"object": {"id": object_id}}},
        **changes,
    }
    return IncomingEvent(**facts)  # type: ignore[arg-type]


def store(sandbox: SandboxAccount, now: datetime) -> None:
    """Store what Stripe holds for us, and work on none of it."""
    for delivery in sandbox.take_deliveries():
        receive_event(parse_event(delivery.body), now=now)


def drain(now: datetime) -> None:
    """Work on everything that is due at `now`."""
    while drain_batch(now=now):
        pass
