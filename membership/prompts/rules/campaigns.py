"""A campaign of the bundle: whom it is for, how often, and its variants with their words."""

from collections.abc import Mapping
from dataclasses import dataclass

from membership.prompts.rules.audiences import Kind, ReaderState

# Weights are parts of this at most, so that hash times total stays below 2**53.
MOST_WEIGHT = 1_000_000

# The window in which articles read are counted where a campaign names none.
DAYS_READ = 30


@dataclass(frozen=True, slots=True)
class Pick:
    """A choice among values: when `within` is not empty one of it is wanted; none of `without` is."""

    within: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Cap:
    """At most `views` in `days`, and `gap` seconds between two; None and 0 are no limit."""

    views: int | None = None
    days: int = 0
    gap: int = 0


@dataclass(frozen=True, slots=True)
class Reads:
    """How many articles were read in the last `days`: `least` to `most` (None: no limit)."""

    days: int = DAYS_READ
    least: int = 0
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Copy:
    """The words of one variant in one edition, with {placeholders}; body and plea hold the allow-listed HTML."""

    title: str
    body: str
    plea: str
    action: str


@dataclass(frozen=True, slots=True)
class Variant:
    """One arm of the experiment; weight 0 is off."""

    id: str
    weight: int
    code: str
    copy: Mapping[str, Copy]


@dataclass(frozen=True, slots=True)
class Goal:
    """How far the money has come, in one currency; the amounts are written out."""

    goal: str
    total: str
    percent: int


@dataclass(frozen=True, slots=True)
class Campaign:
    """One campaign as published; empty sets and None restrict nothing. Instants are Unix seconds, half-open."""

    id: str
    slots: frozenset[str]
    kind: Kind
    states: frozenset[ReaderState]
    variants: tuple[Variant, ...]
    experiment: str
    signed_in: bool | None = None
    countries: Pick = Pick()
    regions: Pick = Pick()
    editions: frozenset[str] = frozenset()
    sections: Pick = Pick()
    tags: Pick = Pick()
    types: Pick = Pick()
    devices: frozenset[str] = frozenset()
    reads: Reads | None = None
    referrers: frozenset[str] = frozenset()
    codes: frozenset[str] = frozenset()
    tenures: frozenset[str] = frozenset()
    tiers: frozenset[str] = frozenset()
    bands: frozenset[str] = frozenset()
    abandoned: bool | None = None
    hint: str = ""
    starts_at: int | None = None
    ends_at: int | None = None
    cap: Cap = Cap()
    link: str = ""
    offer: str = ""
    goals: Mapping[str, Goal] | None = None
    countdown: int | None = None

    @property
    def live_variants(self) -> tuple[Variant, ...]:
        """The variants that a reader can get."""
        return tuple(variant for variant in self.variants if variant.weight > 0)

    @property
    def days_read(self) -> int:
        """The window in which articles read are counted, for targeting and for the words."""
        return self.reads.days if self.reads else DAYS_READ
