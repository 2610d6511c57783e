"""What the stand-in charges for processing: a share in hundredths of a per cent, and a fixed part.

Real fees depend on contract, card and country; these follow the shape of public price lists so that
fees are never zero, never equal across currencies, and always reproducible. An account may carry its
own table in its settings, with the same keys as here.
"""

from tests.sandbox.engine.account import Account

Rate = tuple[int, int]

CARD_RATES: dict[str, Rate] = {
    "card:gbp": (150, 20),
    "card:eur": (150, 25),
    "card:usd": (290, 30),
    "card:jpy": (360, 0),
    "card:aud": (175, 30),
    "card:cad": (290, 30),
    "card:chf": (290, 30),
}
OTHER_RATE: Rate = (325, 0)
FEE_DESCRIPTION = "Stripe processing fees"


def processing_fee(account: Account, *, method: str, currency: str, amount: int) -> int:
    """The fee on an amount in minor units, rounded half up; never more than the amount."""
    key = f"{method}:{currency}"
    rate = account.settings["fees"].get(key) or CARD_RATES.get(key, OTHER_RATE)
    basis_points, fixed = rate
    return min(amount, (amount * basis_points + 5000) // 10_000 + fixed)
