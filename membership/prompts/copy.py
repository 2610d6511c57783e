"""The words of the prompts, per kind and edition, as data."""

from collections.abc import Mapping
from dataclasses import astuple, dataclass
from enum import StrEnum
from string import Formatter

from membership.errors import WordsIncomplete
from membership.prompts.decision import PromptKind

# Changes whenever a word below does, so that results are told apart.
COPY_VERSION = "2026-11"


class Placeholder(StrEnum):
    """Every value that words may name, already written out for the reader's country."""

    NEWSPAPER = "newspaper"
    FROM_PRICE = "from_price"  # The smallest suggested monthly gift.


@dataclass(frozen=True, slots=True)
class Words:
    """A prompt's text. `action` is the label of its link, or of the amounts where it asks; empty for neither."""

    title: str
    body: str
    plea: str = ""
    action: str = ""

    @property
    def placeholders(self) -> frozenset[str]:
        """The placeholders that the text names."""
        parsed = (field for text in astuple(self) for _, field, _, _ in Formatter().parse(text))
        return frozenset(field for field in parsed if field is not None)

    def fill(self, values: Mapping[Placeholder, str]) -> "Words":
        """Return the text with its placeholders replaced; raises WordsIncomplete when a value is missing."""
        known = {str(name): value for name, value in values.items() if value}
        for name in sorted(self.placeholders - known.keys()):
            raise WordsIncomplete(name)
        return Words(*(text.format(**known) for text in astuple(self)))


_UK = {
    PromptKind.ASK: Words(
        title="This article is free to read. Readers pay for it.",
        body=(
            "{newspaper} has no paywall, so that nobody is kept from the news by its price. Readers who can "
            "spare a little make that possible, from {from_price} a month."
        ),
        plea="If you are able to, please join them. If you are not, you are just as welcome here.",
        action="Support us every month",
    ),
    PromptKind.ASK_REGISTERED: Words(
        title="You read with us. Could you support us too?",
        body=(
            "Your account has not been used for a gift so far, and that is perfectly all right: everything we "
            "publish stays open to everyone."
        ),
        plea=(
            "If you can spare {from_price} a month or more, it helps {newspaper} to pay the people who find "
            "out, check and explain."
        ),
        action="Support us every month",
    ),
    PromptKind.WELCOME_BACK: Words(
        title="It is good to see you again",
        body=(
            "You have supported {newspaper} before, and what you gave paid for reporting that anybody could "
            "read. Thank you."
        ),
        plea=(
            "If the time is right to do so again, from {from_price} a month, it would help. If it is not, "
            "please simply read on."
        ),
        action="Support us again every month",
    ),
    PromptKind.THANKS_ONE_OFF: Words(
        title="Thank you for your gift",
        body=(
            "Because of readers like you, this article is open to everyone. We will not ask you again for "
            "three months after your gift."
        ),
    ),
    PromptKind.THANKS_RECURRING: Words(
        title="Thank you for standing behind us",
        body=(
            "Your regular gift pays for the reporting on this page and keeps it open to everyone. You will "
            "find no appeals in our articles."
        ),
        action="See your support",
    ),
    PromptKind.UPDATE_CARD: Words(
        title="Your last payment did not go through",
        body=(
            "It happens: a card runs out, or a bank wants to be asked again. Nothing is lost, and nobody "
            "needs to start afresh."
        ),
        action="Update your card",
    ),
    PromptKind.PAUSED: Words(
        title="Your support is paused",
        body=(
            "Thank you for what you have given so far. Nothing is collected during the pause, and you can "
            "change it whenever you like."
        ),
        action="See your support",
    ),
    PromptKind.ENDING: Words(
        title="Thank you for your support",
        body=(
            "You have stopped your regular gift, and nothing more will be collected. What you gave is still "
            "at work in these pages. Should you change your mind, you know where to find us."
        ),
        action="See your support",
    ),
}

_US = {
    PromptKind.ASK: Words(
        title="This article is free because readers chip in",
        body=(
            "{newspaper} has no paywall. News that people need should not depend on what they can afford, so "
            "readers who can give do, starting at {from_price} a month."
        ),
        plea=(
            "If that could be you, please join them. If now is not a good time, you are welcome here just the "
            "same."
        ),
        action="Give every month",
    ),
    PromptKind.ASK_REGISTERED: Words(
        title="You read with us. Would you give, too?",
        body=(
            "You have an account and have not made a gift yet, and that is completely fine: everything we "
            "publish stays open to everyone."
        ),
        plea=(
            "If you can spare {from_price} a month or more, you help {newspaper} pay the people who dig, "
            "check and explain."
        ),
        action="Give every month",
    ),
    PromptKind.WELCOME_BACK: Words(
        title="It’s good to see you again",
        body=(
            "You have supported {newspaper} before, and your gift paid for reporting that anyone could read. "
            "Thank you."
        ),
        plea=(
            "If you can do it again, starting at {from_price} a month, it would help. If not, please just "
            "keep reading."
        ),
        action="Give again every month",
    ),
    PromptKind.THANKS_ONE_OFF: Words(
        title="Thank you for your gift",
        body=(
            "Because of readers like you, this article is open to everyone. We won’t ask you again for three "
            "months after your gift."
        ),
    ),
    PromptKind.THANKS_RECURRING: Words(
        title="Thank you for standing with us",
        body=(
            "Your recurring gift pays for the reporting on this page and keeps it open to everyone. You won’t "
            "see appeals in our articles."
        ),
        action="See your support",
    ),
    PromptKind.UPDATE_CARD: Words(
        title="Your last payment didn’t go through",
        body=(
            "It happens: a card expires, or a bank wants to double-check. Nothing is lost, and you don’t need "
            "to start over."
        ),
        action="Update your card",
    ),
    PromptKind.PAUSED: Words(
        title="Your support is paused",
        body=(
            "Thank you for everything you have given so far. We won’t charge you during the pause, and you "
            "can change it any time."
        ),
        action="See your support",
    ),
    PromptKind.ENDING: Words(
        title="Thank you for your support",
        body=(
            "You have stopped your recurring gift, and you won’t be charged again. What you gave is still at "
            "work in these pages. If you change your mind, you know where to find us."
        ),
        action="See your support",
    ),
}

COPY = {"uk": _UK, "us": _US}
