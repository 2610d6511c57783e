"""Which prompt a reader sees on a page, and why: pure, so that it can be replayed and explained."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from membership.prompts.editions import EDITIONS
from membership.supporters.models import SupporterState
from membership.supporters.status import Status


class PromptKind(StrEnum):
    ASK = "ask"
    ASK_REGISTERED = "ask_registered"
    WELCOME_BACK = "welcome_back"
    THANKS_ONE_OFF = "thanks_one_off"
    THANKS_RECURRING = "thanks_recurring"
    UPDATE_CARD = "update_card"
    PAUSED = "paused"
    ENDING = "ending"


# The kinds that ask for money.
ASKS = frozenset({PromptKind.ASK, PromptKind.ASK_REGISTERED, PromptKind.WELCOME_BACK})

SLOTS = frozenset({"in-article"})

KIND_OF_STATE = {
    SupporterState.ANONYMOUS: PromptKind.ASK,
    SupporterState.REGISTERED: PromptKind.ASK_REGISTERED,
    SupporterState.LAPSED: PromptKind.WELCOME_BACK,
    SupporterState.ONE_OFF: PromptKind.THANKS_ONE_OFF,
    SupporterState.RECURRING: PromptKind.THANKS_RECURRING,
    SupporterState.PAYMENT_FAILING: PromptKind.UPDATE_CARD,
    SupporterState.PAUSED: PromptKind.PAUSED,
    SupporterState.ENDING: PromptKind.ENDING,
}


@dataclass(frozen=True, slots=True)
class PageContext:
    """What the newspaper says about the page, and the place on it that is to be filled."""

    slot: str
    edition: str
    article: str = ""
    address: str = ""  # Where the reader can be sent back to.
    is_sensitive: bool = False
    is_opted_out: bool = False


@dataclass(frozen=True, slots=True)
class PromptChoice:
    """The kind of prompt to show, or None; `reason` is "shown" or the filter that failed, after those that passed."""

    kind: PromptKind | None
    reason: str
    passed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """One kind of prompt for one reader on one page at one instant: shall it be shown?"""

    kind: PromptKind
    status: Status
    page: PageContext
    quiet_until: datetime | None
    now: datetime

    @property
    def is_ask(self) -> bool:
        return self.kind in ASKS


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition of showing a prompt, with the name by which its refusal is explained."""

    id: str
    test: Callable[[Question], bool]


# In order: editorial safety first, then the reader's peace.
FILTERS = (
    Filter("page_takes_prompts", lambda question: not question.page.is_opted_out),
    Filter("page_is_not_sensitive", lambda question: not question.page.is_sensitive),
    Filter("slot_is_known", lambda question: question.page.slot in SLOTS),
    Filter("edition_is_known", lambda question: question.page.edition in EDITIONS),
    # The kind follows from the state; this holds even if somebody maps a state wrongly.
    Filter(
        "supporters_are_not_asked",
        lambda question: not question.is_ask or question.status.is_askable,
    ),
    Filter(
        "quiet_time_is_over",
        lambda question: (
            not question.is_ask
            or question.quiet_until is None
            or question.quiet_until <= question.now
        ),
    ),
)


def decide(
    status: Status, page: PageContext, *, quiet_until: datetime | None, now: datetime
) -> PromptChoice:
    """Return the prompt for a reader of `status` on `page`; the first filter that fails names the reason for none."""
    question = Question(KIND_OF_STATE[status.state], status, page, quiet_until, now)
    passed: list[str] = []
    for filter_ in FILTERS:
        if not filter_.test(question):
            return PromptChoice(None, filter_.id, tuple(passed))
        passed.append(filter_.id)
    return PromptChoice(question.kind, "shown", tuple(passed))
