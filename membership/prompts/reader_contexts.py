"""The context of a page view that the server decides: the reader's status, and no history, which only browsers know."""

from datetime import datetime

from membership.prompts.clocks import minutes_east
from membership.prompts.editions import EDITIONS
from membership.prompts.rules.context import Context, History, Page
from membership.prompts.rules.context import Reader as ContextReader
from membership.supporters.queries import Reader

NO_HISTORY = History(arms={})


def context_for(
    reader: Reader, page: Page, *, country: str, region: str = "", now: datetime
) -> Context:
    """Return the context of `reader` on `page`; `country` (ISO 3166-1 alpha-2) and `region` are "" where unknown.

    There is no seed, so nobody is part of an experiment. The hour is that of the country, or else of the edition's.
    """
    traits, quiet_until = reader.twin.traits, reader.quiet_until
    hints = {"invite": traits.is_invited, "abandoned": reader.twin.is_abandoned}
    known = ContextReader(
        state=reader.status.state.value,
        signed_in=reader.twin.is_signed_in,
        country=country,
        region=region,
        tier=traits.tier,
        tenure=str(traits.tenure),
        band=str(traits.band),
        hints=frozenset(hint for hint, holds in hints.items() if holds),
        # Whole seconds, and never a moment too early.
        quiet_until=-int(-quiet_until.timestamp() // 1) if quiet_until else 0,
    )
    return context_of(known, page, now=now)


def context_of(reader: ContextReader, page: Page, *, now: datetime) -> Context:
    """Return the context of what is known of a reader, at the hour that it is for them."""
    edition = EDITIONS.get(page.edition)
    return Context(
        now=int(now.timestamp()),
        tz=minutes_east(reader.country, edition.country if edition else "", now=now),
        seed=None,
        page=page,
        reader=reader,
        history=NO_HISTORY,
    )
