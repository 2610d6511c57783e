"""One time for the product and for Stripe, moved by hand: years of a recurring gift in a second."""

from datetime import UTC, datetime, timedelta

import time_machine

from tests.sandbox.client import SandboxAccount


class LifeClock:
    """Moves the sandbox's clock and this process's together. What came due at Stripe waits to be delivered."""

    def __init__(self, sandbox: SandboxAccount) -> None:
        self._sandbox = sandbox
        sandbox.configure(sign_with_account_clock=True)
        self._travel = time_machine.travel(datetime.now(UTC), tick=True)
        self._traveller = self._travel.start()

    def advance(self, *, days: int = 0, hours: int = 0, minutes: int = 0) -> datetime:
        """Move both clocks forward; the new time."""
        self._sandbox.advance(days=days, hours=hours, minutes=minutes)
        self._traveller.shift(timedelta(days=days, hours=hours, minutes=minutes))
        return datetime.now(UTC)

    def advance_to(self, moment: datetime) -> datetime:
        """Move both clocks to a later moment; the new time."""
        seconds = int((moment - datetime.now(UTC)).total_seconds())
        self._sandbox.advance(seconds=seconds)
        self._traveller.shift(timedelta(seconds=seconds))
        return datetime.now(UTC)

    def stop(self) -> None:
        """Return this process to the present."""
        self._travel.stop()
