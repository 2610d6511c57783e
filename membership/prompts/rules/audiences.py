"""Who a reader is to the prompts: the states, what kinds of prompt there are, and who is asked for money."""

from enum import StrEnum


class ReaderState(StrEnum):
    """What a supporter's status says of a reader; the words of `membership.supporters`, as the bundle writes them."""

    ANONYMOUS = "anonymous"
    REGISTERED = "registered"
    LAPSED = "lapsed"
    ONE_OFF = "one_off"
    RECURRING = "recurring"
    PAUSED = "paused"
    PAYMENT_FAILING = "payment_failing"
    ENDING = "ending"


class Kind(StrEnum):
    """What a campaign does."""

    ASK = "ask"  # Asks for money; readers who give are never asked.
    INVITE = "invite"  # Invites a supporter to a further step, softly and seldom.
    THANKS = "thanks"
    CARD = "card"  # Says that a payment fails, and where the card can be changed.
    NOTICE = "notice"


ASKABLE = frozenset({ReaderState.ANONYMOUS, ReaderState.REGISTERED, ReaderState.LAPSED})

# What tires a reader: both count towards the caps, the budget and the one ask of a page.
ASKING = frozenset({Kind.ASK, Kind.INVITE})

# A status from a cookie that was not renewed in this long says nothing any more. The others do not age: they are asked.
AGEING = frozenset(ReaderState) - ASKABLE

_STATES = {state.value: state for state in ReaderState}


def effective_state(state: str, as_of: int, *, now: int, lasts: int) -> ReaderState:
    """Return the state that counts at `now` (Unix seconds), for a `state` learnt at `as_of` (0: of this moment).

    A supporter stays one for `lasts` seconds without news and is a stranger after; a word we do not know is a stranger.
    """
    known = _STATES.get(state, ReaderState.ANONYMOUS)
    if as_of > 0 and known in AGEING and now - as_of > lasts:
        return ReaderState.ANONYMOUS
    return known
