"""How an experiment went, day by day: the arms so far, what is said of them, and whether readers were spread fairly."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from membership.results.counts import HOLDOUT, first_seen_by_day, is_assigned, reached_by_bundle
from membership.results.experiments import Experiment, experiment_of
from membership.results.givers import FirstGifts, first_gifts
from membership.results.sample_ratio import RatioCheck, Segment, check_ratio
from membership.results.selections import ResultsSelection
from membership.results.verdicts import Arm, Comparison, compare


@dataclass(frozen=True, slots=True)
class Look:
    """What could be said at the end of one day."""

    day: date
    comparisons: Sequence[Comparison]


@dataclass(frozen=True, slots=True)
class Progress:
    """An experiment up to now. Money is of first gifts in `currency`, the one of most gifts."""

    experiment: Experiment
    currency: str
    arms: Sequence[Arm]
    looks: Sequence[Look]
    ratio: RatioCheck | None
    holdout: RatioCheck | None

    @property
    def comparisons(self) -> Sequence[Comparison]:
        return self.looks[-1].comparisons if self.looks else []


def progress_of(selection: ResultsSelection, *, ppm: int | None) -> Progress:
    """Return how the campaign's experiment went in the selected days.

    `ppm` is how many of a million readers are held out; None where no rules were published.
    """
    reached = reached_by_bundle(selection)
    experiment = experiment_of(selection.campaign, reached)
    readers = first_seen_by_day(selection)
    gifts = first_gifts(selection)
    currency = _main_currency(gifts)
    order = _order(experiment, [variant for _, variant in readers])
    looks, arms = _look_daily(order, readers, gifts, currency)
    return Progress(
        experiment,
        currency,
        arms,
        looks,
        ratio=_ratio(experiment, reached),
        holdout=_holdout(reached, ppm) if experiment.is_ask else None,
    )


def _order(experiment: Experiment, met: Sequence[str]) -> list[str]:
    """Return the variants that readers were assigned, those of the campaign in its order, then any others."""
    seen = {variant for variant in met if is_assigned(variant)}
    return [*(v for v in experiment.variants if v in seen), *sorted(seen - {*experiment.variants})]


def _main_currency(gifts: Mapping[tuple[date, str, str], FirstGifts]) -> str:
    counts: dict[str, int] = {}
    for (_, _, currency), first in gifts.items():
        counts[currency] = counts.get(currency, 0) + first.gifts
    return min(counts, key=lambda currency: (-counts[currency], currency), default="")


def _look_daily(
    order: Sequence[str],
    readers: Mapping[tuple[date, str], int],
    gifts: Mapping[tuple[date, str, str], FirstGifts],
    currency: str,
) -> tuple[list[Look], list[Arm]]:
    arms = {variant: Arm(variant, 0, 0, 0, 0) for variant in order}
    given: dict[tuple[date, str], int] = {}
    for (on, variant, _), first in gifts.items():
        given[on, variant] = given.get((on, variant), 0) + first.gifts
    days = sorted({day for day, _ in readers} | {day for day, _, _ in gifts})
    looks = []
    day = days[0] if days else None
    while day is not None and day <= days[-1]:
        for variant, arm in arms.items():
            money = gifts.get((day, variant, currency), FirstGifts())
            arms[variant] = Arm(
                variant,
                arm.readers + readers.get((day, variant), 0),
                arm.gifts + given.get((day, variant), 0),
                arm.net + money.net,
                arm.squares + money.squares,
            )
        looks.append(Look(day, compare(list(arms.values()))))
        day += timedelta(days=1)
    return looks, list(arms.values())


def _ratio(experiment: Experiment, reached: Mapping[str, Mapping[str, int]]) -> RatioCheck | None:
    """Check the readers of every bundle whose weights are known; those held out or without a seed have none."""
    segments = [
        Segment({v: count for v, count in counts.items() if is_assigned(v)}, weights)
        for bundle, counts in reached.items()
        if len(weights := experiment.weights.get(bundle, {})) > 1
    ]
    return check_ratio(segments) if segments else None


def _holdout(reached: Mapping[str, Mapping[str, int]], ppm: int | None) -> RatioCheck | None:
    """Check whether as many were held out as the rules say."""
    if not ppm:
        return None
    held = sum(counts.get(HOLDOUT, 0) for counts in reached.values())
    shown = sum(
        count for counts in reached.values() for v, count in counts.items() if is_assigned(v)
    )
    counts = {HOLDOUT: held, "asked": shown}
    return check_ratio([Segment(counts, {HOLDOUT: ppm, "asked": 1_000_000 - ppm})])
