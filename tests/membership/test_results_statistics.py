"""The honest part of the results: intervals, sample ratio, verdicts and weights."""

import math
import random
from bisect import bisect
from itertools import accumulate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from membership.results.sample_ratio import Segment, check_ratio
from membership.results.statistics import (
    MINIMUM_GIFTS,
    MINIMUM_READERS,
    Sample,
    difference,
    readers_needed,
)
from membership.results.verdicts import Arm, Outcome, compare
from membership.results.weights import FLOOR, WHOLE, propose_weights

RUNS = 2_000
DAYS = 60
READERS_A_DAY = 500
# What readers give, in pence: many small gifts and few large ones.
GIFTS = [300, 500, 500, 500, 1000, 1000, 1000, 2000, 2500, 5000, 10_000]


class Binomial:
    """Draws how many of `size` do what each does with chance `rate`, by the table of its distribution."""

    def __init__(self, size: int, rate: float) -> None:
        masses = [
            math.exp(
                math.lgamma(size + 1)
                - math.lgamma(count + 1)
                - math.lgamma(size - count + 1)
                + count * math.log(rate)
                + (size - count) * math.log1p(-rate)
            )
            for count in range(size + 1)
        ]
        self._sums = list(accumulate(masses))

    def draw(self, chance: random.Random) -> int:
        return min(bisect(self._sums, chance.random()), len(self._sums) - 1)


class Experiment:
    """Two variants that readers meet day by day."""

    def __init__(self, chance: random.Random, base: Binomial, other: Binomial) -> None:
        self._chance = chance
        self._draws = {"a": base, "b": other}
        self.arms = {name: Arm(name, 0, 0, 0, 0) for name in self._draws}

    def live_a_day(self) -> list[Arm]:
        for name, arm in self.arms.items():
            given = self._chance.choices(GIFTS, k=self._draws[name].draw(self._chance))
            self.arms[name] = Arm(
                name,
                arm.readers + READERS_A_DAY,
                arm.gifts + len(given),
                arm.net + sum(given),
                arm.squares + sum(gift * gift for gift in given),
            )
        return list(self.arms.values())


def _decided_share(base: float, other: float, *, runs: int, seed: str) -> float:
    """The share of experiments that call a winner at some daily look."""
    chance = random.Random(seed)
    first, second = Binomial(READERS_A_DAY, base), Binomial(READERS_A_DAY, other)
    decided = 0
    for _ in range(runs):
        experiment = Experiment(chance, first, second)
        for _ in range(DAYS):
            (comparison,) = compare(experiment.live_a_day())
            if comparison.outcome in (Outcome.AHEAD, Outcome.BEHIND):
                decided += 1
                break
    return decided / runs


@pytest.mark.deep
@pytest.mark.timeout(600)
@pytest.mark.parametrize("rate", [0.004, 0.02])
def test_of_two_thousand_experiments_without_a_difference_one_in_twenty_at_most_finds_one(
    rate: float,
) -> None:
    assert _decided_share(rate, rate, runs=RUNS, seed=f"A/A {rate}") <= 0.05


@pytest.mark.deep
@pytest.mark.timeout(600)
def test_a_variant_that_brings_a_third_more_is_found() -> None:
    assert _decided_share(0.02, 0.026, runs=200, seed="power") >= 0.9


@pytest.mark.deep
@pytest.mark.timeout(600)
def test_of_two_thousand_sound_experiments_hardly_one_is_called_skewed() -> None:
    chance = random.Random("sample ratio")
    day = Binomial(READERS_A_DAY, 0.5)
    broken = 0
    for _ in range(RUNS):
        counts = {"a": 0, "b": 0}
        for _ in range(DAYS):
            drawn = day.draw(chance)
            counts = {"a": counts["a"] + drawn, "b": counts["b"] + READERS_A_DAY - drawn}
            if check_ratio([Segment(counts, {"a": 5000, "b": 5000})]).is_broken:
                broken += 1
                break
    assert broken <= RUNS * 0.001 * 3


def test_the_interval_is_the_published_one() -> None:
    """By hand from theorem 2.2, with 1,000 of 10,000 against 1,200 of 10,000 readers."""
    readers, alpha = 20_000, 0.05
    rho = (-2 * math.log(alpha) + math.log(-2 * math.log(alpha) + 1)) / 20_000
    sigma = math.sqrt(2 * (0.1 * 0.9 + 0.12 * 0.88))
    margin = sigma * math.sqrt(
        2
        * (readers * rho + 1)
        / (readers**2 * rho)
        * math.log(math.sqrt(readers * rho + 1) / alpha)
    )

    found = difference(Sample.of_yes(10_000, 1_000), Sample.of_yes(10_000, 1_200))

    assert found.estimate == pytest.approx(0.02)
    assert found.high - found.estimate == pytest.approx(margin)
    assert found.excludes_zero


@given(st.integers(0, 10**7), st.integers(0, 10**7), st.floats(0, 1), st.floats(0, 1))
def test_an_interval_holds_its_estimate_and_turns_with_its_sides(
    base: int, other: int, base_rate: float, other_rate: float
) -> None:
    one = Sample.of_yes(base, int(base * base_rate))
    two = Sample.of_yes(other, int(other * other_rate))
    there, back = difference(one, two), difference(two, one)

    assert there.low <= there.estimate <= there.high
    assert (there.low, there.high) == (pytest.approx(-back.high), pytest.approx(-back.low))


def test_more_readers_and_a_looser_alpha_make_it_narrower() -> None:
    few = difference(Sample.of_yes(1_000, 20), Sample.of_yes(1_000, 30))
    many = difference(Sample.of_yes(100_000, 2_000), Sample.of_yes(100_000, 3_000))
    loose = difference(Sample.of_yes(1_000, 20), Sample.of_yes(1_000, 30), alpha=0.2)

    assert many.high - many.low < few.high - few.low
    assert loose.high - loose.low < few.high - few.low


def test_the_readers_needed_are_where_the_difference_would_just_show() -> None:
    needed = readers_needed(0.02, 0.02 * 0.98, lift=0.3)
    side = needed // 2
    found = difference(
        Sample(side, side * 0.02, side * 0.02), Sample(side, side * 0.026, side * 0.026)
    )

    assert 0 < found.high - found.low < 2 * 0.006 * 1.2
    assert readers_needed(0.01, 0.01 * 0.99, lift=0.3) > needed
    with pytest.raises(ValueError, match="Nothing is needed"):
        readers_needed(0.0, 0.1, lift=0.3)


@pytest.mark.parametrize(
    ("counts", "weights", "is_broken"),
    [
        ({"a": 5_000, "b": 5_020}, {"a": 5000, "b": 5000}, False),
        ({"a": 5_000, "b": 5_600}, {"a": 5000, "b": 5000}, True),
        ({"a": 9_000, "b": 1_010}, {"a": 9000, "b": 1000}, False),
        ({"a": 10, "b": 0}, {"a": 5000, "b": 5000}, False),
        ({"a": 100, "b": 0}, {"a": 5000, "b": 5000}, True),
        ({}, {"a": 5000, "b": 5000}, False),
        ({"a": 10, "b": 1}, {"a": 5000, "b": 0}, True),
        ({"a": 1, "c": 1}, {"a": 1}, True),
    ],
)
def test_a_skew_of_readers_is_noticed(
    counts: dict[str, int], weights: dict[str, int], is_broken: bool
) -> None:
    check = check_ratio([Segment(counts, weights)])

    assert check.is_broken == is_broken
    assert 0 <= check.p <= 1


def test_readers_are_judged_by_the_weights_that_assigned_them() -> None:
    before = Segment({"a": 9_000, "b": 1_000}, {"a": 9000, "b": 1000})
    after = Segment({"a": 1_000, "b": 9_000}, {"a": 1000, "b": 9000})

    check = check_ratio([before, after])

    assert not check.is_broken
    assert (check.counts, check.expected) == (
        {"a": 10_000, "b": 10_000},
        {"a": 10_000, "b": 10_000},
    )
    assert check_ratio([]).p == 1


def _arm(variant: str, readers: int, gifts: int, each: int = 1000) -> Arm:
    return Arm(variant, readers, gifts, gifts * each, gifts * each * each)


def test_verdicts_are_sentences_that_promise_no_more_than_the_numbers() -> None:
    few, ahead, behind, alike = (
        compare(arms)[0]
        for arms in (
            [_arm("a", 1_600, 30), _arm("b", 1_600, 34)],
            [_arm("a", 50_000, 500), _arm("b", 50_000, 800)],
            [_arm("a", 50_000, 800), _arm("b", 50_000, 500)],
            [_arm("a", 500_000, 5_000), _arm("b", 500_000, 5_010)],
        )
    )

    assert few.sentence == f"Not enough yet: 3,200 of about {few.needed:,} readers."
    assert ahead.sentence.startswith("b is ahead of a in gifts and money: the interval excludes")
    assert behind.sentence.startswith("a is ahead of b")
    assert alike.sentence.startswith("No clear difference between b and a after 1,000,000 readers")


def test_more_money_wins_over_more_gifts() -> None:
    small, large = _arm("a", 100_000, 3_000, each=300), _arm("b", 100_000, 2_000, each=2_500)

    (comparison,) = compare([small, large])

    assert comparison.giving.high < 0 < comparison.money.low
    assert comparison.outcome is Outcome.AHEAD


@pytest.mark.parametrize(
    "arms",
    [
        [_arm("a", 10_000, 0), _arm("b", 10_000, MINIMUM_GIFTS - 1)],
        [_arm("a", 100_000, 600), _arm("b", MINIMUM_READERS - 1, 300)],
        [_arm("a", 0, 0), _arm("b", 0, 0)],
        [_arm("a", 10, 10), _arm("b", 10, 10)],
    ],
)
def test_nobody_is_ahead_before_the_minimum_sample(arms: list[Arm]) -> None:
    assert compare(arms)[0].outcome is Outcome.NOT_ENOUGH


def test_an_arm_without_views_crashes_nothing() -> None:
    """D4: a new variant, or one whose name changed, has no views at all."""
    arms = [_arm("a", 20_000, 300), _arm("b", 20_000, 310), _arm("new", 0, 0)]

    assert len(compare(arms)) == 2
    proposal = propose_weights(arms, "spring")
    assert proposal.weights["new"] > FLOOR
    assert propose_weights([_arm("x", 0, 0), _arm("y", 0, 0)], "s").weights.keys() == {"x", "y"}
    assert compare([_arm("a", 10, 1)]) == []


def test_weights_follow_money_and_keep_a_floor() -> None:
    arms = [_arm("poor", 20_000, 100), _arm("rich", 20_000, 400)]

    proposal = propose_weights(arms, "spring")

    assert proposal.weights == {"poor": FLOOR, "rich": WHOLE - FLOOR}
    assert proposal == propose_weights(arms, "spring")
    with pytest.raises(ValueError, match="1 to 10"):
        propose_weights([], "spring")


@settings(deadline=None, max_examples=20)
@given(
    st.lists(
        st.tuples(st.integers(0, 10**6), st.integers(0, 10**4), st.integers(-(10**6), 10**8)),
        min_size=1,
        max_size=4,
    )
)
def test_weights_add_up_whatever_happened(figures: list[tuple[int, int, int]]) -> None:
    arms = [
        Arm(str(number), readers, gifts, net, net * net)
        for number, (readers, gifts, net) in enumerate(figures)
    ]

    proposal = propose_weights(arms, "any")

    assert sum(proposal.weights.values()) == WHOLE
    assert sum(proposal.chances.values()) == WHOLE
    assert min(proposal.weights.values()) >= FLOOR
