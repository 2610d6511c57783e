"""API calls that fail on demand."""

from typing import Literal

from tests.sandbox.client.answers import Control


class FaultControls:
    _control: Control

    def fail_next(
        self,
        n: int = 1,
        status: int | Literal["timeout", "slow"] = 500,
        path_contains: str = "",
        *,
        seconds: float = 30,
    ) -> None:
        """Fail the next API calls. "timeout" does the work but never answers (for `seconds`, then it
        breaks the connection); "slow" waits `seconds` before it works, the key in flight.
        `path_contains` is looked for in the method and path, such as "POST /v1/customers"."""
        self._control("fail_next", n=n, status=status, path_contains=path_contains, seconds=seconds)
