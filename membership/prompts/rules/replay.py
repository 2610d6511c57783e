"""Readers coming back: each bundle is played to the same readers, who remember what that bundle showed them."""

from collections import Counter
from dataclasses import dataclass, field, replace
from itertools import combinations

from membership.prompts.rules.assignment import DEFAULT
from membership.prompts.rules.audiences import ASKABLE, ASKING, Kind, ReaderState, effective_state
from membership.prompts.rules.bundle import Bundle
from membership.prompts.rules.context import Context, History, View
from membership.prompts.rules.decision import SlotDecision
from membership.prompts.rules.index import Index
from membership.prompts.rules.reading import MOST_SECONDS
from membership.prompts.rules.sampling import SampledReader, Visit
from membership.prompts.rules.targeting import DAY

# What a page view showed: each of its slots with its campaign.
Shown = tuple[tuple[str, str | None], ...]


@dataclass(slots=True)
class Tally:
    """What one bundle did in a part of the sample; parts are added up. Keys are ids of campaigns where not said."""

    views: int = 0
    readers: int = 0
    supporters: int = 0
    impressions: Counter[str] = field(default_factory=Counter)
    reach: Counter[str] = field(default_factory=Counter)  # Readers who saw it at least once.
    arms: Counter[tuple[str, str]] = field(default_factory=Counter)  # (campaign, arm) → impressions
    held: Counter[str] = field(default_factory=Counter)  # Asks not shown to readers of the holdout.
    asks_per_reader: Counter[int] = field(default_factory=Counter)  # asks and invitations → readers
    together: Counter[tuple[str, str]] = field(default_factory=Counter)  # Readers who saw both.
    reasons: Counter[str] = field(default_factory=Counter)  # Why slots were empty, or "shown".
    supporters_asked: int = 0
    failing_payers_asked: int = 0

    def add(self, other: "Tally") -> None:
        """Count what the other part counted too."""
        for name in ("views", "readers", "supporters", "supporters_asked", "failing_payers_asked"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name in (
            "impressions",
            "reach",
            "arms",
            "held",
            "asks_per_reader",
            "together",
            "reasons",
        ):
            getattr(self, name).update(getattr(other, name))


class Memory:
    """What one reader's browser remembers of one bundle; a reader without a seed remembers nothing."""

    def __init__(self, reader: SampledReader) -> None:
        self.keeps = reader.seed is not None
        self.reads: tuple[tuple[int, int], ...] = ()
        self.views: tuple[View, ...] = ()
        self.dismissed: tuple[int, ...] = ()
        self.arms: dict[str, str] = {}

    def open(self, now: int) -> History:
        """Count the article that is opened, and return the history with which its prompts are decided."""
        if not self.keeps:
            return _BLANK
        today = now // DAY
        if self.reads and self.reads[-1][0] == today:
            self.reads = (*self.reads[:-1], (today, self.reads[-1][1] + 1))
        else:
            self.reads = (*self.reads, (today, 1))
        return History(self.reads, self.views, self.dismissed, 0, self.arms)

    def note(self, index: Index, visit: Visit, decision: SlotDecision, *, is_asking: bool) -> None:
        """Remember that a prompt was seen, its arm, and whether it was put away."""
        if not self.keeps or decision.campaign is None:
            return
        self.views = (*self.views, View(decision.campaign, decision.slot, visit.now, is_asking))
        if decision.arm is not None and decision.arm != DEFAULT:
            self.arms[index.experiments[decision.campaign]] = decision.arm
        if is_asking and visit.dismisses:
            self.dismissed = (*self.dismissed, visit.now)


_BLANK = History(arms={})


class Player:
    """One bundle, played to one reader after the other, and what came of it."""

    def __init__(self, bundle: Bundle) -> None:
        # A bundle is published again long before it ends, so here it counts all the time.
        self.index = Index(replace(bundle, at=0, until=MOST_SECONDS))
        self.tally = Tally()

    def play(self, reader: SampledReader) -> list[Shown]:
        """Play the reader's page views in order; return what each showed."""
        index, tally = self.index, self.tally
        memory = Memory(reader)
        seen: Counter[str] = Counter()
        shown = []
        for visit in reader.visits:
            context = Context(
                visit.now, reader.tz, reader.seed, visit.page, visit.reader, memory.open(visit.now)
            )
            decisions = index.decide(context)
            for decision in decisions:
                tally.reasons[decision.reason] += 1
                if decision.held is not None:
                    tally.held[decision.held] += 1
                elif decision.campaign is not None:
                    kind = index.kinds[decision.campaign]
                    seen[decision.campaign] += 1
                    tally.arms[decision.campaign, decision.arm or ""] += 1
                    memory.note(index, visit, decision, is_asking=kind in ASKING)
                    if kind in ASKING and reader.is_supporter:
                        self._look(kind, visit)
            shown.append(tuple((decision.slot, decision.campaign) for decision in decisions))
        self._count(reader, seen)
        return shown

    def _look(self, kind: Kind, visit: Visit) -> None:
        """Count what must not be: looked at here again, apart from the rules that prevent it."""
        reader = visit.reader
        lasts = self.index.bundle.status_lasts
        state = effective_state(reader.state, reader.as_of, now=visit.now, lasts=lasts)
        self.tally.supporters_asked += kind == Kind.ASK and state not in ASKABLE
        self.tally.failing_payers_asked += state == ReaderState.PAYMENT_FAILING

    def _count(self, reader: SampledReader, seen: Counter[str]) -> None:
        tally, kinds = self.tally, self.index.kinds
        tally.readers += 1
        tally.supporters += reader.is_supporter
        tally.views += len(reader.visits)
        tally.impressions.update(seen)
        tally.reach.update(seen.keys())
        tally.together.update(combinations(sorted(seen), 2))
        asks = sum(count for campaign, count in seen.items() if kinds[campaign] in ASKING)
        tally.asks_per_reader[asks] += 1
