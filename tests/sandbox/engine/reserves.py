"""Money that Stripe holds back against refunds and disputes to come, and lets go again."""

from tests.sandbox.engine import balance
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.errors import invalid, missing
from tests.sandbox.engine.money import formatted, read_currency
from tests.sandbox.engine.store import Document

KIND = "reserve_transaction"
DAY = 24 * 3600


def hold(
    account: Account, *, amount: int, currency: str, release_after_days: int | None = None
) -> Document:
    """Hold an amount of the balance; it is let go by the clock, or by `release`."""
    currency = read_currency(currency)
    if amount < 1:
        raise invalid("A reserve needs a positive amount.", param="amount")
    reserve = account.store.put(
        {
            "id": account.new_id("rsv"),
            "object": KIND,
            "amount": -amount,
            "currency": currency,
            "description": "Reserve held",
            "_created": account.now(),
            "_held": amount,
        }
    )
    balance.record_reserve(account, reserve, "reserve_hold", -amount)
    if release_after_days is not None:
        due_at = account.now() + release_after_days * DAY
        account.schedule(due_at, "release_reserve", reserve["id"])
    return reserve


def release(account: Account, reserve_id: str, *, amount: int | None = None) -> Document:
    """Let go of all that is still held, or of a part: a reserve transaction of its own."""
    held = account.store.get(KIND, reserve_id)
    if held is None:
        raise missing("reserve", reserve_id)
    amount = held["_held"] if amount is None else amount
    if not 1 <= amount <= held["_held"]:
        raise invalid(f"This reserve holds {formatted(held['_held'], held['currency'])}.")
    held["_held"] -= amount
    account.store.put(held)
    released = account.store.put(
        {
            "id": account.new_id("rsv"),
            "object": KIND,
            "amount": amount,
            "currency": held["currency"],
            "description": "Reserve released",
            "_created": account.now(),
            "_held": 0,
        }
    )
    balance.record_reserve(account, released, "reserve_release", amount)
    return released


def release_when_due(account: Account, reserve_id: str) -> None:
    """Let go of what is left of a reserve at its end."""
    reserve = account.store.get(KIND, reserve_id)
    if reserve and reserve["_held"]:
        release(account, reserve_id)
