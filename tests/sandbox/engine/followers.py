"""Who hears that a payment intent moved on: the Checkout Session or the invoice that it pays for.

Intents know neither of them. `FOLLOWERS` is filled in `tests.sandbox.timers`, beside what the clock
brings about; each follower looks at the intent's notes (`_invoice`, `_session`) for what is its own.
"""

from collections.abc import Callable

from tests.sandbox.engine.account import Account
from tests.sandbox.engine.store import Document

Follower = Callable[[Account, Document], None]

FOLLOWERS: list[Follower] = []


def tell(account: Account, intent: Document) -> None:
    """Called after an intent succeeded, failed, began processing or was cancelled outside its first confirmation."""
    for follower in FOLLOWERS:
        follower(account, intent)
