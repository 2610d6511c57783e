"""Recurring revenue of past days: whatever is learned, and in whatever order, reports are what all gifts come to."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from payments.finance.recurring_days.actions import keep_past_days
from payments.finance.recurring_days.checking import check_kept_days
from payments.models import DailyRate, LegalEntity, RecurringDay
from tests.factories import make_newspaper
from tests.payments.plan_lives import BEGIN, Lives, assert_reads_are_the_gifts, at, day

# Within the days that are kept, or after them: then only what Stripe says of earlier times can change these.
hours = st.one_of(st.integers(-20, 13 * 24), st.integers(14 * 24, 16 * 24))
days = st.none() | st.integers(-2, 14)
words = st.sampled_from(
    ["incomplete", "active", "active", "past_due", "paused", "ending", "canceled", "canceled"]
)
telling_steps = st.one_of(
    st.tuples(
        st.just("tell"),
        st.integers(0, 4),
        hours,
        st.tuples(
            words,
            st.sampled_from([1000, 1000, 1500, 700]),
            st.integers(0, 250),
            st.sampled_from(["", "payment_failed"]),
        ),
    ),
    st.tuples(st.just("belong"), st.integers(0, 4), st.integers(0, 1)),
)
reading_steps = st.one_of(
    telling_steps,
    st.tuples(st.just("keep"), st.integers(8, 16)),
    st.tuples(st.just("lose"), st.sets(st.integers(-2, 13), max_size=5)),
    st.tuples(st.just("move"), st.sampled_from(["Europe/London", "Pacific/Auckland"])),
    st.tuples(
        st.just("read"), days, days, st.sampled_from(["", "GBP"]), st.sampled_from(["", "own"])
    ),
)
# It is known whose most gifts are; something is told, its days are kept, and more is told of them.
sequences = st.builds(
    lambda people, first, then: [
        *people,
        *first,
        ("keep", 15),
        *then,
        ("read", None, None, "", "own"),
    ],
    st.tuples(
        *(st.tuples(st.just("belong"), st.just(gift), st.integers(0, 1)) for gift in range(4))
    ),
    st.lists(telling_steps, min_size=3, max_size=12),
    st.lists(reading_steps, min_size=1, max_size=8),
)


@pytest.mark.timeout(600)
class TestAnySequence(TestCase):
    # Each example makes its own newspaper, which takes as long as the machine is busy.
    @settings(deadline=None, max_examples=25, suppress_health_check=list(HealthCheck))
    @given(sequences)
    def test_reports_are_what_all_gifts_come_to(self, told: list[tuple[object, ...]]) -> None:
        campaign = make_newspaper()
        lives = Lives(campaign)
        _write_rates()
        began: dict[int, int] = {}
        for step in told:
            match step:
                case ("tell", int(gift), int(hour), tuple(word)):
                    _tell(lives, began, (gift, hour), word)
                case ("belong", int(gift), int(person)):
                    lives.belongs_to(gift, person)
                case ("keep", int(ahead)):
                    keep_past_days(now=BEGIN + timedelta(days=ahead))
                case ("lose", set(lost)):
                    lost_days = [day(each) for each in lost]
                    RecurringDay.objects.filter(day__in=lost_days).delete()
                case ("move", str(zone)):
                    LegalEntity.objects.update(time_zone=zone)
                case ("read", first, last, str(currency), str(stated_in)):
                    assert_reads_are_the_gifts(
                        None if first is None else day(first),  # type: ignore[arg-type]
                        None if last is None else day(last),  # type: ignore[arg-type]
                        currency=currency,
                        stated_in=stated_in,
                    )
        assert check_kept_days(now=at(0)) == 0


def _tell(
    lives: Lives, began: dict[int, int], of: tuple[int, int], word: tuple[str, int, int, str]
) -> None:
    (gift, hour), (status, amount, lag, why) = of, word
    if status == "incomplete" and lives.is_known(gift):
        # Stripe never goes back to it.
        status = "active"
    # Once in a while the gift began at another time than was said before.
    start = began[gift] = hour - lag if lag % 7 == 0 else began.get(gift, hour - lag)
    lives.tell(
        gift,
        hour,
        "active" if status in ("paused", "ending") else status,
        amount=amount,
        began=start,
        ended=max(start, hour - lag) if status == "canceled" else None,
        is_paused=status == "paused",
        is_ending=status == "ending",
        reason=why,
    )


def _write_rates() -> None:
    """Have the euro, in which some gifts are, be worth another number of pence every third day."""
    DailyRate.objects.bulk_create(
        DailyRate(
            base="EUR",
            currency="GBP",
            day=day(3 * each - 9),
            rate=Decimal(80 + each) / 100,
            source="European Central Bank",
            imported_at=BEGIN,
        )
        for each in range(9)
    )
