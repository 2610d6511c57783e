"""Which ways to pay a Checkout Session offers: what the currency permits, less what the session left out."""

from collections.abc import Collection

from tests.sandbox.engine.bank_accounts import CURRENCY_OF_DEBIT


def offered(
    currency: str, *, excluded: Collection[str] = (), allowed: Collection[str] | None = None
) -> list[str]:
    permitted = [
        "card",
        *(type_ for type_, moves in CURRENCY_OF_DEBIT.items() if moves == currency),
    ]
    return [
        type_
        for type_ in permitted
        if type_ not in excluded and (allowed is None or type_ in allowed)
    ]
