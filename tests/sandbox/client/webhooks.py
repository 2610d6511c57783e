"""How coming webhooks go wrong on demand."""

from tests.sandbox.client.answers import Control


class WebhookFaults:
    """How this account's coming webhooks go wrong, until `clear`."""

    def __init__(self, control: Control) -> None:
        self._control = control

    def duplicate(self) -> None:
        """Send each delivery twice."""
        self._control("webhook_faults", duplicates=True)

    def reorder(self, seed: int = 0) -> None:
        """Shuffle what is delivered or taken together."""
        self._control("webhook_faults", reorder=seed)

    def drop(self, n: int = 1) -> None:
        """Never deliver the next n; `GET /v1/events?delivery_success=false` still lists them."""
        self._control("webhook_faults", drop=n)

    def stale(self) -> None:
        """Sign with a timestamp one hour old."""
        self._control("webhook_faults", stale=True)

    def wrong_secret(self) -> None:
        """Sign with a secret nobody knows."""
        self._control("webhook_faults", wrong_secret=True)

    def tamper(self) -> None:
        """Change the body after signing it."""
        self._control("webhook_faults", tampered=True)

    def delay(self, seconds: int) -> None:
        """Send the first attempt so many seconds later on the account's clock."""
        self._control("webhook_faults", delay=seconds)

    def burst(self, copies: int = 1) -> int:
        """Send all that is delayed, waits to be tried again or is held, at once and `copies` times each."""
        return int(self._control("burst", copies=copies)["sent"])

    def thin(self) -> None:
        """Send every event that has a thin form as a thin event, whatever its endpoint asked for."""
        self._control("webhook_faults", thin=True)

    def foreign_version(self, version: str) -> None:
        """Claim another API version in the envelope; the object inside keeps its shape."""
        self._control("webhook_faults", api_version=version)

    def rotate_secret(self) -> str:
        """A new secret for the ``hold:`` endpoint; for a day both the old and the new one sign."""
        return str(self._control("webhook_faults", rotate_secret=True)["secret"])

    def clear(self) -> None:
        self._control("webhook_faults", clear=True)
