"""Years of a recurring gift: each renewal is a payment of its own, with its receipt and its lines in the ledger."""

from collections.abc import Callable

import pytest
from django.db.models import Sum

from payments.models import (
    Campaign,
    Frequency,
    LedgerEntry,
    Payment,
    PaymentStatus,
    PlanStatus,
    Receipt,
    RecurringPlan,
)
from tests.life import LifeClock
from tests.payments.stories import give
from tests.sandbox.client import SandboxAccount


@pytest.mark.deep
def test_a_year_of_monthly_renewals_is_booked_to_the_penny(
    campaign: Campaign, sandbox: SandboxAccount, clock: LifeClock, deliver: Callable[[], int]
) -> None:
    give(campaign, sandbox, frequency=Frequency.MONTHLY)
    deliver()
    for _month in range(12):
        clock.advance(days=31, hours=2)
        deliver()
    plan = RecurringPlan.objects.get()
    payments = Payment.objects.filter(donation__plan=plan, status=PaymentStatus.SUCCEEDED)
    # Twelve steps of 31 days are a little over a year: the first payment and twelve renewals.
    assert payments.count() == 13
    assert Receipt.objects.count() == 13
    assert plan.status == PlanStatus.ACTIVE
    assert LedgerEntry.objects.aggregate(sum=Sum("amount"))["sum"] == 0
    given = LedgerEntry.objects.filter(account__in=["contributions", "fee_cover"]).aggregate(
        sum=Sum("amount")
    )
    assert -given["sum"] == sum(payments.values_list("amount", flat=True))
