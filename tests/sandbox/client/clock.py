"""Time, as a test moves it."""

from tests.sandbox.client.answers import Control


class ClockControls:
    _control: Control

    def advance(self, *, seconds: int = 0, minutes: int = 0, hours: int = 0, days: int = 0) -> int:
        """Move this account's clock forward, doing what comes due; the new time."""
        total = seconds + 60 * minutes + 3600 * hours + 86400 * days
        return int(self._control("advance", seconds=total)["now"])

    def fail_next_finalization(self, n: int = 1) -> None:
        """Let the next drafts fail to be finalised by themselves: `invoice.finalization_failed`."""
        self._control("fail_next_finalization", n=n)
