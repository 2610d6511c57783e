"""Webhook deliveries: who gets an event, how it is signed, when it is tried again.

Sending is the web layer's work. It takes ids from `Account.outbox`, asks `sign` for what to send,
and reports what came of it to `record`. A delivery to the special url ``hold:`` is never sent: it is
signed and kept until the control API takes it.
"""

import json
import time
from typing import Any

from stripe import WebhookSignature

from tests.sandbox.engine.account import Account, random_text
from tests.sandbox.engine.store import Document

HOLD_URL = "hold:"
STALE_SECONDS = 3600
RESPONSE_KEPT = 500


def endpoints_wanting(account: Account, event_type: str) -> list[Document]:
    return [
        endpoint
        for endpoint in account.store.oldest_first("webhook_endpoint", {})
        if endpoint["status"] == "enabled"
        and ("*" in endpoint["enabled_events"] or event_type in endpoint["enabled_events"])
    ]


def queue(account: Account, event: Document, endpoint: Document) -> Document:
    """Make the delivery of one event to one endpoint and put it in line, as the faults in force say."""
    faults = account.webhook_faults
    delivery = account.store.put(
        {
            "id": account.new_id("whd"),
            "object": "_delivery",
            "created": account.now(),
            "event": event["id"],
            "endpoint": endpoint["id"],
            "status": "pending",
            "attempts": [],
        }
    )
    if faults.to_drop:
        faults.to_drop -= 1
        delivery["status"] = "dropped"
        account.store.put(delivery)
        return delivery
    for _ in range(2 if faults.duplicates else 1):
        send(account, delivery)
    return delivery


def send(account: Account, delivery: Document) -> None:
    """Put a delivery in line at once: held back for the control API, or posted by the web layer."""
    endpoint = account.store.get("webhook_endpoint", delivery["endpoint"])
    if endpoint and endpoint["url"] == HOLD_URL:
        account.held.append(sign(account, delivery, endpoint))
        record(account, delivery["id"], status=200, response="held for the control API")
    else:
        account.outbox.append(delivery["id"])


def take_held(account: Account) -> list[dict[str, Any]]:
    """Hand over everything held, shuffled when the reorder fault is in force."""
    taken = list(account.held)
    account.held.clear()
    if account.webhook_faults.shuffle:
        account.webhook_faults.shuffle.shuffle(taken)
    return taken


def sign(account: Account, delivery: Document, endpoint: Document) -> dict[str, Any]:
    """Body and headers of one attempt, signed with the SDK's own function."""
    faults = account.webhook_faults
    event = account.store.get("event", delivery["event"])
    assert event is not None
    shown = {key: value for key, value in event.items() if not key.startswith("_")}
    version = faults.api_version or shown["api_version"]
    body = json.dumps({**shown, "api_version": version})
    timestamp = _signing_time(account) - (STALE_SECONDS if faults.stale else 0)
    secrets = [secret for secret in endpoint["_secrets"] if secret["until"] is None]
    secrets += [s for s in endpoint["_secrets"] if s["until"] and s["until"] > account.now()]
    values = [f"whsec_{random_text(32)}"] if faults.wrong_secret else [s["value"] for s in secrets]
    signatures = [
        f"v1={WebhookSignature._compute_signature(f'{timestamp}.{body}', value)}"
        for value in values
    ]
    if faults.tampered:
        body = body.replace('"livemode": false', '"livemode": false ', 1)
    return {
        "delivery_id": delivery["id"],
        "event_id": event["id"],
        "type": event["type"],
        "url": endpoint["url"],
        "body": body,
        "headers": {
            "Content-Type": "application/json; charset=utf-8",
            "Stripe-Signature": ",".join([f"t={timestamp}", *signatures]),
            "User-Agent": "Stripe/1.0 (sandbox)",
        },
    }


def _signing_time(account: Account) -> int:
    """Receivers hold the timestamp against the real clock; only a test that moves theirs too asks for ours."""
    follows = account.settings["sign_with_account_clock"]
    return int(time.time()) + (account.settings["clock_offset"] if follows else 0)


def record(account: Account, delivery_id: str, *, status: int | None, response: str) -> None:
    """Note what came of an attempt; plan the next one unless it was accepted with a 2xx."""
    delivery = account.store.get("_delivery", delivery_id)
    if delivery is None:
        return  # the account was reset while the attempt was under way
    delivery["attempts"].append(
        {"at": account.now(), "status": status, "response": response[:RESPONSE_KEPT]}
    )
    schedule = account.settings["retry_schedule"]
    if status is not None and 200 <= status < 300:
        delivery["status"] = "delivered"
    elif len(delivery["attempts"]) <= len(schedule):
        delivery["status"] = "pending"
        due_at = account.now() + schedule[len(delivery["attempts"]) - 1]
        account.schedule(due_at, "attempt_delivery", delivery_id)
    else:
        delivery["status"] = "failed"
    account.store.put(delivery)
    _update_event(account, delivery["event"])


def give_up(account: Account, delivery: Document) -> None:
    """Never deliver: its endpoint is disabled or gone."""
    delivery["status"] = "failed"
    account.store.put(delivery)
    _update_event(account, delivery["event"])


def requeue_unsent(account: Account) -> None:
    """After a restart: put in line what was never attempted. What failed before has its timer."""
    for delivery in account.store.oldest_first("_delivery", {"status": "pending"}):
        if not delivery["attempts"]:
            account.outbox.append(delivery["id"])


def attempt_again(account: Account, delivery_id: str) -> None:
    """What the timer of a failed delivery does."""
    delivery = account.store.get("_delivery", delivery_id)
    if delivery and delivery["status"] == "pending":
        send(account, delivery)


def resend(account: Account, event_id: str) -> int:
    """Send an event once more to every enabled endpoint that it was meant for; how many were sent."""
    sent = 0
    for delivery in list(account.store.oldest_first("_delivery", {"event": event_id})):
        send(account, delivery)
        sent += 1
    return sent


def _update_event(account: Account, event_id: str) -> None:
    event = account.store.get("event", event_id)
    assert event is not None
    statuses = [
        delivery["status"]
        for delivery in account.store.oldest_first("_delivery", {"event": event_id})
    ]
    event["pending_webhooks"] = sum(status == "pending" for status in statuses)
    event["_delivered"] = all(status == "delivered" for status in statuses)
    account.store.put(event)
