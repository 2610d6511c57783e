"""Who gave in a year and who did not: new, retained, recaptured and lapsed people, raised and lowered giving."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import models

# What one person gave: year → currency → minor units, all above 0.
Giving = Mapping[int, Mapping[str, int]]

ALL = "all"


class DonorKind(models.TextChoices):
    """What a person who gave in a year is to the years before it."""

    NEW = "new", "New"  # Never gave before.
    RETAINED = "retained", "Retained"  # Gave in the year before.
    RECAPTURED = "recaptured", "Recaptured"  # Gave before, but not in the year before.


class DonorGroup(models.TextChoices):
    """Which people of a year a figure counts; one who is retained may also be one of the last two."""

    NEW = DonorKind.NEW.value, "New"
    RETAINED = DonorKind.RETAINED.value, "Retained"
    RECAPTURED = DonorKind.RECAPTURED.value, "Recaptured"
    LAPSED = "lapsed", "Lapsed"  # Gave in the year before and not in this one.
    RAISED = "raised", "Raised"
    LOWERED = "lowered", "Lowered"


@dataclass(slots=True)
class DonorYear:
    """A year's people, and what they gave by their kind in minor units of `currency` (nothing where it is `all`).

    donors = new + retained + recaptured; over all currencies also = before - lapsed + new + recaptured, where `before`
    is the number of donors of the year before. Raised and lowered are those retained who gave more or less than in the
    year before: where they gave in several currencies, more in one and less in none, or less in one and more in none.

    In one currency the people are those who gave in it that year, `before` and lapsed those who gave in it the year
    before. Kinds are about the person, in whatever currency: who goes over to another one is retained.
    """

    year: int
    currency: str
    counts: dict[DonorKind, int] = field(default_factory=lambda: dict.fromkeys(DonorKind, 0))
    given: dict[DonorKind, int] = field(default_factory=lambda: dict.fromkeys(DonorKind, 0))
    before: int = 0
    lapsed: int = 0
    raised: int = 0
    lowered: int = 0

    @property
    def donors(self) -> int:
        return sum(self.counts.values())


def donor_years(people: Iterable[Giving], years: Sequence[int]) -> list[DonorYear]:
    """Return each year's figures over all currencies and then in each of them."""
    told: dict[tuple[int, str], DonorYear] = {}

    def line(year: int, currency: str) -> DonorYear:
        return told.setdefault((year, currency), DonorYear(year, currency))

    for giving in people:
        for year in years:
            now, before = giving.get(year, {}), giving.get(year - 1, {})
            for currency in (ALL, *before) if before else ():
                line(year, currency).before += 1
                line(year, currency).lapsed += not now
            if now:
                kind = _kind(giving, year)
                for currency in (ALL, *now):
                    _count(line(year, currency), kind, now, before)
    return [told[key] for key in sorted(told, key=lambda key: (key[0], key[1] != ALL, key[1]))]


def groups_of(giving: Giving, year: int, currency: str) -> frozenset[DonorGroup]:
    """Return which figures of one line count a person: of a year over all currencies, or in one of them."""
    now, before = giving.get(year, {}), giving.get(year - 1, {})
    if not now:
        has_lapsed = bool(before) if currency == ALL else currency in before
        return frozenset({DonorGroup.LAPSED} if has_lapsed else ())
    if currency not in (ALL, *now):
        return frozenset()
    kind = _kind(giving, year)
    groups = {DonorGroup(kind.value)}
    if kind is DonorKind.RETAINED:
        is_raised, is_lowered = _changed(now, before, currency)
        groups |= {DonorGroup.RAISED} if is_raised else set()
        groups |= {DonorGroup.LOWERED} if is_lowered else set()
    return frozenset(groups)


def by_person(rows: Iterable[tuple[object, int, str, int]]) -> Iterable[Giving]:
    """Yield the giving of each person of rows (person, year, currency, minor units) that are ordered by person."""
    current: object = None
    giving: dict[int, dict[str, int]] = defaultdict(dict)
    for person, year, currency, minor in rows:
        if person != current and giving:
            yield giving
            giving = defaultdict(dict)
        current = person
        giving[year][currency] = minor
    if giving:
        yield giving


def _count(
    line: DonorYear, kind: DonorKind, now: Mapping[str, int], before: Mapping[str, int]
) -> None:
    line.counts[kind] += 1
    if line.currency != ALL:
        line.given[kind] += now[line.currency]
    if kind is DonorKind.RETAINED:
        is_raised, is_lowered = _changed(now, before, line.currency)
        line.raised += is_raised
        line.lowered += is_lowered


def _changed(now: Mapping[str, int], before: Mapping[str, int], currency: str) -> tuple[bool, bool]:
    """Say whether somebody gave more than in the year before, and whether less."""
    currencies = {*now, *before} if currency == ALL else {currency}
    changes = [now.get(each, 0) - before.get(each, 0) for each in currencies]
    return max(changes) > 0 and min(changes) >= 0, min(changes) < 0 and max(changes) <= 0


def _kind(giving: Giving, year: int) -> DonorKind:
    if year - 1 in giving:
        return DonorKind.RETAINED
    return DonorKind.RECAPTURED if min(giving) < year else DonorKind.NEW
