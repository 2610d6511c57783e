"""What synthetic readers and articles are drawn from: a newspaper's usual mix, and every value that a rule names."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate
from random import Random

from membership.prompts.rules.audiences import ReaderState
from membership.prompts.rules.bundle import Bundle
from membership.prompts.rules.campaigns import Campaign, Pick
from membership.prompts.rules.context import Page

# So many articles stand for the newspaper's.
_ARTICLES = 400


@dataclass(frozen=True, slots=True)
class Weighted:
    """Values, and how often each is drawn."""

    values: tuple[str, ...]
    sums: tuple[float, ...]

    def draw(self, chance: Random) -> str:
        """Return one of the values."""
        return chance.choices(self.values, cum_weights=self.sums)[0]


@dataclass(frozen=True, slots=True)
class Mix:
    """What a sample is drawn from."""

    countries: Weighted
    regions: Weighted
    states: Weighted
    devices: Weighted
    referrers: Weighted
    codes: Weighted
    tenures: Weighted
    tiers: Weighted
    bands: Weighted
    pages: tuple[Page, ...]


def weighted(shares: dict[str, float], named: Iterable[str] = ()) -> Weighted:
    """Return the values with their shares; those that are only `named` are drawn seldom, yet drawn."""
    seldom = sum(shares.values()) / 40
    all_shares = {**dict.fromkeys(sorted(set(named)), seldom), **shares}
    return Weighted(tuple(all_shares), tuple(accumulate(all_shares.values())))


def mix_for(*bundles: Bundle) -> Mix:
    """Return a newspaper's usual mix, with every value that the bundles name, so that no rule goes untried."""
    campaigns = [campaign for bundle in bundles for campaign in bundle.campaigns]
    return Mix(
        countries=weighted(
            {
                "GB": 46,
                "US": 24,
                "": 8,
                "AU": 5,
                "IE": 4,
                "CA": 4,
                "DE": 3,
                "FR": 2,
                "IN": 2,
                "JP": 1,
            },
            _within(campaigns, "countries"),
        ),
        regions=weighted({"": 80, "US-CA": 4, "US-NY": 3}, _within(campaigns, "regions")),
        states=weighted(
            {
                ReaderState.ANONYMOUS: 780,
                ReaderState.REGISTERED: 90,
                ReaderState.LAPSED: 45,
                ReaderState.RECURRING: 45,
                ReaderState.ONE_OFF: 28,
                ReaderState.ENDING: 5,
                ReaderState.PAYMENT_FAILING: 4,
                ReaderState.PAUSED: 3,
            }
        ),
        devices=weighted({"phone": 68, "desktop": 25, "tablet": 7}),
        referrers=weighted(
            {"search": 34, "direct": 27, "social": 18, "internal": 13, "newsletter": 5, "other": 3}
        ),
        codes=weighted({"": 90}, (code for c in campaigns for code in c.codes)),
        tenures=weighted({"new": 5, "settled": 3, "long": 2}),
        tiers=weighted({"": 6}, (tier for c in campaigns for tier in c.tiers)),
        bands=weighted({"small": 5, "middle": 4, "large": 1}),
        pages=_pages(bundles, campaigns),
    )


def _pages(bundles: tuple[Bundle, ...], campaigns: list[Campaign]) -> tuple[Page, ...]:
    chance = Random(_ARTICLES)  # noqa: S311 -- a sample, not a secret
    rules = [rule for bundle in bundles for rule in bundle.exclusions]
    editions = sorted({edition for bundle in bundles for edition in bundle.editions})
    slots = tuple(dict.fromkeys(slot.id for bundle in bundles for slot in bundle.slots))
    sections = weighted(
        {"news": 40, "sport": 18, "politics": 12, "culture": 12, "business": 8, "opinion": 8},
        [*_within(campaigns, "sections"), *(item for rule in rules for item in rule.sections)],
    )
    tags = weighted(
        {"europe": 20, "climate": 10, "economy": 10, "health": 8, "elections": 6},
        [*_within(campaigns, "tags"), *(item for rule in rules for item in rule.tags)],
    )
    types = weighted(
        {"article": 82, "liveblog": 7, "gallery": 5, "video": 4},
        [*_within(campaigns, "types"), *(item for rule in rules for item in rule.types)],
    )
    return tuple(
        Page(
            id=f"article-{number}",
            edition=editions[number % len(editions)] if editions else "",
            section=sections.draw(chance),
            tags=frozenset(tags.draw(chance) for _ in range(chance.randrange(4))),
            type=types.draw(chance),
            sensitive=chance.random() < 0.02,
            opt_out=chance.random() < 0.01,
            slots=slots,
        )
        for number in range(_ARTICLES)
    )


def _within(campaigns: list[Campaign], rule: str) -> list[str]:
    picks: list[Pick] = [getattr(campaign, rule) for campaign in campaigns]
    return [value for pick in picks for value in pick.within | pick.without]
