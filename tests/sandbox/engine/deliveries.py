"""Webhook deliveries: who gets an event, and when it is sent and sent again.

Sending is the web layer's work. It takes ids from `Account.outbox`, asks `signing.sign` for what to send,
and reports what came of it to `record`. A delivery to the special url ``hold:`` is never sent: it is
signed and kept until the control API takes it.
"""

from typing import Any

from tests.sandbox.engine import thin_events
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.signing import sign
from tests.sandbox.engine.store import Document

HOLD_URL = "hold:"
ENDPOINT_KINDS = ("webhook_endpoint", "_event_destination")
MOST_COPIES = 1000
RESPONSE_KEPT = 500


def endpoints_wanting(account: Account, event_type: str) -> list[Document]:
    thin_type = thin_events.thin_type(event_type)
    return [
        endpoint
        for kind in ENDPOINT_KINDS
        for endpoint in account.store.oldest_first(kind, {})
        if endpoint["status"] == "enabled"
        and _wants(endpoint, thin_type if endpoint.get("_is_thin") else event_type)
    ]


def _wants(endpoint: Document, event_type: str | None) -> bool:
    wanted = endpoint["enabled_events"]
    return event_type is not None and ("*" in wanted or event_type in wanted)


def endpoint_of(account: Account, delivery: Document) -> Document | None:
    """Where a delivery goes: a webhook endpoint or an event destination, unless it has been deleted."""
    return account.store.find(delivery["endpoint"])


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
            "delayed": faults.delay_seconds > 0,
        }
    )
    if faults.to_drop:
        faults.to_drop -= 1
        delivery["status"] = "dropped"
        account.store.put(delivery)
        return delivery
    if delivery["delayed"]:
        account.schedule(account.now() + faults.delay_seconds, "attempt_delivery", delivery["id"])
    else:
        _send_first(account, delivery)
    return delivery


def _send_first(account: Account, delivery: Document) -> None:
    for _ in range(2 if account.webhook_faults.duplicates else 1):
        send(account, delivery)


def send(account: Account, delivery: Document) -> None:
    """Put a delivery in line at once: held back for the control API, or posted by the web layer."""
    endpoint = endpoint_of(account, delivery)
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


def burst(account: Account, copies: int) -> int:
    """Send all that waits at once: delayed, to be tried again, or held. Each so many times; how many that is."""
    if not 1 <= copies <= MOST_COPIES:
        raise ValueError(f"A burst has between 1 and {MOST_COPIES} copies.")
    held = list(account.held)
    account.held.extend(held * (copies - 1))
    waiting = [
        delivery
        for delivery in account.store.oldest_first("_delivery", {"status": "pending"})
        if delivery["id"] not in account.outbox
    ]
    for delivery in waiting:
        for _ in range(copies):
            send(account, delivery)
    return (len(held) + len(waiting)) * copies


def requeue_unsent(account: Account) -> None:
    """After a restart: put in line what was never attempted. What failed or was delayed has its timer."""
    for delivery in account.store.oldest_first("_delivery", {"status": "pending"}):
        if not delivery["attempts"] and not delivery.get("delayed"):
            account.outbox.append(delivery["id"])


def attempt_again(account: Account, delivery_id: str) -> None:
    """What the timer of a delayed or failed delivery does."""
    delivery = account.store.get("_delivery", delivery_id)
    if delivery and delivery["status"] == "pending":
        (send if delivery["attempts"] else _send_first)(account, delivery)


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
