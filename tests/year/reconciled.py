"""Payouts, bank and Stripe's balance."""

from calendar import monthrange
from datetime import date

from django.utils import timezone

from payments.models import BankMatch, Payout, PayoutStatus, ReconciliationState
from payments.reconciliation.clearing import clearing_rollforward
from payments.reconciliation.exceptions import exceptions
from payments.reconciliation.queries import payout_difference, payouts_retried_by
from tests.year.player import Played

SETTLED_IN = ("GBP", "USD", "EUR")


def every_payout(played: Played) -> None:
    """Each is reconciled by the rules alone, and the two that failed are behind the ones that retried them."""
    payouts = list(Payout.objects.order_by("created_at", "id"))
    at_stripe = {
        each.id
        for each in played.incidents.stripe.v1.payouts.list({"limit": 100}).auto_paging_iter()
    }
    assert {each.stripe_id for each in payouts} == at_stripe
    assert [each.evidence for each in payouts if each.state != ReconciliationState.AUTO] == []
    assert [each for each in payouts if payout_difference(each).difference] == []
    failed = {each for each in payouts if each.status == PayoutStatus.FAILED}
    assert len(failed) == 2
    assert {behind for each in payouts for behind in payouts_retried_by(each)} == failed


def every_bank_line(played: Played) -> None:
    """What is Stripe's is matched by trace id, or by amount and day where the bank names none."""
    assert [line.description for line in played.bank.unmatched()] == ["STRIPE GIFT VOUCHER"]
    for payout in Payout.objects.prefetch_related("bank_lines"):
        came = sorted(line.amount for line in payout.bank_lines.all())
        if payout.status == PayoutStatus.PAID:
            assert came == [payout.amount], payout
        else:
            assert came == [-payout.amount, payout.amount], payout
        assert {line.match for line in payout.bank_lines.all()} == {BankMatch.AUTO}


def clearing_rolls_forward(played: Played) -> None:
    """Each month begins with what the last one ended with, and ends with Stripe's own balance."""
    for currency in SETTLED_IN:
        closing = 0
        for month in range(1, 13):
            first = date(played.year, month, 1)
            last = date(played.year, month, monthrange(played.year, month)[1])
            rolled = clearing_rollforward(played.campaign.entity, currency, first, last)
            assert rolled.opening == closing, (currency, first)
            assert rolled.difference == 0, (currency, first)
            closing = rolled.closing


def nothing_waits(played: Played) -> None:
    """The queue of exceptions is empty: each month could be closed."""
    assert exceptions(played.campaign.entity, now=timezone.now()) == []
