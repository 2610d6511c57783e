"""What a campaign must not cost: money that goes back, gifts that are stopped at once, readers who are annoyed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, DateTimeField, ExpressionWrapper, F, Q

from membership.results.money import of_prompt
from membership.results.selections import ResultsSelection
from membership.results.table import ResultRow
from payments.plans.models import RecurringPlan

_SOON = timedelta(days=90)
# So many of the whole must be there before a share is held against anybody.
_ENOUGH = 20


@dataclass(frozen=True, slots=True)
class Guardrail:
    """A share that must stay below `limit`, in percent."""

    title: str
    part: int
    whole: int
    limit: int
    whole_words: str

    @property
    def percent(self) -> float | None:
        """The share so far; None of nothing."""
        return self.part * 100 / self.whole if self.whole else None

    @property
    def is_broken(self) -> bool:
        """Whether it is above the limit, of enough to say so."""
        return self.whole >= _ENOUGH and self.part * 100 > self.limit * self.whole


def guardrails(
    selection: ResultsSelection, rows: Sequence[ResultRow], *, now: datetime
) -> list[Guardrail]:
    """Return the campaign's guardrails; `rows` are its results by any dimensions."""
    seen = sum(row.counts.seen for row in rows)
    dismissed = sum(row.counts.dismissed for row in rows)
    gifts, refunded = _refunded(rows)
    starts, stopped = _stopped_soon(selection, now=now)
    return [
        Guardrail("Refunds", refunded, gifts, 5, "of what was given, in its main currency"),
        Guardrail("Stopped within 90 days", stopped, starts, 20, "of the regular gifts begun"),
        Guardrail("Dismissed", dismissed, seen, 15, "of the times it was seen"),
    ]


def _refunded(rows: Sequence[ResultRow]) -> tuple[int, int]:
    gross: dict[str, int] = {}
    back: dict[str, int] = {}
    for row in rows:
        for currency, money in row.given.by_currency.items():
            gross[currency] = gross.get(currency, 0) + money.gross
            back[currency] = back.get(currency, 0) - money.back
    main = max(gross, key=lambda currency: gross[currency], default="")
    return gross.get(main, 0), back.get(main, 0)


def _stopped_soon(selection: ResultsSelection, *, now: datetime) -> tuple[int, int]:
    """Return how many regular gifts began in the period, and how many of them were stopped within 90 days."""
    period = selection.period
    begun = RecurringPlan.objects.filter(
        entity__slug=selection.entity,
        started_at__gte=period.starts_at,
        started_at__lt=min(period.ends_at, now),
    )
    soon = ExpressionWrapper(F("started_at") + _SOON, output_field=DateTimeField())
    found = of_prompt(begun, "checkout__", selection).aggregate(
        begun=Count("pk"), stopped=Count("pk", filter=Q(cancelled_at__lt=soon))
    )
    return found["begun"], found["stopped"]
