"""Whole gifts over the local Stripe peer end in balanced books, in whatever currency they were given."""

import pytest
from django.db.models import Sum

from payments.donations.queries import giving_facts
from payments.ledger.queries import postings_of, trial_balance
from payments.models import BalanceTransaction, Campaign, Frequency, LedgerEntry, Payment
from tests.payments.stories import deliver_one_by_one, give
from tests.sandbox.client import SandboxAccount

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("currency", "amount", "fee_cover"),
    [("GBP", 1000, 36), ("USD", 1500, 76), ("EUR", 777, 38), ("JPY", 1000, 38)],
)
def test_a_gift_of_any_currency_is_booked_whole(
    campaign: Campaign, sandbox: SandboxAccount, currency: str, amount: int, fee_cover: int
) -> None:
    give(campaign, sandbox, currency=currency, amount=amount, fee_cover=fee_cover)
    deliver_one_by_one(sandbox.take_deliveries())

    payment = Payment.objects.get()
    assert (payment.amount, payment.currency) == (amount + fee_cover, currency)
    (posting,) = postings_of(payment)
    line = posting.balance_transaction
    by_account = dict(
        LedgerEntry.objects.order_by().values_list("account").annotate(sum=Sum("amount"))
    )
    assert by_account["contributions"] + by_account["fee_cover"] == -line.amount
    assert by_account["stripe_clearing"] == line.net
    assert by_account["processing_fees"] == line.fee > 0
    assert sum(row.balance for row in trial_balance(campaign.entity)) == 0
    # To the nearest unit of what it settled in.
    assert abs(by_account["fee_cover"] * payment.amount + line.amount * fee_cover) <= payment.amount


def test_a_monthly_gift_is_booked_under_its_class_and_known_as_a_running_plan(
    campaign: Campaign, sandbox: SandboxAccount
) -> None:
    checkout = give(campaign, sandbox, frequency=Frequency.MONTHLY, amount=500, fee_cover=28)
    deliver_one_by_one(sandbox.take_deliveries())

    donation = Payment.objects.get().donation
    assert (donation.checkout, donation.sequence, donation.plan) == (checkout, 1, checkout.plan)
    classes = LedgerEntry.objects.exclude(gift_class="").values_list("gift_class", flat=True)
    assert set(classes) == {"monthly"}
    assert BalanceTransaction.objects.count() == 1
    checkout.customer.refresh_from_db()
    assert checkout.customer.party is not None
    (plan,) = giving_facts(checkout.customer.party).plans
    assert (plan.status, plan.failing_since) == ("active", None)
