"""What the clock brings about, by the name under which it was scheduled."""

from tests.sandbox.engine import balance, deliveries, sessions
from tests.sandbox.engine.account import Account, Action


def _forget_key(account: Account, stored_key: str) -> None:
    account.store.remove(stored_key)


ACTIONS: dict[str, Action] = {
    "attempt_delivery": deliveries.attempt_again,
    "expire_session": sessions.expire_when_due,
    "forget_key": _forget_key,
    "make_available": balance.make_available,
}
