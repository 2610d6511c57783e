"""Recurring gifts that are told of late, in any order, and the plain way to report on them: from all gifts."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from payments.customers.actions import assign_party
from payments.finance.columns import Row
from payments.finance.measures.movements import Stock, movements_of
from payments.finance.measures.plan_stories import standing_at
from payments.finance.plan_book import plan_book
from payments.finance.recurring_days.telling import Told
from payments.finance.tables.recurring_revenue import RECURRING_MOVEMENTS, RECURRING_REVENUE
from payments.models import Campaign, Frequency, LegalEntity, PlanStatus, RecurringPlan
from payments.periods import midnight
from payments.plans.actions import record_plan
from tests.factories import CheckoutFactory, CustomerFactory
from tests.payments.snapshots import a_subscription

# London puts its clocks back on the second day; a month ends on the ninth.
BEGIN = datetime(2026, 10, 24, tzinfo=UTC)
PEOPLE = [UUID(int=(number + 1) << 64) for number in range(3)]
# In more than one currency, so that each has its own line.
_CURRENCIES = ("GBP", "GBP", "EUR")


class Lives:
    """Gifts by number, each of a payer of its own, as Stripe tells of them."""

    def __init__(self, campaign: Campaign) -> None:
        self._campaign = campaign
        self._checkouts: dict[int, object] = {}
        self._words = 0

    def tell(
        self,
        number: int,
        hour: int,
        status: str = "active",
        *,
        amount: int = 1000,
        began: int | None = None,
        ended: int | None = None,
        is_paused: bool = False,
        is_ending: bool = False,
        reason: str = "",
    ) -> RecurringPlan:
        """Record what is learned of a gift in an hour since `BEGIN`: when it began and ended are hours too."""
        checkout = self._checkouts.get(number) or self._order(number)
        self._words += 1
        snapshot = replace(
            a_subscription(checkout),  # type: ignore[arg-type]
            read_at=BEGIN + timedelta(days=100, seconds=self._words),
            status=status,
            amount=amount,
            started_at=at(hour if began is None else began),
            ended_at=None if ended is None else at(ended),
            end_reason=reason,
            is_paused=is_paused,
            cancel_at_period_end=is_ending,
        )
        plan = record_plan(snapshot, cause="told", now=at(hour))
        assert plan is not None
        return plan

    def belongs_to(self, number: int, person: int) -> None:
        """Say whose gift it is."""
        self._order(number)
        assign_party(self._checkouts[number].customer_id, party=PEOPLE[person])  # type: ignore[attr-defined]

    def _order(self, number: int) -> object:
        if number not in self._checkouts:
            currency = _CURRENCIES[number % len(_CURRENCIES)]
            self._checkouts[number] = CheckoutFactory.create(
                campaign=self._campaign,
                customer=CustomerFactory.create(entity=self._campaign.entity, currency=currency),
                currency=currency,
                amount=1000,
                frequency=Frequency.MONTHLY,
            )
        return self._checkouts[number]

    def is_known(self, number: int) -> bool:
        """Say whether the gift's first payment is through."""
        checkout = self._checkouts.get(number)
        plans = RecurringPlan.objects.filter(checkout=checkout) if checkout else None  # type: ignore[misc]
        return bool(plans and plans.exclude(status=PlanStatus.INCOMPLETE).exists())


def at(hour: int) -> datetime:
    return BEGIN + timedelta(hours=hour)


def reports(first: date | None, last: date | None, **filters: str) -> tuple[list[Row], list[Row]]:
    """Return the months and the movements of a period, as they are printed."""
    days = {"first": str(first or ""), "last": str(last or "")}
    wanted = {"entity": "courier", **days, **filters}
    return list(RECURRING_REVENUE.rows(wanted)), list(RECURRING_MOVEMENTS.rows(wanted))


def plain_reports(
    first: date | None, last: date | None, **filters: str
) -> tuple[list[Row], list[Row]]:
    """Return what `reports` does, told from every gift there is and without any sum."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("payments.finance.recurring_months.recurring_told", _told)
        return reports(first, last, **filters)


def _told(
    entity: LegalEntity, first: date | None, last: date | None, *, is_each: bool = False
) -> Told:
    since = midnight(first, entity.time_zone) if first else None
    until = midnight(last + timedelta(days=1), entity.time_zone) if last else None
    stories = plan_book(entity.slug, None).stories
    opening: dict[str, Stock] = {}
    for story in stories:
        if since and (standing := standing_at(story, since)):
            stock = opening.get(standing.currency, Stock())
            opening[standing.currency] = Stock(stock.annual + standing.annual, stock.count + 1)
    movements = [
        movement
        for story in stories
        for movement in movements_of(story)
        if (since is None or movement.at >= since) and (until is None or movement.at < until)
    ]
    if since:
        # What stands now less what changed since is another way to the same opening.
        assert plan_book(entity.slug, since).opening == opening
    return Told(opening, movements)


def day(ahead: int) -> date:
    """Return a day by its distance from the first one."""
    return BEGIN.date() + timedelta(days=ahead)


def assert_reads_are_the_gifts(
    first: date | None = None, last: date | None = None, **filters: str
) -> None:
    assert reports(first, last, **filters) == plain_reports(first, last, **filters)
