"""Whether a campaign is meant for this reader on this page: each rule alone, and none of them knows another."""

from membership.prompts.rules.bundle import Bundle
from membership.prompts.rules.campaigns import Campaign, Pick
from membership.prompts.rules.context import Context, History, Page
from membership.prompts.rules.parts import Exclusion

DAY = 86_400


def accepts(pick: Pick, value: str) -> bool:
    """Return whether `value` is wanted; "" is unknown, which is nothing that was named."""
    return (not pick.within or value in pick.within) and value not in pick.without


def accepts_tags(pick: Pick, tags: frozenset[str]) -> bool:
    """Return whether a page of `tags` is wanted: any of the wanted ones, and none of the unwanted."""
    return (not pick.within or not pick.within.isdisjoint(tags)) and pick.without.isdisjoint(tags)


def among(values: frozenset[str], value: str) -> bool:
    """Return whether `value` is one of `values`, where any are named."""
    return not values or value in values


def excludes(exclusion: Exclusion, slot: str, page: Page) -> bool:
    """Return whether the rule keeps `slot` of this page empty."""
    return (not exclusion.slots or slot in exclusion.slots) and (
        page.section in exclusion.sections
        or page.type in exclusion.types
        or not exclusion.tags.isdisjoint(page.tags)
    )


def exclusion_of(bundle: Bundle, slot: str, page: Page) -> Exclusion | None:
    """Return the first rule that keeps the slot of this page empty, or None."""
    return next((rule for rule in bundle.exclusions if excludes(rule, slot, page)), None)


def articles_read(history: History, *, days: int, now: int) -> int:
    """Return how many articles were read in the last `days` UTC days, today among them.

    Browser and bundle both count in UTC days, so that no reader's Monday is lost between two calendars.
    """
    today = now // DAY
    return sum(count for day, count in history.reads if today - days < day <= today)


def is_scheduled(campaign: Campaign, now: int) -> bool:
    """Return whether `now` lies in the campaign's half-open time."""
    return (campaign.starts_at is None or campaign.starts_at <= now) and (
        campaign.ends_at is None or now < campaign.ends_at
    )


def has_read_enough(campaign: Campaign, context: Context) -> bool:
    """Return whether the articles read lie between the campaign's least and most."""
    reads = campaign.reads
    if reads is None:
        return True
    count = articles_read(context.history, days=reads.days, now=context.now)
    return reads.least <= count and (reads.most is None or count <= reads.most)


def has_words(campaign: Campaign, edition: str) -> bool:
    """Return whether there is a variant to show, and each of them speaks this edition."""
    live = campaign.live_variants
    return bool(live) and all(edition in variant.copy for variant in live)
