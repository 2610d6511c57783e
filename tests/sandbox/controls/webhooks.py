"""Webhooks: take what is held, send again, and let them arrive wrongly."""

from random import Random
from typing import Any

from tests.sandbox.engine import deliveries, webhook_endpoints
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.deliveries import HOLD_URL
from tests.sandbox.engine.store import Document
from tests.sandbox.timers import ACTIONS


def hold(account: Account, body: dict[str, Any]) -> dict[str, Any]:
    """The account's ``hold:`` endpoint, made on first use; answers with its secret."""
    return {"secret": webhook_endpoints.current_secret(held_endpoint(account))}


def take(account: Account, body: dict[str, Any]) -> dict[str, Any]:
    """Everything held since the last call, signed, to be posted by the test itself."""
    account.run_due(ACTIONS)
    return {"deliveries": deliveries.take_held(account)}


def resend(account: Account, body: dict[str, Any]) -> dict[str, Any]:
    return {"sent": deliveries.resend(account, body["event"])}


def burst(account: Account, body: dict[str, Any]) -> dict[str, Any]:
    """Everything that waits, at once and `copies` times each; how many deliveries that makes."""
    return {"sent": deliveries.burst(account, int(body.get("copies", 1)))}


def webhook_faults(account: Account, body: dict[str, Any]) -> dict[str, Any]:
    """Set the named faults; `rotate_secret` answers with the new secret of the ``hold:`` endpoint."""
    faults, answer = account.webhook_faults, {}
    if body.get("clear"):
        faults.clear()
    for name in ("duplicates", "stale", "wrong_secret", "tampered", "thin"):
        if name in body:
            setattr(faults, name, bool(body[name]))
    if "drop" in body:
        faults.to_drop = int(body["drop"])
    if "delay" in body:
        faults.delay_seconds = max(0, int(body["delay"]))
    if "api_version" in body:
        faults.api_version = str(body["api_version"])
    if "reorder" in body:
        faults.shuffle = Random(body["reorder"])
    if body.get("rotate_secret"):
        answer["secret"] = webhook_endpoints.rotate_secret(account, held_endpoint(account))
    return answer


def held_endpoint(account: Account) -> Document:
    for endpoint in account.store.oldest_first("webhook_endpoint", {}):
        if endpoint["url"] == HOLD_URL:
            return endpoint
    made = webhook_endpoints.create(account, {"url": HOLD_URL, "enabled_events": ["*"]})
    return account.store.find(made["id"]) or made


CONTROLS = {
    "hold": hold,
    "take": take,
    "resend": resend,
    "burst": burst,
    "webhook_faults": webhook_faults,
}
