"""The context of one page view: what the page, the reader's status and the browser's own history say. Never stored."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import fields as fields_of

from membership.prompts.rules.reading import (
    MOST_SECONDS,
    Fields,
    Malformed,
    as_list,
    as_number,
    as_text,
)

# Real time zones lie within 14 hours; a device may be set to anything, and a day covers every clock.
MOST_MINUTES_EAST = 1440


class ContextRefused(ValueError):
    """The context is not one; the message is a sentence that names the field."""


@dataclass(frozen=True, slots=True)
class Page:
    """What the newspaper says about the page."""

    id: str
    edition: str
    section: str
    tags: frozenset[str]
    type: str
    sensitive: bool
    opt_out: bool
    slots: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reader:
    """What is known of the reader; "" is unknown, `as_of` 0 is of this moment. Instants are Unix seconds."""

    state: str = "anonymous"
    as_of: int = 0
    signed_in: bool = False
    country: str = ""
    region: str = ""
    device: str = ""
    tier: str = ""
    tenure: str = ""
    band: str = ""
    hints: frozenset[str] = frozenset()
    referrer: str = ""
    code: str = ""
    quiet_until: int = 0


@dataclass(frozen=True, slots=True)
class View:
    """A prompt that this browser showed."""

    campaign: str
    slot: str
    at: int
    is_asking: bool


@dataclass(frozen=True, slots=True)
class History:
    """What this browser remembers: articles read by UTC day since 1970, prompts seen and put away, arms drawn."""

    reads: tuple[tuple[int, int], ...] = ()
    views: tuple[View, ...] = ()
    dismissed: tuple[int, ...] = ()
    paused_until: int = 0
    arms: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """One page view at `now` (Unix seconds), `tz` minutes east of UTC; no seed: this browser remembers nothing."""

    now: int
    tz: int
    seed: str | None
    page: Page
    reader: Reader
    history: History

    def as_json(self) -> dict[str, object]:
        """Return the JSON object that `parse_context` reads as this context; sets are sorted."""
        history = self.history
        return {
            "now": self.now,
            "tz": self.tz,
            "seed": self.seed,
            "page": _plain(self.page),
            "reader": _plain(self.reader),
            "history": {
                "reads": [list(read) for read in history.reads],
                "views": [[v.campaign, v.slot, v.at, int(v.is_asking)] for v in history.views],
                "dismissed": list(history.dismissed),
                "paused_until": history.paused_until,
                "arms": dict(history.arms or {}),
            },
        }


def parse_context(value: object) -> Context:
    """Return the context that the JSON object holds; raises ContextRefused with the sentence why not."""
    try:
        fields = Fields(value, "the context")
        context = Context(
            now=fields.number("now", most=MOST_SECONDS),
            tz=fields.number("tz", least=-MOST_MINUTES_EAST, most=MOST_MINUTES_EAST),
            seed=_seed(fields.take("seed")),
            page=_page(fields.take("page")),
            reader=_reader(fields.take("reader")),
            history=_history(fields.take("history")),
        )
        fields.close()
    except Malformed as error:
        raise ContextRefused(str(error)) from error
    return context


def _seed(value: object) -> str | None:
    return None if value is None else as_text(value, "“seed”")


def _page(value: object) -> Page:
    fields = Fields(value, "“page”")
    page = Page(
        id=fields.text("id", ""),
        edition=fields.text("edition"),
        section=fields.text("section", ""),
        tags=frozenset(fields.texts("tags")),
        type=fields.text("type", ""),
        sensitive=fields.flag("sensitive"),
        opt_out=fields.flag("opt_out"),
        slots=fields.texts("slots"),
    )
    fields.close()
    return page


def _reader(value: object) -> Reader:
    fields = Fields(value, "“reader”")
    reader = Reader(
        state=fields.text("state"),
        as_of=fields.number("as_of", 0, most=MOST_SECONDS),
        signed_in=fields.optional_flag("signed_in") or False,
        country=fields.text("country", ""),
        region=fields.text("region", ""),
        device=fields.text("device", ""),
        tier=fields.text("tier", ""),
        tenure=fields.text("tenure", ""),
        band=fields.text("band", ""),
        hints=frozenset(fields.texts("hints")),
        referrer=fields.text("referrer", ""),
        code=fields.text("code", ""),
        quiet_until=fields.number("quiet_until", 0, most=MOST_SECONDS),
    )
    fields.close()
    return reader


def _history(value: object) -> History:
    fields = Fields(value, "“history”")
    history = History(
        reads=fields.each("reads", _read) if fields.has("reads") else (),
        views=fields.each("views", _view) if fields.has("views") else (),
        dismissed=fields.each("dismissed", _instant) if fields.has("dismissed") else (),
        paused_until=fields.number("paused_until", 0, most=MOST_SECONDS),
        arms=fields.named("arms", as_text),
    )
    fields.close()
    return history


def _read(value: object, where: str) -> tuple[int, int]:
    day, count = _items(value, where, 2)
    return _instant(day, where), as_number(count, where, most=1_000_000)


def _view(value: object, where: str) -> View:
    campaign, slot, at, is_asking = _items(value, where, 4)
    return View(
        as_text(campaign, where),
        as_text(slot, where),
        _instant(at, where),
        bool(as_number(is_asking, where, most=1)),
    )


def _items(value: object, where: str, count: int) -> tuple[object, ...]:
    items = as_list(value, where)
    if len(items) != count:
        raise Malformed(f"{where} must hold {count} values.")
    return tuple(items)


def _plain(part: Page | Reader) -> dict[str, object]:
    values = {item.name: getattr(part, item.name) for item in fields_of(part)}
    return {
        name: sorted(value) if isinstance(value, frozenset) else value
        for name, value in values.items()
    }


def _instant(value: object, where: str) -> int:
    return as_number(value, where, most=MOST_SECONDS)
