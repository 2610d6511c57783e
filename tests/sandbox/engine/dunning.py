"""What follows a failed attempt: when it is tried again, and what becomes of the subscription.

The stand-in for Smart Retries: attempts a fixed number of days after the first failure
(`dunning_days`), and after the last of them the account's `final_action`.
"""

from tests.sandbox.engine import subscription_states
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.invoice_documents import subscription_of
from tests.sandbox.engine.periods import DAY
from tests.sandbox.engine.store import Document
from tests.sandbox.engine.subscription_states import LATE

FINAL_ACTIONS = ("cancel", "unpaid", "past_due")


def next_attempt(account: Account, invoice: Document) -> int | None:
    """When the next attempt is due after all those that failed; None after the last.

    The days count from the first failure. One that has passed by then, while a bank debit was under
    way, is made up for a day later. A first invoice that began no subscription is tried once: its payer
    is still there. One whose bank debit came back is tried again like any other.
    """
    days, failures = account.settings["dunning_days"], invoice["attempt_count"]
    subscription = subscription_of(account, invoice)
    if not invoice["auto_advance"] or (subscription and subscription["status"] == "incomplete"):
        return None
    if failures > len(days):
        return None
    due_at = int(invoice["_first_failed_at"] + days[failures - 1] * DAY)
    return due_at if due_at > account.now() else account.now() + DAY


def after_failure(account: Account, invoice: Document) -> None:
    """The subscription is late; when no attempt is left, the final action is taken.

    An earlier invoice that fails once more makes no subscription late that has been paid for since.
    """
    subscription = subscription_of(account, invoice)
    if subscription is None or subscription["status"] not in ("active", "trialing", *LATE):
        return
    is_latest = subscription["latest_invoice"] == invoice["id"]
    if subscription["status"] not in LATE and is_latest:
        subscription_states.change(account, subscription, status="past_due")
    if invoice["next_payment_attempt"] is not None or subscription["status"] not in LATE:
        return
    action = account.settings["final_action"]
    if action == "cancel":
        subscription_states.end(account, subscription, reason="payment_failed")
    elif action == "unpaid":
        subscription_states.change(account, subscription, status="unpaid")


def while_under_way(account: Account, invoice: Document) -> None:
    """A bank debit that has begun lets its subscription begin, as in Checkout: no payer can hasten it."""
    subscription = subscription_of(account, invoice)
    if subscription and subscription["status"] == "incomplete":
        subscription_states.change(account, subscription, status="active")


def after_payment(account: Account, invoice: Document) -> None:
    """Paying the latest invoice makes a late subscription recover, an incomplete one begin, a paused one go on."""
    subscription = subscription_of(account, invoice)
    if subscription is None or subscription["latest_invoice"] != invoice["id"]:
        return
    if subscription["status"] in (*LATE, "incomplete"):
        subscription_states.change(account, subscription, status="active")
    elif subscription["status"] == "paused":
        subscription_states.resume(account, subscription)
