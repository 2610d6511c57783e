"""Time: the account's own clock, forward only."""

from typing import Any

from tests.sandbox.engine.account import Account
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


CONTROLS = {"advance": advance, "fail_next_finalization": fail_next_finalization}
