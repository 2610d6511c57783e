"""What a person gave and gives, as the layer above reads it."""

import uuid
from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from payments.customers.actions import assign_party
from payments.donations.queries import giving_facts, giving_history
from payments.models import Campaign, Checkout, Frequency, PlanStatus
from payments.plans.actions import record_plan
from tests.factories import SupporterFactory
from tests.payments.reports import a_checkout, a_monthly_checkout, record, refund
from tests.payments.snapshots import (
    NOON,
    a_failed_payment,
    a_payment,
    a_refund,
    a_subscription,
    of_invoice,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def checkout(campaign: Campaign) -> Checkout:
    return a_checkout(campaign)


@pytest.fixture
def monthly(campaign: Campaign) -> Checkout:
    return a_monthly_checkout(campaign)


def test_giving_facts_tell_gifts_net_and_plans(checkout: Checkout, monthly: Checkout) -> None:
    party = SupporterFactory.create().reference
    record(a_payment(checkout), of_invoice(a_payment(monthly, 2), monthly))
    refund(a_refund(1, 400))
    for paid in (checkout, monthly):
        assign_party(paid.customer_id, party=party)
    facts = giving_facts(party)
    assert {(gift.net, gift.is_recurring) for gift in facts.gifts} == {(635, False), (528, True)}
    (plan,) = facts.plans
    assert (plan.status, plan.frequency) == (PlanStatus.ACTIVE, Frequency.MONTHLY)
    assert plan.failing_since is None
    assert giving_history(party).count() == 2
    assert giving_facts(uuid.uuid4()).gifts == ()


def test_a_plan_fails_since_the_first_attempt_of_the_collection_that_is_unpaid(
    monthly: Checkout,
) -> None:
    party = SupporterFactory.create().reference
    assign_party(monthly.customer_id, party=party)

    def failing_since() -> object:
        (plan,) = giving_facts(party).plans
        return plan.failing_since

    record(of_invoice(a_payment(monthly, 1), monthly))
    month_1 = NOON + timedelta(days=30)
    for minutes in (10, 9000):
        failed = a_failed_payment(monthly, number=2, minutes=minutes)
        record(of_invoice(failed, monthly, month=1))
        assert failing_since() == month_1 + timedelta(minutes=10)
    record(of_invoice(a_payment(monthly, 3), monthly, month=2))
    assert failing_since() is None
    record_plan(a_subscription(monthly, "canceled"), cause="test", now=NOON)
    record(of_invoice(a_failed_payment(monthly, number=4, minutes=1), monthly, month=3))
    assert failing_since() is None


def test_giving_facts_take_two_queries_however_much_was_given(
    monthly: Checkout, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    party = SupporterFactory.create().reference
    assign_party(monthly.customer_id, party=party)
    for month in range(3):
        record(of_invoice(a_payment(monthly, month), monthly, month))
    with django_assert_num_queries(2):
        giving_facts(party)
