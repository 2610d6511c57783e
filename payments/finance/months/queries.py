"""Reads of the months: which there are, and what keeps one from being closed."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Min

from payments.entities.models import LegalEntity
from payments.finance.months.calendar import Month
from payments.finance.months.checks import Check, checks_of
from payments.finance.months.remedies import remedy_of
from payments.ledger.dates import closed_until
from payments.ledger.models import LedgerPosting
from payments.ledger.period_models import AccountingPeriod, MonthState
from payments.ledger.queries import AccountBalance, trial_balance
from payments.periods import civil_date
from payments.reconciliation.exceptions import ExceptionRow, exceptions


@dataclass(frozen=True, slots=True)
class Readiness:
    """What stands between a month and its close: identities, and rows of the exceptions queue that began by its end.

    `waived` are those rows that a person explained.
    """

    balances: list[AccountBalance]
    checks: list[Check]
    exceptions: list[ExceptionRow]
    waived: list[ExceptionRow]

    @property
    def problems(self) -> list[str]:
        """Return what is left to do, a sentence each; empty where the month is ready."""
        return [
            *(check.problem for check in self.checks if not check.holds),
            *(f"{row.title}: {row.reason} {remedy_of(row.kind)}" for row in self.exceptions),
        ]


def readiness_of(entity: LegalEntity, month: Month, *, now: datetime) -> Readiness:
    """Look at everything that must be in order before a month is closed, and again before it is locked."""
    balances = trial_balance(entity, first=month.first_on, last=month.last_on)
    rows = [
        row
        for row in exceptions(entity, now=now, with_settled=True)
        if civil_date(row.since, entity.time_zone) <= month.last_on
    ]
    return Readiness(
        balances=balances,
        checks=checks_of(entity, month, balances),
        exceptions=[row for row in rows if not row.is_settled],
        waived=[row for row in rows if row.is_settled],
    )


def period_of(entity: LegalEntity, month: Month) -> AccountingPeriod:
    """Return a month's row; one that was never closed has none, and is open."""
    found = (
        AccountingPeriod.objects.select_related("closed_by", "locked_by")
        .filter(entity=entity, first_on=month.first_on)
        .first()
    )
    return found or AccountingPeriod(
        entity=entity, first_on=month.first_on, last_on=month.last_on, state=MonthState.OPEN
    )


def next_to_close(entity: LegalEntity) -> Month | None:
    """Return the month after the last closed one, at first the earliest on the books; None without books."""
    closed = closed_until(entity)
    if closed is not None:
        return Month.of(closed).following
    first = _first_day(entity)
    return Month.of(first) if first else None


def months_of(entity: LegalEntity, *, today: date) -> list[AccountingPeriod]:
    """Return all months from the first on the books to the present one, latest first."""
    rows = {
        row.first_on: row
        for row in AccountingPeriod.objects.filter(entity=entity).select_related(
            "closed_by", "locked_by"
        )
    }
    first = _first_day(entity)
    begins = [*rows, *([first] if first else [])]
    month, months = Month.of(min([*begins, today])), []
    while month.first_on <= today:
        months.append(
            rows.get(month.first_on)
            or AccountingPeriod(
                entity=entity,
                first_on=month.first_on,
                last_on=month.last_on,
                state=MonthState.OPEN,
            )
        )
        month = month.following
    return months[::-1]


def late_count(entity: LegalEntity, month: Month) -> int:
    """Return how many postings count in a month although they are of an earlier one that was closed."""
    return LedgerPosting.objects.filter(
        entity=entity,
        accounting_on__gte=month.first_on,
        accounting_on__lte=month.last_on,
        original_on__lt=month.first_on,
    ).count()


def _first_day(entity: LegalEntity) -> date | None:
    first: date | None = LedgerPosting.objects.filter(entity=entity).aggregate(
        first=Min("accounting_on")
    )["first"]
    return first
