"""The decision that the server makes, from what is published, for pages, fragments and programs."""

from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from membership.prompts.current import Published, current_bundle
from membership.prompts.rules.context import Context
from membership.prompts.rules.decision import SlotDecision, decide_page
from membership.prompts.rules.index import Index

# Before the first publication, and while prompts are stopped.
NOTHING_PUBLISHED = "nothing_is_published"


@dataclass(frozen=True, slots=True)
class Decided:
    """One page view, decided; nothing was `published` where nothing may be shown."""

    published: Published | None
    context: Context
    slots: tuple[SlotDecision, ...]


class _Indexed:
    """The index of the bundle that was decided by last; it serves one thread at a time, for some microseconds each."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._sha256 = ""
        self._index: Index | None = None

    def decide(self, published: Published, context: Context) -> tuple[SlotDecision, ...]:
        with self._lock:
            if self._index is None or self._sha256 != published.sha256:
                self._index, self._sha256 = Index(published.bundle), published.sha256
            return self._index.decide(context)


_INDEXED = _Indexed()


def decide(context: Context, *, now: datetime) -> Decided:
    """Return what the bundle published at `now` shows in `context`; the decisions come without their traces.

    At most one query in five seconds; raises DatabaseError where that one fails.
    """
    published = current_bundle(now)
    if published is None:
        return _nothing(context)
    return Decided(published, context, _INDEXED.decide(published, context))


def decide_and_explain(context: Context, *, now: datetime) -> Decided:
    """Return the same decisions with their traces, at the cost of asking every filter of every campaign."""
    published = current_bundle(now)
    if published is None:
        return _nothing(context)
    return Decided(published, context, decide_page(published.bundle, context))


def _nothing(context: Context) -> Decided:
    names = dict.fromkeys(context.page.slots)
    return Decided(None, context, tuple(SlotDecision(name, NOTHING_PUBLISHED) for name in names))
