"""Simulation before publishing: the draft and the live bundle, played to the same synthetic readers."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import count

from membership.prompts.rules.bundle import Bundle
from membership.prompts.rules.mix import Mix, mix_for
from membership.prompts.rules.policy import Break, Finding, policy_breaks
from membership.prompts.rules.replay import Player, Tally
from membership.prompts.rules.sampling import sample_reader
from membership.prompts.rules.starvation import starved_by

# Readers of one part at most, with about four times as many page views.
LARGEST_PART = 4_000


@dataclass(frozen=True, slots=True)
class Sample:
    """At least `views` page views over thirty days from `start` (Unix seconds), drawn from `seed`."""

    start: int
    views: int = 200_000
    seed: int = 1

    @property
    def part(self) -> int:
        """How many readers are played at a time; many enough to outweigh handing them to another process."""
        return max(100, min(LARGEST_PART, self.views // 20))


@dataclass(frozen=True, slots=True)
class Plan:
    """What is played: the bundles and the sample, all of it drawn again from the seed wherever a part is played."""

    draft: Bundle
    live: Bundle | None
    mix: Mix
    sample: Sample


@dataclass(slots=True)
class Outcome:
    """What came of a part, or of all; `differences` counts slots by (live campaign, draft campaign), "" for none."""

    draft: Tally = field(default_factory=Tally)
    live: Tally = field(default_factory=Tally)
    differences: Counter[tuple[str, str]] = field(default_factory=Counter)
    changed_views: int = 0

    def add(self, other: "Outcome") -> None:
        """Count what the other part counted too."""
        self.draft.add(other.draft)
        self.live.add(other.live)
        self.differences.update(other.differences)
        self.changed_views += other.changed_views


@dataclass(frozen=True, slots=True)
class Simulation:
    """What publishing the draft would do. `refusals` is empty when it may be published.

    `starved` names the draft's campaigns that nobody saw, each with the filters that refused them and how often.
    """

    draft: Tally
    live: Tally | None
    differences: Counter[tuple[str, str]]
    changed_views: int
    starved: dict[str, Counter[str]]
    refusals: tuple[Finding, ...]


def simulate(
    draft: Bundle,
    live: Bundle | None,
    sample: Sample,
    *,
    workers: int = 1,
    has_new_rules: bool = False,
) -> Simulation:
    """Play the sample through the draft, and through the live bundle where there is one.

    The same arguments give the same result, however many `workers` (processes) there are; with 1 no process is started,
    as inside a task. `has_new_rules` says that other house rules were approved than those of the live bundle.
    """
    mix = mix_for(draft, live) if live else mix_for(draft)
    plan = Plan(draft, live, mix, sample)
    outcome = Outcome()
    for part in _parts(plan, workers):
        outcome.add(part)
        if outcome.draft.views >= sample.views:
            break
    met = outcome.draft.impressions + outcome.draft.held
    unseen = [campaign for campaign in draft.campaigns if not met[campaign.id]]
    return Simulation(
        draft=outcome.draft,
        live=outcome.live if live else None,
        differences=outcome.differences,
        changed_views=outcome.changed_views,
        starved=starved_by(draft, unseen, mix, seed=sample.seed, start=sample.start),
        refusals=(
            *policy_breaks(draft, live, has_new_rules=has_new_rules),
            *_observed(outcome.draft),
        ),
    )


def play_part(plan: Plan, number: int) -> Outcome:
    """Play part `number` of the plan's readers."""
    outcome = Outcome()
    draft = Player(plan.draft)
    live = Player(plan.live) if plan.live else None
    sample = plan.sample
    for reader_number in range(number * sample.part, (number + 1) * sample.part):
        reader = sample_reader(plan.mix, seed=sample.seed, number=reader_number, start=sample.start)
        now_shown = draft.play(reader)
        if live is None:
            continue
        for before, after in zip(live.play(reader), now_shown, strict=True):
            if before != after:
                _compare(outcome, dict(before), dict(after))
    outcome.draft = draft.tally
    if live is not None:
        outcome.live = live.tally
    return outcome


def _compare(outcome: Outcome, before: dict[str, str | None], after: dict[str, str | None]) -> None:
    changes = [
        (before.get(slot) or "", after.get(slot) or "")
        for slot in {**before, **after}
        if before.get(slot) != after.get(slot)
    ]
    outcome.differences.update(changes)
    outcome.changed_views += bool(changes)


def _parts(plan: Plan, workers: int) -> Iterator[Outcome]:
    if workers == 1:
        yield from (play_part(plan, number) for number in count())
        return
    with ProcessPoolExecutor(workers, initializer=_receive, initargs=(plan,)) as pool:
        numbers = count()
        waiting = [pool.submit(_play, next(numbers)) for _ in range(workers + 1)]
        try:
            while True:
                yield waiting.pop(0).result()
                waiting.append(pool.submit(_play, next(numbers)))
        finally:
            pool.shutdown(cancel_futures=True)


# The plan of a worker's process, handed over once.
_plan: list[Plan] = []


def _receive(plan: Plan) -> None:
    _plan[:] = [plan]


def _play(number: int) -> Outcome:
    return play_part(_plan[0], number)


def _observed(tally: Tally) -> Iterator[Finding]:
    """Return what the replay saw against the policies, should the rules ever let it pass."""
    if tally.supporters_asked:
        sentence = f"In the replay, readers who give were asked {tally.supporters_asked} times."
        yield Finding(Break.SUPPORTER_ASKED, "", sentence)
    if tally.failing_payers_asked:
        times = tally.failing_payers_asked
        sentence = f"In the replay, readers whose payment fails were asked {times} times."
        yield Finding(Break.FAILING_PAYER_ASKED, "", sentence)
