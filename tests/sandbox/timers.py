"""What the clock brings about, by the name under which it was scheduled."""

from tests.sandbox.engine import (
    balance,
    deliveries,
    invoices,
    renewals,
    sessions,
    subscription_creation,
    subscription_pauses,
    test_clocks,
)
from tests.sandbox.engine.account import Account, Action
from tests.sandbox.engine.clocks import WHAT_TIME_DOES
from tests.sandbox.engine.followers import FOLLOWERS


def _forget_key(account: Account, stored_key: str) -> None:
    account.store.remove(stored_key)


ACTIONS: dict[str, Action] = {
    "announce_trial_end": renewals.announce_trial_end,
    "announce_upcoming": renewals.announce_upcoming,
    "attempt_delivery": deliveries.attempt_again,
    "attempt_invoice": invoices.attempt_when_due,
    "delete_test_clock": test_clocks.delete_when_due,
    "end_subscription": renewals.end_when_due,
    "expire_session": sessions.expire_when_due,
    "expire_subscription": subscription_creation.expire_when_due,
    "finalise_invoice": renewals.finalise_when_due,
    "forget_key": _forget_key,
    "make_available": balance.make_available,
    "renew_subscription": renewals.renew_when_due,
    "resume_collection": subscription_pauses.resume_collection,
    "void_resumption": subscription_pauses.void_resumption,
}

WHAT_TIME_DOES.update(ACTIONS)
FOLLOWERS.append(invoices.follow_intent)
