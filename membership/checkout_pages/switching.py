"""The form in another currency, with everything else as the reader left it.

The switch posts the form, because an address must not carry a name or an email.
"""

from django.http import QueryDict

from membership.checkout_pages.amounts import OTHER
from membership.checkout_pages.offer import Offer
from membership.supporters.consent_texts import CONSENT_TEXTS
from payments.models import Frequency

SWITCH = "switch_currency"

_KEPT = ("other_amount", "email", "name", "code")
_KEPT_TICKS = ("cover_fee", *(consent.field for consent in CONSENT_TEXTS))


def switched(posted: QueryDict, offer: Offer, currency: str) -> dict[str, object]:
    """Return the first values of the form in `currency`; nothing is judged before it is sent."""
    frequency = posted.get("frequency", "")
    values: dict[str, object] = {name: posted.get(name, "") for name in _KEPT}
    values |= {name: name in posted for name in _KEPT_TICKS}
    values["frequency"] = (
        frequency if frequency in offer.frequencies else offer.default_frequency.value
    )
    for each in offer.frequencies:
        values[f"amount_{each}"] = _same_choice(posted, offer, currency, each)
    return values


def _same_choice(posted: QueryDict, offer: Offer, currency: str, frequency: Frequency) -> str:
    """Return the suggestion that stands where the ticked one stood: the second of three stays the second."""
    choice, old = posted.get(f"amount_{frequency}", ""), posted.get("currency", "")
    if choice == OTHER:
        return OTHER
    before = [str(amount) for amount in offer.amounts(old, frequency)] if offer.takes(old) else []
    now = offer.amounts(currency, frequency)
    if choice in before and before.index(choice) < len(now):
        return str(now[before.index(choice)])
    default = offer.default_amount(currency, frequency)
    return OTHER if default is None else str(default)
