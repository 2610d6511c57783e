"""How a subscription moves on its own: late, recovered, ended; each step announced as Stripe does."""

from collections.abc import Mapping
from typing import Any

from tests.sandbox.engine.account import Account
from tests.sandbox.engine.events import emit
from tests.sandbox.engine.store import Document

ENDED = ("canceled", "incomplete_expired")
LATE = ("past_due", "unpaid")
UPDATED = "customer.subscription.updated"


def change(account: Account, subscription: Document, event: str = UPDATED, **changes: Any) -> None:
    """Write what differs and announce it with what it was before; nothing differs, nothing is said."""
    previous = {
        key: subscription[key]
        for key, value in changes.items()
        if key.startswith("_") or subscription[key] != value
    }
    subscription.update(changes)
    account.store.put(subscription)
    shown = {key: value for key, value in previous.items() if not key.startswith("_")}
    if shown:
        emit(account, event, subscription, previous=shown)


def is_over(subscription: Document) -> bool:
    return subscription["status"] in ENDED


def current_period_end(subscription: Document) -> int:
    return min(int(item["current_period_end"]) for item in subscription["items"]["data"])


def current_period_start(subscription: Document) -> int:
    return min(int(item["current_period_start"]) for item in subscription["items"]["data"])


def end(
    account: Account,
    subscription: Document,
    *,
    reason: str,
    given: Mapping[str, Any] | None = None,
    status: str = "canceled",
) -> Document:
    """End it for good. What was said when it was cancelled at the period's end is kept."""
    now, said = account.now(), subscription["cancellation_details"]
    given = given or {}
    subscription.update(
        status=status,
        canceled_at=subscription["canceled_at"] or now,
        ended_at=now,
        cancellation_details={
            "comment": given.get("comment") or said["comment"],
            "feedback": given.get("feedback") or said["feedback"],
            "reason": reason,
        },
    )
    account.store.put(subscription)
    emit(account, "customer.subscription.deleted", subscription)
    return subscription


def pause(account: Account, subscription: Document) -> None:
    """No invoice and no new period until it is resumed."""
    change(account, subscription, status="paused")
    emit(account, "customer.subscription.paused", subscription)


def resume(account: Account, subscription: Document, *, status: str = "active") -> None:
    change(account, subscription, status=status)
    emit(account, "customer.subscription.resumed", subscription)
