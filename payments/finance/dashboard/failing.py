"""Collections that failed in a month, and what became of them, as the failed payments report (R8) tells it."""

from collections.abc import Sequence
from dataclasses import dataclass

from payments.entities.models import LegalEntity
from payments.finance.dashboard.months import month_filters
from payments.finance.dashboard.tiles import Figure
from payments.finance.failures import FailureSelection, failed_payments
from payments.finance.measures.recovery import FailureOutcome
from payments.finance.months.calendar import Month

_REPORT = "failed_payments"
# The column of the report that holds the amount of each outcome.
_COLUMNS = {
    FailureOutcome.RECOVERED: "recovered_minor",
    FailureOutcome.OPEN: "still_tried_minor",
    FailureOutcome.LOST: "lost_minor",
}


@dataclass(frozen=True, slots=True)
class FailureLine:
    """What became of one currency's failures; `figures` are per outcome, in the order of FailureOutcome."""

    currency: str
    failure_count: int
    failed: Figure
    figures: Sequence[Figure]


def failures_of(entity: LegalEntity, month: Month) -> list[FailureLine]:
    """Return what first failed in the month, by currency; one statement."""
    selection = FailureSelection.from_filters(month_filters(entity, month))
    sums: dict[str, dict[FailureOutcome, list[int]]] = {}
    for told in failed_payments(selection, zone=entity.time_zone):
        failure = told.failure
        outcomes = sums.setdefault(failure.currency, {outcome: [] for outcome in FailureOutcome})
        outcomes[failure.outcome].append(failure.amount)
    return [_line(entity, month, currency, sums[currency]) for currency in sorted(sums)]


def _line(
    entity: LegalEntity, month: Month, currency: str, amounts: dict[FailureOutcome, list[int]]
) -> FailureLine:
    def figure(minor: int, column: str, outcome: str = "") -> Figure:
        filters = month_filters(entity, month, currency=currency, outcome=outcome)
        return Figure(currency, minor, _REPORT, column, filters)

    every = [minor for each in amounts.values() for minor in each]
    return FailureLine(
        currency,
        len(every),
        figure(sum(every), "failed_minor"),
        [figure(sum(amounts[each]), _COLUMNS[each], each.value) for each in FailureOutcome],
    )
