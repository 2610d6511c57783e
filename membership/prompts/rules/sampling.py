"""Synthetic readers for simulations: who they are and which pages they open over thirty days. Nobody real is in it.

All chance comes from the seed and the reader's number, so that any part of a sample can be drawn again, by anyone.
"""

from dataclasses import dataclass, replace
from random import Random

from membership.prompts.rules.audiences import ASKABLE, ReaderState
from membership.prompts.rules.context import Page, Reader
from membership.prompts.rules.mix import Mix
from membership.prompts.rules.targeting import DAY

DAYS = 30

# One reader in so many keeps nothing in the browser, and has no seed.
_FORGETFUL = 0.06

# How often an ask that was seen is put away.
_DISMISSES = 0.08

_PRIME = 1_000_003


@dataclass(frozen=True, slots=True)
class Visit:
    """One page view at `now` (Unix seconds); `dismisses` says that an ask shown here would be put away."""

    now: int
    page: Page
    reader: Reader
    dismisses: bool


@dataclass(frozen=True, slots=True)
class SampledReader:
    """One reader's page views in order; without a seed nothing is remembered between them."""

    seed: str | None
    tz: int
    visits: tuple[Visit, ...]

    @property
    def is_supporter(self) -> bool:
        """Whether the reader gives, as long as their status counts."""
        return self.visits[0].reader.state not in ASKABLE


def sample_reader(mix: Mix, *, seed: int, number: int, start: int) -> SampledReader:
    """Return reader `number` of the sample `seed`: one to sixty page views in the thirty days after `start`.

    The same arguments return the same reader.
    """
    chance = Random(seed * _PRIME + number)  # noqa: S311 -- a sample, not a secret
    forgets = chance.random() < _FORGETFUL
    reader = _reader(mix, chance, start)
    count = min(60, int(chance.paretovariate(1.1)))
    instants = sorted(start + int(chance.random() * DAYS * DAY) for _ in range(count))
    coming = {"": reader}
    visits = []
    for now in instants:
        referrer = mix.referrers.draw(chance)
        if referrer not in coming:
            coming[referrer] = replace(reader, referrer=referrer)
        page = mix.pages[int(chance.random() * len(mix.pages))]
        visits.append(Visit(now, page, coming[referrer], chance.random() < _DISMISSES))
    name = None if forgets else f"{seed}-{number}"
    return SampledReader(name, _minutes_east(reader.country), tuple(visits))


def _reader(mix: Mix, chance: Random, start: int) -> Reader:
    state = mix.states.draw(chance)
    device = mix.devices.draw(chance)
    country = mix.countries.draw(chance)
    region = mix.regions.draw(chance) if country == "US" else ""
    code = mix.codes.draw(chance)
    abandoned = chance.random() < 0.03
    hints = frozenset({"abandoned"}) if abandoned else frozenset[str]()
    if state in (ReaderState.ANONYMOUS, ReaderState.REGISTERED):
        signed_in = state == ReaderState.REGISTERED
        return Reader(
            state, 0, signed_in, country, region, device, hints=hints, code=code, referrer="direct"
        )
    if chance.random() < 0.2:
        hints |= {"invite"}
    quiet = start + DAYS * DAY if state == ReaderState.ENDING and chance.random() < 0.7 else 0
    return Reader(
        state=state,
        as_of=start + int(chance.random() * DAYS * DAY),
        signed_in=chance.random() < 0.6,
        country=country,
        region=region,
        device=device,
        tier=mix.tiers.draw(chance),
        tenure=mix.tenures.draw(chance),
        band=mix.bands.draw(chance),
        hints=hints,
        referrer="direct",
        code=code,
        quiet_until=quiet,
    )


def _minutes_east(country: str) -> int:
    hours = {"US": -300, "CA": -300, "AU": 660, "DE": 60, "FR": 60, "IN": 330, "JP": 540}
    return hours.get(country, 0)
