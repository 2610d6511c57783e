"""What the clock brings about, by the name under which it was scheduled."""

from tests.sandbox.engine import (
    account_fees,
    bank_debits,
    checkout,
    deliveries,
    disputes,
    funds,
    invoices,
    payouts,
    refunds,
    renewals,
    reserves,
    sessions,
    subscription_creation,
    subscription_pauses,
    test_clocks,
    topups,
)
from tests.sandbox.engine.account import Account, Action
from tests.sandbox.engine.clocks import WHAT_TIME_DOES
from tests.sandbox.engine.followers import FOLLOWERS


def _forget_key(account: Account, stored_key: str) -> None:
    account.store.remove(stored_key)


def _succeed_refund(account: Account, refund_id: str) -> None:
    refunds.succeed(account, refund_id)


def _fail_refund(account: Account, refund_id: str) -> None:
    refunds.fail(account, refund_id)


ACTIONS: dict[str, Action] = {
    "announce_trial_end": renewals.announce_trial_end,
    "announce_upcoming": renewals.announce_upcoming,
    "arrive_payout": payouts.arrive,
    "arrive_topup": topups.arrive,
    "attempt_delivery": deliveries.attempt_again,
    "attempt_invoice": invoices.attempt_when_due,
    "charge_monthly_fees": account_fees.charge_monthly,
    "close_inquiry": disputes.close_inquiry,
    "delete_test_clock": test_clocks.delete_when_due,
    "end_dispute_review": disputes.end_review,
    "end_subscription": renewals.end_when_due,
    "expire_session": sessions.expire_when_due,
    "expire_subscription": subscription_creation.expire_when_due,
    "fail_refund": _fail_refund,
    "finalise_invoice": renewals.finalise_when_due,
    "forget_key": _forget_key,
    "make_available": funds.make_available,
    "mark_overdue": renewals.mark_overdue,
    "pass_dispute_deadline": disputes.pass_deadline,
    "pay_out_automatically": payouts.pay_out_automatically,
    "reconcile_payout": payouts.complete_reconciliation,
    "release_reserve": reserves.release_when_due,
    "renew_subscription": renewals.renew_when_due,
    "resume_collection": subscription_pauses.resume_collection,
    "send_payout": payouts.send,
    "settle_debit": bank_debits.settle_when_due,
    "succeed_refund": _succeed_refund,
    "trace_payout": payouts.trace,
    "void_resumption": subscription_pauses.void_resumption,
}

WHAT_TIME_DOES.update(ACTIONS)
FOLLOWERS += [invoices.follow_intent, checkout.follow_intent]
