"""Time however it is cut: one jump or many steps tell the same story, and anchors hold for ten years."""

import calendar
import itertools
import json
import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sandbox.engine import subscription_updates, test_clocks
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.periods import DAY, next_after, renewal
from tests.sandbox.engine.store import Document
from tests.sandbox_contract.billing_stories import DECLINED, Reader, day, moment, standing_gift

START = "2027-10-31T09:00:00"
INTERVALS = ("week", "month", "year")
CHANGES = ("none", "bad card", "pause", "end", "end at", "trial")


@dataclass(slots=True)
class Numbered(Account):
    """An account whose ids are counted, so that two histories can be laid side by side."""

    _numbers: Any = field(default_factory=itertools.count)

    def new_id(self, prefix: str, length: int = 24) -> str:
        return f"{prefix}_{next(self._numbers):0{length}}"


def _reader() -> Reader:
    engine = Numbered("numbered", "http://127.0.0.1:1")
    engine.settings.update(account_id="acct_1", created=moment(START))
    return Reader(engine, START)


def _change(reader: Reader, subscription: Document, kind: str) -> None:
    at = moment(START) + 12 * DAY + 3600
    params: dict[str, dict[str, Any]] = {
        "bad card": {"default_payment_method": reader.card(DECLINED)["id"]},
        "pause": {"pause_collection": {"behavior": "void", "resumes_at": at + 40 * DAY}},
        "end": {"cancel_at_period_end": True},
        "end at": {"cancel_at": at, "proration_behavior": "none"},
        "trial": {"trial_end": at, "proration_behavior": "none"},
    }
    if kind in params:
        subscription_updates.update(reader.engine, params[kind], subscription["id"])


def _history(reader: Reader) -> list[str]:
    """Every event and every invoice, in the order of time, without what is drawn at random."""
    rows = [*reader.engine.store.oldest_first("event", {}), *reader.invoices()]
    return [re.sub(r"_secret_\w+", "", json.dumps(row)) for row in rows]


@pytest.mark.deep
@settings(deadline=None)
@given(
    gifts=st.lists(
        st.tuples(st.sampled_from(INTERVALS), st.sampled_from(CHANGES)), min_size=1, max_size=3
    ),
    steps=st.lists(st.integers(1, 40 * DAY), max_size=8),
)
def test_one_jump_and_many_steps_make_identical_invoices_and_events(
    gifts: list[tuple[str, str]], steps: list[int]
) -> None:
    _same_in_every_way(gifts, steps)


@pytest.mark.parametrize("kind", CHANGES)
def test_a_quarter_in_one_jump_is_a_quarter_in_odd_steps(kind: str) -> None:
    _same_in_every_way([("month", kind), ("week", "none")], [3600, 11 * DAY, 1, 19 * DAY + 7])


def _same_in_every_way(gifts: list[tuple[str, str]], steps: list[int]) -> None:
    histories = []
    for way in (steps, []):
        reader = _reader()
        for interval, kind in gifts:
            _change(reader, standing_gift(reader, interval=interval), kind)
        for step in way:
            reader.advance(seconds=step)
        reader.advance_to(moment(START) + max(sum(steps), 130 * DAY))
        histories.append(_history(reader))
    assert histories[0] == histories[1]


@given(
    since=st.integers(moment("2024-01-01"), moment("2040-12-31")),
    interval=st.sampled_from(("month", "year")),
    count=st.integers(1, 3),
)
def test_anchors_hold_for_ten_years(since: int, interval: str, count: int) -> None:
    anchor, started = since, datetime.fromtimestamp(since, UTC)
    recurring = {"interval": interval, "interval_count": count}
    moments, at = [anchor], anchor
    while at < anchor + 3653 * DAY:
        at = next_after(anchor, at, recurring)
        moments.append(at)
    numbered = [
        renewal(anchor, interval=interval, count=count, number=n) for n in range(len(moments))
    ]
    assert moments == numbered
    months = count * (12 if interval == "year" else 1)
    for number, each in enumerate(moments):
        then = datetime.fromtimestamp(each, UTC)
        assert (then.year * 12 + then.month) - (
            started.year * 12 + started.month
        ) == number * months
        assert then.day == min(started.day, calendar.monthrange(then.year, then.month)[1])
        assert then.time() == started.time()


@given(
    started=st.integers(moment("2024-01-01"), moment("2034-01-01")),
    ahead=st.integers(-800 * DAY, 800 * DAY),
    interval=st.sampled_from(("day", "week", "month", "year")),
    count=st.integers(1, 3),
)
def test_the_next_renewal_is_the_first_after_a_moment_also_before_the_anchor(
    started: int, ahead: int, interval: str, count: int
) -> None:
    recurring = {"interval": interval, "interval_count": count}
    found = next_after(started, started + ahead, recurring)
    furthest = 830 if interval == "day" else 130
    every = [
        renewal(started, interval=interval, count=count, number=number)
        for number in range(-furthest, furthest + 1)
    ]
    assert found == min(each for each in every if each > started + ahead)


@pytest.mark.parametrize(
    ("started", "interval", "expected"),
    [
        (
            "2028-02-29T12:00:00",
            "year",
            [(2029, 2, 28), (2030, 2, 28), (2031, 2, 28), (2032, 2, 29)],
        ),
        (
            "2027-12-31T00:00:00",
            "month",
            [(2028, 1, 31), (2028, 2, 29), (2028, 3, 31), (2028, 4, 30)],
        ),
        (
            "2028-01-30T23:59:59",
            "month",
            [(2028, 2, 29), (2028, 3, 30), (2028, 4, 30), (2028, 5, 30)],
        ),
    ],
)
def test_the_last_day_of_a_month_comes_back_after_a_short_one(
    engine: Account, started: str, interval: str, expected: list[tuple[int, int, int]]
) -> None:
    reader = Reader(engine, started)
    subscription = standing_gift(reader, interval=interval)
    for wanted in expected:
        end = subscription["items"]["data"][0]["current_period_end"]
        assert day(end) == date(*wanted).isoformat()
        reader.advance_to(end + 3600)
    assert {invoice["status"] for invoice in reader.invoices()} == {"paid"}


def test_a_test_clock_brings_about_what_the_accounts_own_clock_does(engine: Account) -> None:
    own = _reader()
    standing_gift(own)
    own.advance(days=45)
    on_clock = _reader()
    clock = test_clocks.create(on_clock.engine, {"frozen_time": moment(START)})
    on_clock.customer["test_clock"] = clock["id"]
    with on_clock.engine.on_clock(clock["id"], moment(START)):
        standing_gift(on_clock)
    target = moment(START) + 45 * DAY
    test_clocks.advance(on_clock.engine, {"frozen_time": target}, clock["id"])
    told = [
        [(invoice["created"], invoice["status"], invoice["total"]) for invoice in reader.invoices()]
        for reader in (own, on_clock)
    ]
    assert told[0] == told[1]
    assert len(told[0]) == 2
