"""Five years of a gift: every letter that its giver gets, by the civil day on which it left."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

import pytest
from django.db.models import QuerySet
from pytest_django import DjangoCaptureOnCommitCallbacks

from membership.letters.tasks import send_due_letters, write_due_notices
from membership.models import Letter, LetterState, NoticeClock
from payments.models import Campaign, Frequency, RecurringPlan
from tests.life import LifeClock
from tests.payments.stories import give
from tests.sandbox.client import SandboxAccount

pytestmark = [pytest.mark.deep, pytest.mark.timeout(900), pytest.mark.django_db]

HOUR = timedelta(hours=1)

# One line a month in which something was sent: the days, and what left on each.
MONTHLY_FROM_31_JANUARY = """
2030-01  31 agreement, 31 receipt
2030-02  28 receipt
2030-03  31 receipt
2030-04  30 receipt
2030-05  31 receipt
2030-06  30 receipt
2030-07  10 six_month_reminder, 31 receipt
2030-08  31 receipt
2030-09  30 receipt
2030-10  31 receipt
2030-11  30 receipt
2030-12  31 receipt
2031-01  10 yearly_reminder, 31 receipt
2031-02  28 receipt
2031-03  31 receipt
2031-04  30 receipt
2031-05  31 receipt
2031-06  30 receipt
2031-07  10 six_month_reminder, 31 receipt
2031-08  31 receipt
2031-09  30 receipt
2031-10  31 receipt
2031-11  30 receipt
2031-12  31 receipt
2032-01  10 yearly_reminder, 31 receipt
2032-02  29 receipt
2032-03  31 receipt
2032-04  30 receipt
2032-05  31 receipt
2032-06  30 receipt
2032-07  10 six_month_reminder, 31 receipt
2032-08  31 receipt
2032-09  30 receipt
2032-10  31 receipt
2032-11  30 receipt
2032-12  31 receipt
2033-01  10 yearly_reminder, 31 receipt
2033-02  28 receipt
2033-03  31 receipt
2033-04  30 receipt
2033-05  31 receipt
2033-06  30 receipt
2033-07  10 six_month_reminder, 31 receipt
2033-08  31 receipt
2033-09  30 receipt
2033-10  31 receipt
2033-11  30 receipt
2033-12  31 receipt
2034-01  10 yearly_reminder, 31 receipt
2034-02  28 receipt
2034-03  31 receipt
2034-04  30 receipt
2034-05  31 receipt
2034-06  30 receipt
2034-07  10 six_month_reminder, 31 receipt
2034-08  31 receipt
2034-09  30 receipt
2034-10  31 receipt
2034-11  30 receipt
2034-12  01 card_expiring, 31 receipt
2035-01  10 yearly_reminder, 31 receipt
2035-02  28 receipt
"""
YEARLY_FROM_29_FEBRUARY = """
2032-02  29 agreement, 29 receipt
2032-08  30 yearly_reminder
2033-01  29 renewal_notice
2033-02  28 receipt
2033-08  30 yearly_reminder
2034-01  29 renewal_notice
2034-02  28 receipt
2034-08  30 yearly_reminder
2034-12  01 card_expiring
2035-01  29 renewal_notice
2035-02  28 receipt
2035-08  31 yearly_reminder
2036-01  30 renewal_notice
2036-02  29 receipt
2036-08  30 yearly_reminder
2037-01  29 renewal_notice
2037-02  28 receipt
"""


@pytest.fixture
def live(
    clock: LifeClock,
    deliver: Callable[[], int],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> Callable[[datetime], None]:
    """Live until a day, with the sweeps of each noon on which something may be due."""

    def run(until: datetime) -> None:
        while (now := datetime.now(UTC)) < until:
            clock.advance_to(min(until, _next_noon(now)))
            deliver()
            with django_capture_on_commit_callbacks(execute=True):
                write_due_notices()
                send_due_letters()

    return run


@pytest.fixture
def letters_of(
    campaign: Campaign,
    sandbox: SandboxAccount,
    clock: LifeClock,
    deliver: Callable[[], int],
    live: Callable[[datetime], None],
) -> Callable[[Frequency, datetime], QuerySet[Letter]]:
    """Begin a gift, live for five years and some days, and return every letter."""

    def run(frequency: Frequency, begins_at: datetime) -> QuerySet[Letter]:
        clock.advance_to(begins_at)
        give(campaign, sandbox, frequency=frequency, amount=5000)
        deliver()
        live(datetime(begins_at.year + 5, 3, 5, 12, tzinfo=UTC))
        return Letter.objects.order_by("sent_at", "kind")

    return run


@pytest.mark.parametrize(
    ("frequency", "begins_at", "table"),
    [
        (Frequency.MONTHLY, datetime(2030, 1, 31, 9, tzinfo=UTC), MONTHLY_FROM_31_JANUARY),
        (Frequency.YEARLY, datetime(2032, 2, 29, 9, tzinfo=UTC), YEARLY_FROM_29_FEBRUARY),
    ],
)
def test_five_years_of_letters_are_those_of_the_table(
    letters_of: Callable[[Frequency, datetime], QuerySet[Letter]],
    frequency: Frequency,
    begins_at: datetime,
    table: str,
) -> None:
    letters = letters_of(frequency, begins_at)
    assert {letter.state for letter in letters} == {LetterState.SENT}
    assert max(Counter(letters.values_list("kind", "key")).values()) == 1
    assert list(_lines(letters)) == table.split("\n")[1:-1]


def _lines(letters: QuerySet[Letter]) -> Iterator[str]:
    sent = [
        (letter.sent_at.astimezone(ZoneInfo("Europe/London")).date(), letter.kind)
        for letter in letters
    ]
    for month, rows in groupby(sorted(sent), key=lambda row: f"{row[0]:%Y-%m}"):
        yield f"{month}  " + ", ".join(f"{day:%d} {kind}" for day, kind in rows)


def _next_noon(now: datetime) -> datetime:
    """Return the first noon after something is due: a notice, or an hour after the period's end a payment."""
    dues = [
        *NoticeClock.objects.values_list("due_at", flat=True),
        *(plan.current_period_end_at + HOUR for plan in RecurringPlan.objects.all()),  # type: ignore[operator]
    ]
    wake_at = min((due for due in dues if due and due > now), default=now + timedelta(days=31))
    noon = wake_at.replace(hour=12, minute=1, second=0, microsecond=0)
    return noon if noon > wake_at else noon + timedelta(days=1)
