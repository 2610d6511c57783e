"""What one delivery attempt carries: the event as its endpoint wants it, signed with the SDK's own function."""

import json
import time
from typing import Any

from stripe import WebhookSignature

from tests.sandbox.engine import thin_events
from tests.sandbox.engine.account import Account, random_text
from tests.sandbox.engine.documents import event_text
from tests.sandbox.engine.store import Document

STALE_SECONDS = 3600


def sign(account: Account, delivery: Document, endpoint: Document) -> dict[str, Any]:
    """Body and headers of one attempt, as the webhook faults in force spoil them."""
    faults = account.webhook_faults
    event = account.store.get("event", delivery["event"])
    assert event is not None
    type_, body = _body(account, event, endpoint)
    timestamp = _signing_time(account) - (STALE_SECONDS if faults.stale else 0)
    values = [f"whsec_{random_text(32)}"] if faults.wrong_secret else _secrets(account, endpoint)
    signatures = [
        f"v1={WebhookSignature._compute_signature(f'{timestamp}.{body}', value)}"
        for value in values
    ]
    if faults.tampered:
        body = body.replace('"livemode": false', '"livemode": false ', 1)
    return {
        "delivery_id": delivery["id"],
        "event_id": event["id"],
        "type": type_,
        "url": endpoint["url"],
        "body": body,
        "headers": {
            "Content-Type": "application/json; charset=utf-8",
            "Stripe-Signature": ",".join([f"t={timestamp}", *signatures]),
            "User-Agent": "Stripe/1.0 (sandbox)",
        },
    }


def _body(account: Account, event: Document, endpoint: Document) -> tuple[str, str]:
    """The type and the JSON of the event: thin where the endpoint or a fault asks for it and Stripe has it."""
    wants_thin = endpoint.get("_is_thin") or account.webhook_faults.thin
    if wants_thin and (thin := thin_events.notification(event)):
        return thin["type"], json.dumps(thin)
    version = account.webhook_faults.api_version or endpoint["api_version"]
    return event["type"], event_text(event, version)


def _signing_time(account: Account) -> int:
    """Receivers hold the timestamp against the real clock; only a test that moves theirs too asks for ours."""
    follows = account.settings["sign_with_account_clock"]
    return int(time.time()) + (account.settings["clock_offset"] if follows else 0)


def _secrets(account: Account, endpoint: Document) -> list[str]:
    """The current secret, and after it the one that a rotation leaves valid for a day."""
    current = [secret for secret in endpoint["_secrets"] if secret["until"] is None]
    old = [s for s in endpoint["_secrets"] if s["until"] and s["until"] > account.now()]
    return [secret["value"] for secret in (*current, *old)]
