"""Which notice of a recurring gift comes next, and when: pure, from the calendar's rows and the plan's facts.

Payments lie whole months apart from the plan's beginning, counted in UTC as Stripe counts them: on the same day of the
month, or on its last day where it is shorter. Notices are sent in the morning of a civil day of the newspaper.
"""

from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from membership.letters.calendar import CARD_EXPIRING_DAYS, NoticeRule
from payments.models import Frequency
from payments.periods import civil_date

CARD_EXPIRING = "card_expiring"
MORNING = time(9)

_MONTHS = {Frequency.MONTHLY: 1, Frequency.YEARLY: 12}


@dataclass(frozen=True, slots=True)
class NoticeFacts:
    """What decides the notices of one plan.

    `next_charge_at` is None for a plan that collects nothing more, or not yet. Of notices that were due before
    `watched_from` none is owed. `told` holds the latest period for which each kind was written.
    """

    frequency: Frequency
    started_at: datetime
    next_charge_at: datetime | None
    card_expires_on: date | None
    watched_from: datetime
    zone: str
    told: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice: due at `due_at`, for the payment at `charge_at`; `period` is written once for its kind."""

    kind: str
    period: str
    due_at: datetime
    charge_at: datetime


def next_notices(facts: NoticeFacts, rules: Sequence[NoticeRule], *, now: datetime) -> list[Notice]:
    """Return the next notice of each kind, the soonest first; those with `due_at` up to `now` are due."""
    if facts.next_charge_at is None:
        return []
    found = [notice for rule in rules if (notice := _next(facts, rule, rules, now))]
    card = _card_notice(facts, facts.next_charge_at, now)
    return sorted([*found, *([card] if card else [])], key=lambda notice: notice.due_at)


def add_months(instant: datetime, months: int, *, day: int) -> datetime:
    """Return the instant so many months later, on `day` or on the last day of a shorter month, in UTC."""
    at = instant.astimezone(UTC)
    year, month = divmod(at.year * 12 + at.month - 1 + months, 12)
    return at.replace(year=year, month=month + 1, day=min(day, monthrange(year, month + 1)[1]))


def morning_of(day: date, zone: str) -> datetime:
    """Return the hour of a civil day at which notices are sent, as an instant."""
    return datetime.combine(day, MORNING, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _next(
    facts: NoticeFacts, rule: NoticeRule, rules: Sequence[NoticeRule], now: datetime
) -> Notice | None:
    told = int(facts.told.get(rule.kind, "0"))
    for charge_at, months in _charges(facts, horizon=2 * rule.every_months + 12):
        mark = months // rule.every_months
        if mark <= told or charge_at <= now or _gives_way(rule, mark, rules):
            continue
        full_at = add_months(facts.started_at, mark * rule.every_months, day=facts.started_at.day)
        if full_at <= facts.watched_from:
            continue
        charge_on = civil_date(charge_at, facts.zone)
        opens_at = morning_of(charge_on - timedelta(days=rule.opens_days), facts.zone)
        last_on = charge_on - timedelta(days=rule.closes_days)
        if civil_date(now, facts.zone) <= last_on or rule.is_sent_late:
            return Notice(rule.kind, str(mark), opens_at, charge_at)
    return None


def _charges(facts: NoticeFacts, *, horizon: int) -> Iterator[tuple[datetime, int]]:
    """Yield the coming payments, each with the months of the plan that are full by then."""
    first, started = facts.next_charge_at, facts.started_at.astimezone(UTC)
    if first is None:
        return
    first = first.astimezone(UTC)
    months = (first.year - started.year) * 12 + first.month - started.month
    # A payment on the last day of a short month may stand for a later day of the others.
    is_cut = first.day == monthrange(first.year, first.month)[1] and started.day > first.day
    day = started.day if is_cut else first.day
    for later in range(0, horizon + 1, _MONTHS[facts.frequency]):
        yield add_months(first, later, day=day), months + later


def _gives_way(rule: NoticeRule, mark: int, rules: Sequence[NoticeRule]) -> bool:
    """Say whether the other notice, which this one gives way to, belongs to the same months."""
    months = mark * rule.every_months
    return any(
        other.kind == rule.gives_way_to and months % other.every_months == 0 for other in rules
    )


def _card_notice(facts: NoticeFacts, charge_at: datetime, now: datetime) -> Notice | None:
    expires_on = facts.card_expires_on
    if expires_on is None or expires_on < civil_date(now, facts.zone):
        return None
    period = expires_on.isoformat()
    if facts.told.get(CARD_EXPIRING) == period:
        return None
    due_on = expires_on - timedelta(days=CARD_EXPIRING_DAYS)
    return Notice(CARD_EXPIRING, period, morning_of(due_on, facts.zone), charge_at)
