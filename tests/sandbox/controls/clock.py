"""Time: the account's own clock, forward only."""

from typing import Any

from tests.sandbox.engine.account import Account
from tests.sandbox.timers import ACTIONS


def advance(account: Account, body: dict[str, Any]) -> dict[str, Any]:
    """Move the clock forward and let everything come due on the way."""
    account.move_clock(int(body["seconds"]))
    account.run_due(ACTIONS)
    return {"now": account.now()}


CONTROLS = {"advance": advance}
