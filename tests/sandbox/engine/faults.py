"""Faults on demand: API calls that fail, and webhooks that arrive wrongly. Off unless asked for."""

from dataclasses import dataclass, field
from random import Random
from typing import Literal

ApiFault = int | Literal["timeout", "slow"]


@dataclass(slots=True)
class FailNext:
    remaining: int
    status: ApiFault
    path_contains: str = ""
    seconds: float = 30.0


@dataclass(slots=True)
class ApiFaults:
    """What the next API calls of an account meet.

    A status answers before anything is done. "timeout" does the work and never answers, which is
    what idempotency keys exist for. "slow" waits before the work while the key counts as in flight.
    """

    waiting: list[FailNext] = field(default_factory=list)

    def take(self, call: str) -> FailNext | None:
        """The fault that waits for a call, which is named as in `POST /v1/customers`."""
        for fault in self.waiting:
            if fault.path_contains in call:
                fault.remaining -= 1
                if not fault.remaining:
                    self.waiting.remove(fault)
                return fault
        return None


@dataclass(slots=True)
class WebhookFaults:
    """How coming deliveries go wrong, until cleared."""

    duplicates: bool = False
    shuffle: Random | None = None
    to_drop: int = 0
    stale: bool = False
    wrong_secret: bool = False
    tampered: bool = False
    api_version: str | None = None
    delay_seconds: int = 0
    thin: bool = False

    def clear(self) -> None:
        self.duplicates = self.stale = self.wrong_secret = self.tampered = self.thin = False
        self.shuffle, self.api_version = None, None
        self.to_drop = self.delay_seconds = 0
