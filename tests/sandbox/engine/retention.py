"""How long Stripe lists its events. The control API shows older ones too."""

from tests.sandbox.engine import clocks
from tests.sandbox.engine.account import Account

KEPT_SECONDS = 30 * 86400


def kept_since(account: Account) -> int:
    """Test clocks may stand anywhere in time, so while there is one no event is too old."""
    return 0 if account.store.count(clocks.KIND) else account.own_now() - KEPT_SECONDS
