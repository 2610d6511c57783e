"""A running sandbox and its isolated accounts, as tests and the demo use them."""

from dataclasses import dataclass
from typing import Any

import httpx

from tests.sandbox.client.answers import read
from tests.sandbox.client.clock import ClockControls
from tests.sandbox.client.faults import FaultControls
from tests.sandbox.client.money import MoneyControls
from tests.sandbox.client.payers import PayerPages
from tests.sandbox.client.payments import PaymentControls
from tests.sandbox.client.webhooks import WebhookFaults

TIMEOUT_SECONDS = 10.0
CONTROL_TIMEOUT_SECONDS = 300.0
"""A control may have a year of renewals to live through before it answers."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One signed webhook that the sandbox holds for the test to post."""

    event_id: str
    type: str
    body: bytes
    headers: dict[str, str]


class Sandbox:
    """A running sandbox process."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url.rstrip("/")
        # No environment: a proxy set for the machine must not stand between tests and loopback.
        # No kept connections: a client that nobody closes leaves no open socket behind.
        self._http = httpx.Client(
            timeout=TIMEOUT_SECONDS,
            trust_env=False,
            limits=httpx.Limits(max_keepalive_connections=0),
        )

    def account(self, name: str = "default") -> "SandboxAccount":
        """An isolated account; one that was never used before is made."""
        prefix = "" if name == "default" else f"/a/{name}"
        return SandboxAccount(f"{self.base_url}{prefix}", self._http)

    def close(self) -> None:
        self._http.close()


class SandboxAccount(ClockControls, FaultControls, MoneyControls, PayerPages, PaymentControls):
    """One isolated account. `api_base` and `key` are what a StripeClient needs to reach it."""

    key = "sk_test_sandbox"

    def __init__(self, api_base: str, http: httpx.Client) -> None:
        self.api_base = api_base
        self._http = http
        self._control = self._post_control
        self.webhooks = WebhookFaults(self._control)

    @property
    def webhook_secret(self) -> str:
        """The current secret of the account's ``hold:`` endpoint, which is made on first use.

        Events from before that moment are not held: ask for the secret before the story begins.
        """
        return str(self._control("hold")["secret"])

    def expire(self, session_id: str) -> dict[str, Any]:
        """Expire an open session now, as Stripe's own API does."""
        response = self._http.post(
            f"{self.api_base}/v1/checkout/sessions/{session_id}/expire",
            headers={"Authorization": f"Bearer {self.key}"},
        )
        return read(response)

    def take_deliveries(self) -> list[Delivery]:
        """The signed webhooks held since the last call, for the test to post in any order."""
        return [
            Delivery(held["event_id"], held["type"], held["body"].encode(), held["headers"])
            for held in self._control("take")["deliveries"]
        ]

    def events(self, type: str | None = None) -> list[dict[str, Any]]:  # noqa: A002 - Stripe's word
        """Events in the order of creation, each with its `deliveries`."""
        response = self._http.get(
            f"{self.api_base}/_control/events", params={"type": type} if type else {}
        )
        events: list[dict[str, Any]] = read(response)["events"]
        return events

    def object(self, object_id: str) -> dict[str, Any]:
        return read(self._http.get(f"{self.api_base}/_control/objects/{object_id}"))

    def contents(self, file_id: str) -> bytes:
        """The bytes of an uploaded file, as its `url` gives them."""
        response = self._http.get(
            f"{self.api_base}/v1/files/{file_id}/contents",
            headers={"Authorization": f"Bearer {self.key}"},
        )
        if response.is_error:
            raise RuntimeError(f"The sandbox answered {response.status_code}: {response.text}")
        return response.content

    def resend(self, event_id: str) -> int:
        return int(self._control("resend", event=event_id)["sent"])

    def configure(self, **settings: Any) -> dict[str, Any]:
        """Change account settings, such as `statement_descriptor` or `retry_schedule`."""
        return self._control("configure", **settings)

    def reset(self) -> None:
        """Forget everything: the account is as if it had never been used."""
        self._control("reset")

    def _post_control(self, action: str, **body: Any) -> dict[str, Any]:
        return read(
            self._http.post(
                f"{self.api_base}/_control/{action}", json=body, timeout=CONTROL_TIMEOUT_SECONDS
            )
        )
