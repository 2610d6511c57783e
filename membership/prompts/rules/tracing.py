"""Trace codes: a reader hands one over, and staff see from the stored bundle why that page showed what it did.

A code holds what decided: the bundle's hash and the context, with the reader's history of articles counted by day and
prompts seen. It is made in the browser and leaves it only when its reader gives it to somebody.
"""

import base64
import binascii
import json
import re
import zlib
from dataclasses import dataclass

from membership.prompts.rules.assignment import assign, chances
from membership.prompts.rules.audiences import ReaderState, effective_state
from membership.prompts.rules.bundle import Bundle
from membership.prompts.rules.campaigns import Campaign
from membership.prompts.rules.context import Context, ContextRefused, parse_context
from membership.prompts.rules.decision import (
    FILTERS,
    PAGE_FILTERS,
    SlotDecision,
    decide_page,
)
from membership.prompts.rules.limits import Limit, limits_of
from membership.prompts.rules.reading import Fields, Malformed

# A browser's history is kept below 4 kB, so a true code is far shorter and holds far less.
MOST_CHARACTERS = 16_000
MOST_BYTES = 64_000

COMPRESSED, PLAIN = "z", "j"

_HASH = re.compile(r"[0-9a-f]{64}")
_FILTERS = tuple(item.id for item in FILTERS)
_PAGE_FILTERS = tuple(item.id for item in PAGE_FILTERS)


class TraceRefused(ValueError):
    """The text is no trace code; the message is a sentence that can be shown to whoever pasted it."""


@dataclass(frozen=True, slots=True)
class Trace:
    """What a code holds: the SHA-256 of the bundle's bytes in hex, and the context."""

    bundle: str
    context: Context


@dataclass(frozen=True, slots=True)
class Step:
    """One campaign that was looked at: the filters that it passed, in order, and the first that it failed, if any."""

    campaign: str
    passed: tuple[str, ...]
    failed: str | None


@dataclass(frozen=True, slots=True)
class SlotReplay:
    """One slot: its decision, how it came about, what the reader had left, and each arm's chance when one was drawn."""

    decision: SlotDecision
    steps: tuple[Step, ...]
    limits: tuple[Limit, ...]
    chances: dict[str, float]
    is_kept: bool  # The arm was drawn before and kept, so that its chance now is not the one it was drawn with.


@dataclass(frozen=True, slots=True)
class Replay:
    """A page view decided again. `state` is the one that counted; the page's filters come before any slot."""

    state: ReaderState
    page_passed: tuple[str, ...]
    page_failed: str | None
    slots: tuple[SlotReplay, ...]


def write_trace(bundle: str, context: Context) -> str:
    """Return the code of a page view decided by the bundle with this hash."""
    text = json.dumps({"b": bundle, "c": context.as_json()}, separators=(",", ":"))
    packed = base64.urlsafe_b64encode(zlib.compress(text.encode(), 9))
    return COMPRESSED + packed.rstrip(b"=").decode()


def read_trace(code: str) -> Trace:
    """Return what the code holds; raises TraceRefused with the sentence why not. Bounded in time and memory."""
    code = code.strip()
    if len(code) > MOST_CHARACTERS:
        raise TraceRefused(f"A trace code has at most {MOST_CHARACTERS} characters.")
    try:
        fields = Fields(json.loads(_unpacked(code)), "the trace")
        bundle, context = fields.text("b"), parse_context(fields.take("c"))
        fields.close()
    except (Malformed, ContextRefused) as error:
        raise TraceRefused(f"The trace code was changed: {error}") from error
    except (ValueError, RecursionError):
        raise TraceRefused("The trace code is incomplete; copy all of it.") from None
    if not _HASH.fullmatch(bundle):
        raise TraceRefused("The trace code names no bundle.")
    return Trace(bundle, context)


def replay(bundle: Bundle, context: Context) -> Replay:
    """Return the page view decided again, with everything that led to it."""
    decisions = decide_page(bundle, context)
    campaigns = {campaign.id: campaign for campaign in bundle.campaigns}
    failed = next((item.id for item in PAGE_FILTERS if not item.test(bundle, context)), None)
    reader = context.reader
    return Replay(
        state=effective_state(
            reader.state, reader.as_of, now=context.now, lasts=bundle.status_lasts
        ),
        page_passed=_before(_PAGE_FILTERS, failed),
        page_failed=failed,
        slots=tuple(_slot(bundle, context, decision, campaigns) for decision in decisions),
    )


def _slot(
    bundle: Bundle, context: Context, decision: SlotDecision, campaigns: dict[str, Campaign]
) -> SlotReplay:
    chosen = campaigns.get(decision.campaign or decision.held or "")
    drawn = chosen if decision.campaign is not None and context.seed is not None else None
    kept = drawn and (context.history.arms or {}).get(drawn.experiment)
    return SlotReplay(
        decision=decision,
        steps=tuple(_step(campaign, outcome) for campaign, outcome in decision.trace),
        limits=limits_of(bundle, context, decision.slot, chosen),
        chances=chances(drawn) if drawn else {},
        is_kept=drawn is not None and assign(drawn, context)[0].id == kept,
    )


def _step(campaign: str, outcome: str) -> Step:
    failed = outcome if outcome in _FILTERS else None
    return Step(campaign, _before(_FILTERS, failed), failed)


def _before(filters: tuple[str, ...], failed: str | None) -> tuple[str, ...]:
    return filters if failed is None else filters[: filters.index(failed)]


def _unpacked(code: str) -> bytes:
    """Return the JSON's bytes; raises ValueError when there are none, or too many."""
    kind, packed = code[:1], code[1:]
    try:
        data = base64.b64decode(packed + "=" * (-len(packed) % 4), altchars="-_", validate=True)
        if kind == COMPRESSED:
            unpacking = zlib.decompressobj()
            data = unpacking.decompress(data, MOST_BYTES)
            if not unpacking.eof:
                raise ValueError("more than a context")
    except (binascii.Error, zlib.error) as error:
        raise ValueError("not packed") from error
    if kind not in (COMPRESSED, PLAIN):
        raise ValueError("of no known kind")
    return data
