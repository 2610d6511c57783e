"""The words of a prompt: what each placeholder stands for, and whether all of them have a value."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from membership.prompts.rules.bundle import Bundle
from membership.prompts.rules.campaigns import Campaign, Copy, Goal
from membership.prompts.rules.context import Context
from membership.prompts.rules.parts import Edition, PriceSet
from membership.prompts.rules.targeting import DAY, articles_read

PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def placeholders_of(copy: Copy) -> frozenset[str]:
    """Return the names in braces, known or not."""
    return frozenset(PLACEHOLDER.findall(f"{copy.title}\n{copy.body}\n{copy.plea}\n{copy.action}"))


def placeholders_in(campaign: Campaign, edition: str) -> tuple[str, ...]:
    """Return the names in the edition's words of any live variant, sorted; each of them must speak the edition."""
    live = campaign.live_variants
    return tuple(sorted({name for item in live for name in placeholders_of(item.copy[edition])}))


def value_of(name: str, bundle: Bundle, campaign: Campaign, context: Context) -> str:
    """Return what the placeholder stands for on this page view; "" when it has no value or nobody knows the name."""
    read = VALUES.get(name)
    return read(bundle, campaign, context) if read else ""


def missing_values(bundle: Bundle, campaign: Campaign, context: Context) -> list[str]:
    """Return the placeholders without a value in any live variant's words for the page's edition, sorted.

    All variants are asked, not only the one that the reader would get: the arms of an experiment must stay comparable.
    """
    names = placeholders_in(campaign, context.page.edition)
    return [name for name in names if not value_of(name, bundle, campaign, context)]


def filled(text: str, bundle: Bundle, campaign: Campaign, context: Context) -> str:
    """Return `text` with each placeholder replaced by its value; values are plain text, escaped by whoever prints."""
    return PLACEHOLDER.sub(lambda match: value_of(match[1], bundle, campaign, context), text)


def prices_of(bundle: Bundle, campaign: Campaign, context: Context) -> PriceSet | None:
    """Return the offer's prices where the reader is, or where the edition is when that is unknown; None: no offer."""
    offer = bundle.offers.get(campaign.offer)
    if offer is None or not campaign.offer:
        return None
    country = context.reader.country or bundle.editions[context.page.edition].country
    place = offer.of.get(country, offer.other)
    return None if place is None else offer.sets[place]


def _goal(bundle: Bundle, campaign: Campaign, context: Context) -> Goal | None:
    prices = prices_of(bundle, campaign, context)
    return (campaign.goals or {}).get(prices.currency) if prices else None


def _edition(bundle: Bundle, context: Context) -> Edition:
    return bundle.editions[context.page.edition]


def _local(context: Context) -> datetime:
    return _EPOCH + timedelta(seconds=context.now, minutes=context.tz)


def _newspaper(bundle: Bundle, _campaign: Campaign, _context: Context) -> str:
    return bundle.newspaper


def _from_price(bundle: Bundle, campaign: Campaign, context: Context) -> str:
    prices = prices_of(bundle, campaign, context)
    return prices.from_price if prices else ""


def _country(bundle: Bundle, _campaign: Campaign, context: Context) -> str:
    # Only a country that we know: an edition's is a guess, good for a price but not for telling readers where they are.
    return bundle.names.get(context.page.edition, {}).get(context.reader.country, "")


def _article_count(_bundle: Bundle, campaign: Campaign, context: Context) -> str:
    count = articles_read(context.history, days=campaign.days_read, now=context.now)
    return str(count) if count else ""


def _day(bundle: Bundle, _campaign: Campaign, context: Context) -> str:
    return _edition(bundle, context).days[_local(context).weekday()]


def _date(bundle: Bundle, _campaign: Campaign, context: Context) -> str:
    edition, local = _edition(bundle, context), _local(context)
    date = edition.date.replace("{d}", str(local.day))
    return date.replace("{month}", edition.months[local.month - 1])


def _goal_amount(bundle: Bundle, campaign: Campaign, context: Context) -> str:
    goal = _goal(bundle, campaign, context)
    return goal.goal if goal else ""


def _total(bundle: Bundle, campaign: Campaign, context: Context) -> str:
    goal = _goal(bundle, campaign, context)
    return goal.total if goal else ""


def _percent(bundle: Bundle, campaign: Campaign, context: Context) -> str:
    goal = _goal(bundle, campaign, context)
    return str(goal.percent) if goal else ""


def _days_left(_bundle: Bundle, campaign: Campaign, context: Context) -> str:
    if campaign.countdown is None or campaign.countdown <= context.now:
        return ""
    return str(-((context.now - campaign.countdown) // DAY))


VALUES: dict[str, Callable[[Bundle, Campaign, Context], str]] = {
    "newspaper": _newspaper,
    "from_price": _from_price,
    "country": _country,
    "article_count": _article_count,
    "day": _day,
    "date": _date,
    "goal": _goal_amount,
    "total": _total,
    "percent": _percent,
    "days_left": _days_left,
}
