"""From what a reader ticked and typed to one exact amount, and what to say when there is none."""

from dataclasses import dataclass

from membership.checkout_pages.offer import Offer
from payments.checkouts.limits import raised_minimum
from payments.currencies import decimals
from payments.errors import AmountRefused
from payments.money import parse_amount
from payments.templatetags.money import active_locale, money

OTHER = "other"


@dataclass(frozen=True, slots=True)
class GivenAmount:
    """One answer to "how much": the value of the ticked button, and what stands in the field for
    another amount.
    """

    choice: str
    text: str


def read_amount(given: GivenAmount, offer: Offer, currency: str, frequency: str) -> int:
    """Return the amount in minor units; raises AmountRefused with a reason that `sentence_for`
    knows.

    A ticked suggestion beside a typed amount is refused rather than guessed: money is never taken
    on a guess.
    """
    typed = given.text.strip()
    if given.choice in {"", OTHER}:
        if not typed and not given.choice:
            raise AmountRefused("missing")
        amount = parse_amount(typed, currency, active_locale()).minor
    else:
        amount = _suggested(given.choice, offer, currency, frequency)
        if typed and parse_amount(typed, currency, active_locale()).minor != amount:
            raise AmountRefused("two_amounts")
    terms = offer.terms(currency)
    if amount < raised_minimum(terms.minimum):
        raise AmountRefused("below_minimum")
    if amount > terms.maximum:
        raise AmountRefused("above_maximum")
    return amount


def _suggested(choice: str, offer: Offer, currency: str, frequency: str) -> int:
    for amount in offer.amounts(currency, frequency):
        if choice == str(amount):
            return amount
    raise AmountRefused("missing")


def sentence_for(reason: str, offer: Offer, currency: str) -> str:
    """Return what to tell the reader about an AmountRefused of this offer."""
    terms = offer.terms(currency)
    places = decimals(currency)
    example = "10 or 7.50" if places else "1000"
    sentences = {
        "missing": "Choose an amount, or enter your own.",
        "empty": "Enter an amount.",
        "two_amounts": "You chose an amount and typed another: keep only the one that you want to give.",
        "zero": "Enter an amount above zero.",
        "negative": "Enter an amount above zero.",
        "too_many_decimals": (
            f"Use at most {places} decimals, for instance 7.50."
            if places
            else "Enter a whole amount, without decimals."
        ),
        "other_currency": (f"Enter the amount in {currency}, or choose another currency below."),
        "ambiguous": f"Write the amount without separators between thousands, for instance {example}.",
        "below_minimum": f"The smallest gift that we can take is {money(raised_minimum(terms.minimum), currency)}.",
        "too_large": _largest(offer, currency),
        "above_maximum": _largest(offer, currency),
    }
    return sentences.get(reason, f"Enter the amount in figures, for instance {example}.")


def _largest(offer: Offer, currency: str) -> str:
    maximum = money(offer.terms(currency).maximum, currency)
    return (
        f"The largest gift that we can take online is {maximum}. To give more, please write to "
        f"{offer.campaign.entity.contact_email}."
    )
