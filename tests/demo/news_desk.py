"""The demo newspaper's articles: text files in news/, one for each article and edition."""

from dataclasses import dataclass
from email import message_from_string
from functools import cache
from pathlib import Path

_NEWS = Path(__file__).parent / "news"

EDITIONS = {"uk": "UK edition", "us": "US edition"}


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, or a heading between paragraphs."""

    text: str
    is_heading: bool


@dataclass(frozen=True, slots=True)
class Article:
    """One article of one edition; the appeal stands between `opening` and `rest`."""

    slug: str
    edition: str
    section: str
    headline: str
    standfirst: str
    caption: str
    is_sensitive: bool
    embedding: str  # How its prompt comes into it: tag, fragment or script.
    opening: tuple[Block, ...]
    rest: tuple[Block, ...]


@cache
def find_article(edition: str, slug: str) -> Article | None:
    """Return an article, or None when there is no such thing."""
    return _read(_NEWS / f"{slug}.{edition}.txt") if slug in _slugs(edition) else None


def articles_of(edition: str) -> list[Article]:
    """Return the articles of an edition, ordered by their slugs."""
    found = (find_article(edition, slug) for slug in _slugs(edition))
    return [article for article in found if article]


@cache
def _slugs(edition: str) -> list[str]:
    return sorted(path.name.split(".")[0] for path in _NEWS.glob(f"*.{edition}.txt"))


def _read(path: Path) -> Article:
    slug, edition, _ = path.name.split(".")
    story = message_from_string(path.read_text(encoding="utf-8"))
    body = [part.strip() for part in str(story.get_payload()).strip().split("\n\n")]
    blocks = tuple(Block(part.removeprefix("# "), part.startswith("# ")) for part in body)
    middle = _middle(blocks)
    return Article(
        slug=slug,
        edition=edition,
        section=story["Section"],
        headline=story["Headline"],
        standfirst=story["Standfirst"],
        caption=story.get("Caption", ""),
        is_sensitive=story.get("Sensitive") == "yes",
        embedding=story.get("Prompt", "tag"),
        opening=blocks[:middle],
        rest=blocks[middle:],
    )


def _middle(blocks: tuple[Block, ...]) -> int:
    """Return where the appeal goes: after the paragraph that ends the first half of the words."""
    words = [len(block.text.split()) for block in blocks]
    half = sum(words) / 2
    ends = [
        position
        for position in range(1, len(blocks) + 1)
        if not blocks[position - 1].is_heading and sum(words[:position]) <= half
    ]
    return max(ends, default=1)
