"""One isolated account: its documents, its clock, its settings and what waits to be done."""

import heapq
import secrets
import string
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.sandbox.engine.faults import ApiFaults, WebhookFaults
from tests.sandbox.engine.indexes import INDEXED_FIELDS
from tests.sandbox.engine.store import Document, Store

ALPHABET = string.ascii_letters + string.digits
RETRY_SCHEDULE = (2, 10, 60, 600, 3600, 6 * 3600, 24 * 3600, 48 * 3600)
"""Seconds between delivery attempts: a quicker stand-in for Stripe's three days of backoff."""

DEFAULT_SETTINGS: dict[str, Any] = {
    "display_name": "Sandbox newspaper",
    "country": "GB",
    "default_currency": "gbp",
    "statement_descriptor": "SANDBOX NEWSPAPER",
    "statement_descriptor_prefix": "SANDBOX",
    "settlement_days": 2,
    "retry_schedule": RETRY_SCHEDULE,
    "fees": {},
    "clock_offset": 0,
}


@dataclass(frozen=True, slots=True)
class Cause:
    """The API request that makes events happen; both are None for what Stripe does by itself."""

    request_id: str | None = None
    idempotency_key: str | None = None


Action = Callable[["Account", str], None]


@dataclass(slots=True)
class Account:
    name: str
    base_url: str
    store: Store = field(default_factory=lambda: Store(INDEXED_FIELDS))
    cause: Cause = Cause()
    api_faults: ApiFaults = field(default_factory=ApiFaults)
    webhook_faults: WebhookFaults = field(default_factory=WebhookFaults)
    outbox: deque[str] = field(default_factory=deque)
    held: deque[dict[str, Any]] = field(default_factory=deque)
    request_log: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=200))
    in_flight: set[str] = field(default_factory=set)
    _timers: list[tuple[int, str]] = field(default_factory=list)
    _standing_at: int | None = None

    @property
    def settings(self) -> Document:
        """The account's own settings, kept like any document so that they survive a restart."""
        stored = self.store.get("_settings", "_settings")
        if stored is None:
            stored = {**DEFAULT_SETTINGS, "id": "_settings", "object": "_settings"}
            stored["created"] = int(time.time())
            stored["account_id"] = f"acct_{random_text(16)}"
            self.store.put(stored)
        return stored

    def now(self) -> int:
        """Seconds since the epoch on this account's clock."""
        if self._standing_at is not None:
            return self._standing_at
        return int(time.time()) + int(self.settings["clock_offset"])

    def move_clock(self, seconds: int) -> None:
        """Move forward only: every list relies on creation times that never fall."""
        if seconds < 0:
            raise ValueError("The sandbox clock moves forward only.")
        settings = self.settings
        settings["clock_offset"] += seconds
        self.store.put(settings)

    def new_id(self, prefix: str, length: int = 24) -> str:
        return f"{prefix}_{random_text(length)}"

    def schedule(self, due_at: int, action: str, object_id: str) -> None:
        """Have `action` done to an object once the clock has reached `due_at`."""
        timer_id = f"{due_at}|{action}|{object_id}"
        self.store.put(
            {"id": timer_id, "object": "_timer", "created": self.now(), "due_at": due_at}
        )
        heapq.heappush(self._timers, (due_at, timer_id))

    def run_due(self, actions: dict[str, Action]) -> None:
        """Do what has come due, each thing at its own moment, in the order of time."""
        now = self.now()
        while self._timers and self._timers[0][0] <= now:
            due_at, timer_id = heapq.heappop(self._timers)
            if self.store.find(timer_id) is None:
                continue
            self.store.remove(timer_id)
            _, action, object_id = timer_id.split("|", 2)
            with self._at(due_at):
                actions[action](self, object_id)

    def restore_timers(self) -> None:
        """Rebuild the heap from the stored timers after a restart."""
        timers = self.store.oldest_first("_timer", {})
        self._timers = [(timer["due_at"], timer["id"]) for timer in timers]
        heapq.heapify(self._timers)

    @contextmanager
    def _at(self, moment: int) -> Iterator[None]:
        before = self.cause, self._standing_at
        self.cause, self._standing_at = Cause(), moment
        try:
            yield
        finally:
            self.cause, self._standing_at = before


def random_text(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))
