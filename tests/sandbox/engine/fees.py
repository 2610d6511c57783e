"""What the stand-in charges for processing: a share in hundredths of a per cent, and a fixed part.

Real fees depend on contract, card and country; these follow the shape of public price lists so that
fees are never zero, never equal across currencies, and always reproducible. An account may carry its
own table in its settings, with the same keys as here.
"""

from collections.abc import Sequence
from typing import Any

from tests.sandbox.engine.account import Account
from tests.sandbox.engine.exchange import Conversion
from tests.sandbox.engine.store import Document

Rate = Sequence[int]
"""Basis points and a fixed part; then, where there are such, the least and the most that is taken."""

RATES: dict[str, Rate] = {
    "card:gbp": (150, 20),
    "card:eur": (150, 25),
    "card:usd": (290, 30),
    "card:jpy": (360, 0),
    "card:aud": (175, 30),
    "card:cad": (290, 30),
    "card:chf": (290, 30),
    "sepa_debit:eur": (0, 35),
    "bacs_debit:gbp": (100, 0, 20, 400),
}
OTHER_RATE: Rate = (325, 0)
FEE_DESCRIPTION = "Stripe processing fees"
INTERNATIONAL_DESCRIPTION = "Stripe processing fees for cards from abroad"
CONVERSION_DESCRIPTION = "Stripe currency conversion fee"
DISPUTE_DESCRIPTION = "Dispute fee"

DISPUTE_FEES = {"gbp": 2000, "eur": 2000, "usd": 1500, "jpy": 2000, "aud": 2500, "cad": 1500}
OTHER_DISPUTE_FEE = 1500

_MEMBERS = (
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK"
)
_EEA = frozenset(_MEMBERS.split())


def processing_fee(account: Account, *, method: str, currency: str, amount: int) -> int:
    """The fee on an amount in minor units, rounded half up; never more than the amount."""
    key = f"{method}:{currency}"
    basis_points, fixed, *limits = account.settings["fees"].get(key) or RATES.get(key, OTHER_RATE)
    fee = share(amount, basis_points) + fixed
    if limits:
        least, most = limits
        fee = min(max(fee, least), most)
    return min(amount, fee)


def charge_fees(account: Account, charge: Document, settled: Conversion) -> list[Document]:
    """The itemised fees of a charge in the currency it settles in; together never above its amount."""
    details, settings = charge["payment_method_details"], account.settings
    method = details["type"]
    fees = [
        (
            processing_fee(
                account, method=method, currency=settled.currency, amount=settled.amount
            ),
            FEE_DESCRIPTION,
        )
    ]
    country = (details.get("card") or {}).get("country")
    if country and _is_abroad(country, settings["country"]):
        surcharge = share(settled.amount, settings["international_fee"])
        fees.append((surcharge, INTERNATIONAL_DESCRIPTION))
    if settled.rate is not None:
        fees.append((share(settled.amount, settings["conversion_fee"]), CONVERSION_DESCRIPTION))
    left, itemised = settled.amount, []
    for fee, description in fees:
        taken = min(fee, left)
        left -= taken
        if taken or description == FEE_DESCRIPTION:
            itemised.append(fee_detail(taken, settled.currency, description))
    return itemised


def dispute_fee(account: Account, currency: str) -> list[Document]:
    """What a chargeback costs, whatever its amount; nothing where the account's setting says 0."""
    own: dict[str, Any] = account.settings["dispute_fees"]
    fee = own.get(currency, DISPUTE_FEES.get(currency, OTHER_DISPUTE_FEE))
    return [fee_detail(fee, currency, DISPUTE_DESCRIPTION)] if fee else []


def fee_detail(amount: int, currency: str, description: str) -> Document:
    return {
        "amount": amount,
        "application": None,
        "currency": currency,
        "description": description,
        "type": "stripe_fee",
    }


def share(amount: int, basis_points: int) -> int:
    """Hundredths of a per cent of an amount, rounded half up."""
    return (amount * basis_points + 5000) // 10_000


def _is_abroad(card_country: str, account_country: str) -> bool:
    return card_country != account_country and not {card_country, account_country} <= _EEA
