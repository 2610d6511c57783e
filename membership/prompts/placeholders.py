"""The typed catalogue of what a prompt's words may name."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Source(StrEnum):
    """Where a placeholder's value comes from, and so where it can be missing."""

    ALWAYS = "always"  # The newspaper, the reader's clock: never missing.
    READER = "reader"  # The reader's own log; who has none is shown another prompt.
    OFFER = "offer"  # What the campaign that is asked for takes in the reader's country.
    COUNTRY = (
        "country"  # The reader's country; who comes from nowhere known is shown another prompt.
    )
    GOAL = "goal"  # The prompt campaign's goal, in the currency that the reader is offered.
    COUNTDOWN = "countdown"  # The prompt campaign's schedule.


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A name in braces: what it prints, an example for editors, and the source of its value."""

    name: str
    meaning: str
    example: str
    source: Source


CATALOGUE = {
    each.name: each
    for each in (
        Placeholder("newspaper", "The newspaper's name", "The Harbour Courier", Source.ALWAYS),
        Placeholder("from_price", "The least suggested monthly gift", "£3", Source.OFFER),
        Placeholder("country", "The reader's country", "the United States", Source.COUNTRY),
        # The number of days that a campaign counts, 30 where it counts none.
        Placeholder("article_count", "How many articles were read", "12", Source.READER),
        Placeholder("day", "The day of the week", "Friday", Source.ALWAYS),
        Placeholder("date", "Today's date", "27 November", Source.ALWAYS),
        Placeholder("goal", "What shall be raised", "£20,000", Source.GOAL),
        Placeholder("total", "What was raised so far", "£12,345", Source.GOAL),
        Placeholder("percent", "How much of the goal that is, in per cent", "61", Source.GOAL),
        Placeholder("days_left", "Whole days until the countdown ends", "9", Source.COUNTDOWN),
    )
}

_TOKEN = re.compile(r"\{([^{}]*)\}|([{}])")


def names_in(text: str) -> list[str]:
    """Return the placeholders that `text` names, each once, in order."""
    return list(dict.fromkeys(match[1] for match in _TOKEN.finditer(text) if match[1] is not None))


def problems_in(text: str) -> Iterator[str]:
    """Yield a sentence for each brace that stands alone and each placeholder that is not in the catalogue."""
    for match in _TOKEN.finditer(text):
        if match[2]:
            near = text[max(match.start() - 12, 0) : match.start() + 12].strip()
            yield f"a brace stands alone near “{near}”; braces only enclose placeholders."
        elif match[1] not in CATALOGUE:
            known = ", ".join(f"{{{name}}}" for name in CATALOGUE)
            yield f"{{{match[1]}}} is no placeholder; there are {known}."
