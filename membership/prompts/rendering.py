"""From a reader and a page to a prompt that a template prints without a question left."""

import logging
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.http import urlencode

from membership.accounts.returns import RETURN
from membership.errors import WordsIncomplete
from membership.prompts.attribution import sign_attribution
from membership.prompts.copy import COPY, COPY_VERSION, Placeholder, Words
from membership.prompts.decision import ASKS, PageContext, PromptKind, decide
from membership.prompts.editions import EDITIONS, locale_in
from membership.prompts.queries import PromptOffer, prompt_offer
from membership.supporters.queries import Reader
from payments.models import Frequency
from payments.money import Money

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class AmountButton:
    """One suggested amount: what the form sends, and what the reader sees."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Appeal:
    """What an ask adds to its words: a form that leads to the donation page, with `hidden` sent along."""

    address: str
    hidden: tuple[tuple[str, str], ...]
    amounts: tuple[AmountButton, ...]
    other_address: str
    once_address: str


@dataclass(frozen=True, slots=True)
class PromptView:
    """A prompt as it is printed; `appeal` is None unless it asks, `address` empty where it links nowhere."""

    kind: PromptKind
    slot: str
    words: Words
    address: str = ""
    appeal: Appeal | None = None


def prompt_view(
    reader: Reader, page: PageContext, *, campaign: str, country: str, now: datetime
) -> PromptView | None:
    """Return what to print for `reader` on `page`, or None.

    `country` is the reader's (ISO 3166-1 alpha-2), empty where unknown: then it is the edition's. Only an ask costs
    queries; where the campaign takes no gifts, or words lack a value, nobody is asked.
    """
    choice = decide(reader.status, page, quiet_until=reader.quiet_until, now=now)
    if choice.kind is None:
        return None
    words = COPY[page.edition][choice.kind]
    if choice.kind not in ASKS:
        address = reverse("membership:my_support") if words.action else ""
        return PromptView(choice.kind, page.slot, words, address=address)
    edition = EDITIONS[page.edition]
    country = country or edition.country
    offer = prompt_offer(campaign, country=country, now=now)
    if offer is None or not offer.takes_monthly:
        return None
    locale = locale_in(edition, country)
    try:
        words = words.fill(_values(offer, locale))
    except WordsIncomplete as error:
        logger.warning("Campaign %s has no prompt in %s: %s", campaign, offer.currency, error)
        return None
    code = _code(choice.kind, page, country)
    return PromptView(choice.kind, page.slot, words, appeal=_appeal(offer, code, locale))


def _values(offer: PromptOffer, locale: str) -> dict[Placeholder, str]:
    smallest = min(offer.monthly, default=None)
    return {
        Placeholder.NEWSPAPER: offer.newspaper,
        Placeholder.FROM_PRICE: smallest.format(locale) if smallest else "",
    }


def _code(kind: PromptKind, page: PageContext, country: str) -> str:
    values = {
        "prompt": kind.value,
        "variant": COPY_VERSION,
        "slot": page.slot,
        "edition": page.edition,
        "article": page.article,
        "country": country,
    }
    return sign_attribution({**values, RETURN: page.address} if page.address else values)


def _appeal(offer: PromptOffer, code: str, locale: str) -> Appeal:
    address = reverse("membership:donate", args=[offer.campaign])
    monthly = {"currency": offer.currency, "frequency": Frequency.MONTHLY.value, "code": code}
    once = {**monthly, "frequency": Frequency.ONCE.value}
    other = {**monthly, "amount": "other"}
    return Appeal(
        address=address,
        hidden=tuple(monthly.items()),
        amounts=tuple(
            AmountButton(_plain(amount), amount.format(locale)) for amount in offer.monthly
        ),
        other_address=f"{address}?{urlencode(other)}",
        once_address=f"{address}?{urlencode(once)}" if offer.takes_single_gifts else "",
    )


def _plain(amount: Money) -> str:
    """Return the amount as the donation page reads it: 5, or 7.50."""
    value = amount.to_decimal()
    return f"{value:.0f}" if value == value.to_integral_value() else str(value)
