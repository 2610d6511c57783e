"""What became of collections that failed: recovered and how, lost, or still open."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from django.db import models

# Days after the first failure at which recovery is looked at.
LOOKS = (7, 14, 28)
# A retry may begin a little before the time that Stripe announced.
_LEEWAY = timedelta(hours=1)


class FailureOutcome(models.TextChoices):
    RECOVERED = "recovered", "Recovered"  # The same collection settled after all.
    OPEN = "open", "Still tried"  # Neither settled nor given up.
    # Cancelled, or its gift ended or went on with a later collection, before it settled.
    LOST = "lost", "Lost"


class RecoveredBy(models.TextChoices):
    NEW_METHOD = "new_method", "A new payment method"  # The gift's changed since the first failure.
    RETRY = "retry", "A retry"  # It settled when Stripe tried again by itself.
    SUPPORTER = "supporter", "The supporter's own payment"  # It settled before that, or without.


@dataclass(frozen=True, slots=True)
class Failure:
    """A collection that failed at least once; `amount` in minor units of `currency`, fee cover included.

    `retried_at` is when Stripe was to try again by itself after the last failure; `is_given_up` says that nothing more
    is expected of it.
    """

    currency: str
    amount: int
    failed_at: datetime
    settled_at: datetime | None
    retried_at: datetime | None
    has_new_method: bool
    is_given_up: bool

    @property
    def outcome(self) -> FailureOutcome:
        if self.settled_at:
            return FailureOutcome.RECOVERED
        return FailureOutcome.LOST if self.is_given_up else FailureOutcome.OPEN

    @property
    def recovered_by(self) -> RecoveredBy | None:
        if self.settled_at is None:
            return None
        if self.has_new_method:
            return RecoveredBy.NEW_METHOD
        was_retried = self.retried_at is not None and self.settled_at >= self.retried_at - _LEEWAY
        return RecoveredBy.RETRY if was_retried else RecoveredBy.SUPPORTER

    @property
    def days(self) -> int | None:
        """Whole days of 24 hours from the first failure until it settled."""
        return (self.settled_at - self.failed_at).days if self.settled_at else None

    def settled_within(self, days: int) -> bool:
        return self.settled_at is not None and self.settled_at - self.failed_at <= timedelta(
            days=days
        )


@dataclass(frozen=True, slots=True)
class Recovery:
    """Of the failures of one currency that are at least `days` old, those that settled within so many days.

    Younger ones are left out of both, since they may still be recovered in time. Amounts in minor units.
    """

    currency: str
    days: int
    failed_count: int
    failed: int
    recovered_count: int
    recovered: int

    @property
    def share(self) -> Fraction | None:
        """recovered_count ÷ failed_count; None of nothing."""
        return Fraction(self.recovered_count, self.failed_count) if self.failed_count else None

    @property
    def share_of_amount(self) -> Fraction | None:
        """recovered ÷ failed; None of nothing."""
        return Fraction(self.recovered, self.failed) if self.failed else None


def recoveries(failures: Iterable[Failure], now: datetime) -> list[Recovery]:
    """Return the recovery of each currency at 7, 14 and 28 days, by currency and days."""
    every = list(failures)
    return [
        _recovery(currency, days, [each for each in every if each.currency == currency], now)
        for currency in sorted({each.currency for each in every})
        for days in LOOKS
    ]


def _recovery(currency: str, days: int, failures: Sequence[Failure], now: datetime) -> Recovery:
    old = [each for each in failures if now - each.failed_at >= timedelta(days=days)]
    recovered = [each for each in old if each.settled_within(days)]
    return Recovery(
        currency=currency,
        days=days,
        failed_count=len(old),
        failed=sum(each.amount for each in old),
        recovered_count=len(recovered),
        recovered=sum(each.amount for each in recovered),
    )
