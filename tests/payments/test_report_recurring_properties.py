"""Whatever happens to recurring gifts, opening and movements make closing, and cohorts are the gifts that stand."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from payments.finance.measures.cohorts import Month, cohorts
from payments.finance.measures.movements import Roll, Stock, movements_of, rolls
from payments.finance.measures.plan_stories import Change, PlanStory, standing_at
from payments.finance.measures.recurring_revenue import (
    Valued,
    gifts,
    printed_steps,
    revenue,
    revenue_movements,
)

BEGAN = datetime(2025, 1, 1, tzinfo=UTC)
MONTHS = [
    Month(
        datetime(2025 + place // 12, place % 12 + 1, 1, tzinfo=UTC).date(),
        datetime(2025 + (place + 1) // 12, (place + 1) % 12 + 1, 1, tzinfo=UTC),
    )
    for place in range(12)
]
ENDS = [month.ends_at for month in MONTHS]

steps = st.one_of(
    st.fixed_dictionaries({"status": st.sampled_from(["active", "past_due", "paused", "ending"])}),
    st.fixed_dictionaries({"amount": st.integers(0, 10**6), "fee_cover": st.integers(0, 999)}),
    st.fixed_dictionaries({"frequency": st.sampled_from(["monthly", "yearly"])}),
    st.fixed_dictionaries({"status": st.just("ended")}),
)


@st.composite
def stories(draw: st.DrawFn) -> list[PlanStory]:
    return [draw(_story(f"gift-{number}")) for number in range(draw(st.integers(1, 6)))]


@st.composite
def _story(draw: st.DrawFn, name: str) -> PlanStory:
    fields: dict[str, Any] = {
        "status": draw(st.sampled_from(["active", "incomplete", "paused"])),
        "frequency": draw(st.sampled_from(["monthly", "yearly"])),
        "currency": draw(st.sampled_from(["GBP", "JPY"])),
        "amount": draw(st.integers(1, 10**6)),
        "fee_cover": draw(st.integers(0, 999)),
    }
    at = BEGAN + timedelta(hours=draw(st.integers(0, 365 * 24)))
    began = at
    changes = [Change(at, {}, dict(fields))]
    for after in draw(st.lists(steps, max_size=6)):
        if fields["status"] == "ended":
            break
        at += timedelta(hours=draw(st.integers(0, 90 * 24)))
        reason = draw(st.sampled_from(["", "payment_failed", "cancellation_requested"]))
        before = {key: fields[key] for key in after}
        changes.append(Change(at, before, after, draw(st.booleans()), reason))
        fields |= after
    # A gift whose appearance was not written down is told from its other changes.
    told = changes if draw(st.booleans()) else changes[1:]
    ended_at = at if fields["status"] == "ended" else None
    return PlanStory(name, None, began, ended_at, "", fields, tuple(told))


def _rolled(told: Sequence[PlanStory]) -> list[dict[str, Roll]]:
    return rolls({}, [each for story in told for each in movements_of(story)], ENDS)


def _standing(told: Sequence[PlanStory], at: datetime) -> dict[str, Stock]:
    stocks: dict[str, Stock] = {}
    for story in told:
        if standing := standing_at(story, at):
            stock = stocks.get(standing.currency, Stock())
            stocks[standing.currency] = Stock(stock.annual + standing.annual, stock.count + 1)
    return stocks


@given(stories())
@settings(max_examples=60, deadline=None)
def test_opening_and_movements_make_what_stands_in_money_and_in_gifts(
    told: list[PlanStory],
) -> None:
    for stretch, end in zip(_rolled(told), ENDS, strict=True):
        closing = {currency: roll.closing for currency, roll in stretch.items()}
        for currency, roll in stretch.items():
            moved = Stock(
                roll.opening.annual + sum(each.annual for each in roll.movements),
                roll.opening.count + sum(each.step for each in roll.movements),
            )
            assert moved == roll.closing
            assert roll.closing == _standing(told, end).get(currency, Stock())
        assert _standing(told, end).keys() <= closing.keys()


@given(stories(), st.fractions(min_value=0, max_value=2), st.fractions(min_value=0, max_value=2))
@settings(max_examples=60, deadline=None)
def test_printed_figures_add_up_and_those_of_each_kind_to_its_sum(
    told: list[PlanStory], before: Fraction, at_end: Fraction
) -> None:
    for stretch in _rolled(told):
        valued = [Valued(roll, before / 12, at_end / 12) for roll in stretch.values()]
        printed = revenue(valued)
        assert printed.opening + sum(printed.moved.values()) + printed.fx == printed.closing

        parts = dict.fromkeys(printed.moved, 0)
        for movement, part in revenue_movements(valued):
            parts[movement.kind] += part
            assert abs(part - movement.annual * at_end / 12) <= 1
        assert parts == printed.moved
        counted = gifts(stretch.values())
        stepped = sum(each.step for roll in stretch.values() for each in roll.movements)
        assert counted.opening + stepped == counted.closing


@given(st.fractions(), st.lists(st.fractions()))
def test_no_printed_step_is_more_than_one_unit_from_the_exact_one(
    opening: Fraction, exact: list[Fraction]
) -> None:
    printed = printed_steps(opening, exact)

    assert round(opening) + sum(printed) == round(opening + sum(exact))
    assert all(abs(one - other) <= 1 for one, other in zip(printed, exact, strict=True))


@given(stories())
@settings(max_examples=60, deadline=None)
def test_the_cohorts_of_all_months_are_the_gifts_that_stand(told: list[PlanStory]) -> None:
    found = cohorts(told, MONTHS, BEGAN)
    for place, month in enumerate(MONTHS):
        sums: dict[str, Stock] = {}
        for cohort in found:
            age = place - next(at for at, each in enumerate(MONTHS) if each.first == cohort.month)
            if age >= 0:
                stock, standing = sums.get(cohort.currency, Stock()), cohort.standing[age]
                sums[cohort.currency] = Stock(
                    stock.annual + standing.annual, stock.count + standing.count
                )
        standing_now = _standing(told, month.ends_at)
        assert {currency: stock for currency, stock in sums.items() if stock.count} == standing_now
