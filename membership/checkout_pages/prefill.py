"""What stands in the donation form before the reader touches it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from membership.accounts.returns import LONGEST_RETURN, RETURN, is_safe_return
from membership.checkout_pages.amounts import OTHER, GivenAmount, read_amount, sentence_for
from membership.checkout_pages.offer import Offer
from membership.checkout_pages.queries import Giver
from membership.prompts.attribution import read_attribution, sign_attribution
from membership.prompts.clicks import read_click
from membership.supporters.consent_texts import CONSENT_TEXTS
from payments.errors import AmountRefused
from payments.models import Checkout, Frequency
from payments.money import Money

# The parameters of a link that say where its reader came from.
_SOURCES = ("utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term")
_LONGEST_SOURCE = 100
# What a prompt's link says besides: without any of it the code is whole as it came.
_CLICK = {"slot", "edition", "country", "state", "arm", "article"}


@dataclass(slots=True)
class Prefill:
    """The form's first values, and what to tell the reader about a link that could not be followed
    whole.
    """

    values: dict[str, object] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)
    # The link asked for an amount of the reader's own, so its field is made ready.
    asks_own_amount: bool = False


def prefill(
    query: Mapping[str, str],
    offer: Offer,
    currency: str,
    *,
    giver: Giver | None,
    resumed: Checkout | None,
) -> Prefill:
    """Return the first values from the defaults, the link's query and, last, the checkout taken up
    again.
    """
    filled = Prefill({"frequency": offer.default_frequency.value})
    for frequency in offer.frequencies:
        amount = offer.default_amount(currency, frequency)
        filled.values[f"amount_{frequency}"] = OTHER if amount is None else str(amount)
    if giver:
        filled.values.update(email=giver.email, name=giver.name)
    if resumed:
        _take_up(filled, resumed, offer)
    else:
        _follow(filled, query, offer, currency)
    return filled


def _follow(filled: Prefill, query: Mapping[str, str], offer: Offer, currency: str) -> None:
    """Read `?amount=&currency=&frequency=&code=&return=`; what cannot be used is said, never silently
    replaced.
    """
    wanted = query.get("currency", "")
    if wanted and wanted.upper() != currency:
        filled.notices.append("The link asked for a currency that we do not take here.")
    frequency = query.get("frequency", "")
    if frequency in offer.frequencies:
        filled.values["frequency"] = frequency
    elif frequency:
        filled.notices.append("The link asked for a frequency that we do not offer here.")
    amount = query.get("amount", "")
    if amount == OTHER:
        filled.asks_own_amount = True
        filled.values.update({f"amount_{each}": OTHER for each in offer.frequencies})
    elif amount:
        _follow_amount(filled, amount, offer, currency)
    filled.values["code"] = attribution_code(query)


def _follow_amount(filled: Prefill, text: str, offer: Offer, currency: str) -> None:
    frequency = str(filled.values["frequency"])
    try:
        amount = read_amount(GivenAmount(OTHER, text[:41]), offer, currency, frequency)
    except AmountRefused as error:
        sentence = sentence_for(error.reason, offer, currency)
        filled.notices.append(f"The link's amount could not be used. {sentence}")
    else:
        _choose(filled, amount, offer, currency, frequency)


def _take_up(filled: Prefill, checkout: Checkout, offer: Offer) -> None:
    filled.values.update(
        email=checkout.email,
        name=checkout.name,
        cover_fee=checkout.fee_cover > 0,
        code=sign_attribution(checkout.attribution),
    )
    given = set(checkout.consents.values_list("purpose", flat=True))
    filled.values.update({text.field: text.purpose.value in given for text in CONSENT_TEXTS})
    if checkout.frequency in offer.frequencies:
        filled.values["frequency"] = checkout.frequency
        _choose(filled, checkout.amount, offer, checkout.currency, checkout.frequency)


def _choose(filled: Prefill, amount: int, offer: Offer, currency: str, frequency: str) -> None:
    """Tick the suggestion of this amount, or write it into the field for another one."""
    if amount in offer.amounts(currency, Frequency(frequency)):
        filled.values[f"amount_{frequency}"] = str(amount)
    else:
        filled.values[f"amount_{frequency}"] = OTHER
        filled.values["other_amount"] = str(Money(amount, currency).to_decimal())


def attribution_code(query: Mapping[str, str]) -> str:
    """Return the prompt's signed code, with where it was followed, the link's own sources and its way back signed
    into it.
    """
    code = query.get("code", "")
    sources = {name: _tidy(query[name]) for name in _SOURCES if query.get(name)}
    back = query.get(RETURN, "")
    if len(back) <= LONGEST_RETURN and is_safe_return(back):
        sources[RETURN] = back
    click = read_click(query) if _CLICK & query.keys() else read_attribution(code)
    values = {**click, **sources}
    return sign_attribution(values) if values and values != read_attribution(code) else code


def _tidy(source: str) -> str:
    # PostgreSQL refuses a row whose JSON holds a null character.
    return "".join(char for char in source if char.isprintable())[:_LONGEST_SOURCE]
