"""The markup that a prompt's words may hold, and the cleaning of everything else."""

import re
from html import unescape

import nh3

TAGS = frozenset({"a", "em", "strong"})

# Somewhere on our own site: one slash, since two begin another host's address.
_HERE = re.compile(r"/(?![/\\])[^\s\\]*")
_ELSEWHERE = re.compile(r"https://[^\s\\]+", re.IGNORECASE)
_TAG = re.compile(r"<\s*/?\s*([a-zA-Z][a-zA-Z0-9-]*)")
_HREF = re.compile(r'href="([^"]*)"')


def _kept(tag: str, attribute: str, value: str) -> str | None:
    is_address = _HERE.fullmatch(value) or _ELSEWHERE.fullmatch(value)
    return value if is_address and "{" not in value else None


def sanitise(text: str) -> str:
    """Return inline HTML with `em`, `strong` and `a href` (https, or a path of this site) and nothing else.

    Words inside other elements stay, scripts and styles go with their words; repeated, it changes nothing more.
    """
    cleaned = nh3.clean(
        text.strip(),
        tags=set(TAGS),
        attributes={"a": {"href"}},
        attribute_filter=_kept,
        url_schemes={"https"},
        link_rel=None,
    )
    return cleaned.strip()


def plain(text: str) -> str:
    """Return a title's or button's text on one line; it is shown as it is, so that markup in it would be read."""
    return " ".join(text.split())


def dropped_markup(text: str) -> list[str]:
    """Return what `sanitise` takes out of `text`, as an editor would name it, for a notice beside the field."""
    tags = {f"<{name.lower()}>" for name in _TAG.findall(text)} - {f"<{name}>" for name in TAGS}
    kept = {unescape(href) for href in _HREF.findall(sanitise(text))}
    links = {f"the link to {href}" for href in _HREF.findall(text) if unescape(href) not in kept}
    return sorted(tags) + sorted(links)
