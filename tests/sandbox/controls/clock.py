"""Time: the account's own clock, forward only."""

from typing import Any

from tests.sandbox.engine import test_clocks
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.clocks import KIND
from tests.sandbox.engine.errors import missing
from tests.sandbox.timers import ACTIONS


def advance(account: Account, body: dict[str, Any]) -> dict[str, Any]:
    """Move the clock forward and let everything come due on the way."""
    account.move_clock(int(body["seconds"]))
    account.run_due(ACTIONS)
    return {"now": account.now()}


def fail_next_finalization(account: Account, body: dict[str, Any]) -> dict[str, Any]:
    """Let the next drafts fail to be finalised by themselves; they stay drafts."""
    settings = account.settings
    settings["finalizations_to_fail"] += int(body.get("n", 1))
    account.store.put(settings)
    return {}


def advance_test_clock(account: Account, body: dict[str, Any]) -> dict[str, Any]:
    """Move one test clock on by some seconds, as the API does to a moment."""
    clock = account.store.get(KIND, body["clock"])
    if clock is None:
        raise missing("test clock", body["clock"])
    target = clock["frozen_time"] + int(body["seconds"])
    test_clocks.advance(account, {"frozen_time": target}, clock["id"])
    return {"now": target}


CONTROLS = {
    "advance_test_clock": advance_test_clock,
    "advance": advance,
    "fail_next_finalization": fail_next_finalization,
}
