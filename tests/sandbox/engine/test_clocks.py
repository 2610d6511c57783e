"""Stripe's test clocks: customers with a time of their own, which moves only when it is told to."""

from typing import Any

from tests.sandbox.engine import customers
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.clocks import KIND, WHAT_TIME_DOES
from tests.sandbox.engine.errors import invalid, missing
from tests.sandbox.engine.events import emit
from tests.sandbox.engine.lists import Page, page_of
from tests.sandbox.engine.periods import DAY, renewal
from tests.sandbox.engine.store import Document

LIFETIME = 30 * DAY
LONGEST_WITHOUT_SUBSCRIPTIONS = 2 * 366 * DAY
INTERVALS_AT_ONCE = 2


def create(account: Account, params: dict[str, Any]) -> Document:
    clock = account.store.put(
        {
            "id": account.new_id("clock"),
            "object": KIND,
            "created": account.own_now(),
            "deletes_after": account.own_now() + LIFETIME,
            "frozen_time": params["frozen_time"],
            "livemode": False,
            "name": params.get("name"),
            "status": "ready",
            "status_details": {},
        }
    )
    account.schedule(clock["deletes_after"], "delete_test_clock", clock["id"])
    emit(account, "test_helpers.test_clock.created", clock)
    return clock


def list_clocks(account: Account, params: dict[str, Any]) -> Page:
    return page_of(account, KIND, params, {})


def advance(account: Account, params: dict[str, Any], clock_id: str) -> Document:
    """Let everything on this clock come due up to a moment; answers as Stripe does, while it advances.

    It is done when the answer comes, so the next retrieval shows it ready.
    """
    clock, target = _clock(account, clock_id), params["frozen_time"]
    if target <= clock["frozen_time"]:
        raise invalid(
            "A test clock can only be advanced to a time after its current frozen time.",
            param="frozen_time",
        )
    if target > (furthest := _furthest(account, clock)):
        raise invalid(
            "A test clock can be advanced by at most two intervals of its shortest subscription, and by "
            f"two years without subscriptions: to {furthest} from here.",
            param="frozen_time",
        )
    _set(account, clock, "advancing", {"advancing": {"target_frozen_time": target}})
    answer = dict(clock)
    try:
        with account.on_clock(clock_id, target):
            account.run_due(WHAT_TIME_DOES)
    except Exception:
        _set(account, clock, "internal_failure", {})
        raise
    clock["frozen_time"] = target
    _set(account, clock, "ready", {})
    return answer


def delete(account: Account, params: dict[str, Any], clock_id: str) -> Document:
    """The customers on the clock go with it, and so do their subscriptions and all that was to come."""
    clock = _clock(account, clock_id)
    with account.on_clock(clock_id, clock["frozen_time"]):
        for customer in list(account.store.newest_first("customer", {"test_clock": clock_id})):
            customers.delete(account, {}, customer["id"])
        account.forget_timers()
    account.store.remove(clock_id)
    emit(account, "test_helpers.test_clock.deleted", clock)
    return {"id": clock_id, "object": KIND, "deleted": True}


def delete_when_due(account: Account, clock_id: str) -> None:
    if account.store.get(KIND, clock_id):
        delete(account, {}, clock_id)


def _furthest(account: Account, clock: Document) -> int:
    """How far the clock may go at once, as Stripe limits it."""
    now = clock["frozen_time"]
    running = account.store.newest_first(
        "subscription", {"test_clock": clock["id"], "ended": False}
    )
    ends = [
        renewal(
            now,
            interval=item["price"]["recurring"]["interval"],
            count=item["price"]["recurring"]["interval_count"],
            number=INTERVALS_AT_ONCE,
        )
        for subscription in running
        for item in subscription["items"]["data"]
    ]
    return min(ends, default=now + LONGEST_WITHOUT_SUBSCRIPTIONS)


def _set(account: Account, clock: Document, status: str, details: Document) -> None:
    clock.update(status=status, status_details=details)
    account.store.put(clock)
    emit(account, f"test_helpers.test_clock.{status}", clock)


def _clock(account: Account, clock_id: str) -> Document:
    clock = account.store.get(KIND, clock_id)
    if clock is None:
        raise missing("test_clock", clock_id)
    return clock
