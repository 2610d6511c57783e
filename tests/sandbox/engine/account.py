"""One isolated account: its documents, its clock, its settings and what waits to be done."""

import heapq
import os
import string
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.sandbox.engine.faults import ApiFaults, WebhookFaults
from tests.sandbox.engine.indexes import INDEXED_FIELDS
from tests.sandbox.engine.store import Document, Store

ALPHABET = (string.ascii_letters + string.digits).encode()
LETTERS = bytes(ALPHABET[byte % len(ALPHABET)] for byte in range(256))
"""A letter for every byte: ids are made by the hundred thousand when a year passes."""
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
    "international_fee": 0,
    "conversion_fee": 200,
    "settlement_currencies": None,
    "dispute_fees": {},
    "dispute_fee_returned": False,
    "dispute_response_days": 9,
    "dispute_review_days": 75,
    "refund_days": 5,
    "monthly_fees": (),
    "payout_interval": "daily",
    "payout_weekday": "monday",
    "payout_monthday": 1,
    "payout_arrival_days": 1,
    "payout_minimums": {},
    "debit_negative_balances": False,
    "clock_offset": 0,
    "sign_with_account_clock": False,
    "upcoming_days": 7,
    "draft_seconds": 3600,
    "dunning_days": (1, 3, 5, 7, 10, 14),
    "final_action": "cancel",
    "debit_days": {"sepa_debit": 5, "bacs_debit": 3},
    "retry_after_cancel": True,
    "finalizations_to_fail": 0,
}


@dataclass(frozen=True, slots=True)
class Cause:
    """The API request that makes events happen; both are None for what Stripe does by itself."""

    request_id: str | None = None
    idempotency_key: str | None = None


Action = Callable[["Account", str], None]
Timers = dict[str | None, list[tuple[int, int, str]]]
"""When, in which order among equals, and which timer; by the test clock that it waits for, or None."""


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
    _timers: Timers = field(default_factory=lambda: defaultdict(list))
    _standing_at: int | None = None
    _on_clock: tuple[str, int] | None = None

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
        """Seconds since the epoch on the test clock that is worked on, or on this account's own clock."""
        return self._on_clock[1] if self._on_clock else self.own_now()

    def own_now(self) -> int:
        if self._standing_at is not None:
            return self._standing_at
        return int(time.time()) + int(self.settings["clock_offset"])

    def is_on(self, clock: str) -> bool:
        return self._on_clock is not None and self._on_clock[0] == clock

    def move_clock(self, seconds: int) -> None:
        """Move forward only: what has come due cannot be taken back."""
        if seconds < 0:
            raise ValueError("The sandbox clock moves forward only.")
        settings = self.settings
        settings["clock_offset"] += seconds
        self.store.put(settings)

    def new_id(self, prefix: str, length: int = 24) -> str:
        return f"{prefix}_{random_text(length)}"

    def schedule(self, due_at: int, action: str, object_id: str) -> None:
        """Have `action` done to an object once the clock that is worked on has reached `due_at`."""
        timer_id = f"{due_at}|{action}|{object_id}"
        clock = self._on_clock[0] if self._on_clock else None
        timer = self.store.put(
            {
                "id": timer_id,
                "object": "_timer",
                "created": self.now(),
                "due_at": due_at,
                "clock": clock,
            }
        )
        heapq.heappush(self._timers[clock], self._entry(timer))

    def run_due(self, actions: dict[str, Action]) -> None:
        """Do what has come due, each thing at its own moment, in the order of time.

        Only the timers of one clock run: the test clock that is worked on, or the account's own.
        """
        now, timers = self.now(), self._timers[self._on_clock[0] if self._on_clock else None]
        while timers and timers[0][0] <= now:
            due_at, _order, timer_id = heapq.heappop(timers)
            if self.store.find(timer_id) is None:
                continue
            self.store.remove(timer_id)
            _, action, object_id = timer_id.split("|", 2)
            with self._at(due_at):
                actions[action](self, object_id)

    def restore_timers(self) -> None:
        """Rebuild the heaps from the stored timers after a restart."""
        self._timers.clear()
        for timer in self.store.oldest_first("_timer", {}):
            heapq.heappush(self._timers[timer.get("clock")], self._entry(timer))

    def forget_timers(self) -> None:
        """Drop all that waits for the test clock that is worked on."""
        assert self._on_clock, "the account's own timers are never forgotten"
        for _due_at, _order, timer_id in self._timers.pop(self._on_clock[0], []):
            if self.store.find(timer_id):
                self.store.remove(timer_id)

    def _entry(self, timer: Document) -> tuple[int, int, str]:
        place = self.store.place_of(timer["id"])
        assert place is not None
        return timer["due_at"], place[1], timer["id"]

    @contextmanager
    def on_clock(self, clock: str, moment: int) -> Iterator[None]:
        """Work on what lives on a test clock: it is `moment`, and timers wait for that clock."""
        before, self._on_clock = self._on_clock, (clock, moment)
        try:
            yield
        finally:
            self._on_clock = before

    @contextmanager
    def off_clock(self) -> Iterator[None]:
        """Back to the account's own time for a while: webhooks and money never live on a test clock."""
        before, self._on_clock = self._on_clock, None
        try:
            yield
        finally:
            self._on_clock = before

    @contextmanager
    def _at(self, moment: int) -> Iterator[None]:
        before = self.cause, self._standing_at, self._on_clock
        self.cause = Cause()
        if self._on_clock:
            self._on_clock = self._on_clock[0], moment
        else:
            self._standing_at = moment
        try:
            yield
        finally:
            self.cause, self._standing_at, self._on_clock = before


def random_text(length: int) -> str:
    return os.urandom(length).translate(LETTERS).decode()
