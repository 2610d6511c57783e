"""Cards that banks renew by themselves: noted on the payer and on the plan, and told to nobody."""

from datetime import date

import pytest

from membership.models import Letter, NoticeClock
from payments.gateway.snapshots import CardSnapshot, MethodSnapshot
from payments.models import Campaign, Customer, PlanChange, RecurringPlan
from payments.webhooks.findings import Findings, record_gifts
from tests.factories import NOON
from tests.payments.reports import a_monthly_checkout

pytestmark = pytest.mark.django_db

RENEWED = MethodSnapshot("card", "visa", "1881", "GB", date(2034, 6, 30), id="pm_1")


@pytest.fixture
def plan(campaign: Campaign) -> RecurringPlan:
    """A monthly gift that is collected from the card pm_1."""
    a_monthly_checkout(campaign)
    Customer.objects.update(card_stripe_id="pm_1", card_last4="4242")
    RecurringPlan.objects.update(payment_method_id="pm_1", card_last4="4242")
    return RecurringPlan.objects.select_related("customer").get()


def told(plan: RecurringPlan, method: MethodSnapshot = RENEWED) -> bool:
    """Record what Stripe says of a card of the plan's payer; say whether it was one of ours."""
    card = CardSnapshot(plan.customer.stripe_id, method)
    (is_ours,) = record_gifts([(Findings(cards=(card,)), "evt_1")], now=NOON)
    plan.refresh_from_db()
    return is_ours


def test_a_renewed_card_is_noted_and_nobody_hears_of_it(plan: RecurringPlan) -> None:
    letters, changes = Letter.objects.count(), PlanChange.objects.count()
    assert told(plan)
    assert told(plan)
    assert (plan.card_last4, plan.card_expires_on) == ("1881", date(2034, 6, 30))
    customer = Customer.objects.get()
    assert (customer.card_last4, customer.card_expires_on) == ("1881", date(2034, 6, 30))
    assert (Letter.objects.count(), PlanChange.objects.count()) == (letters, changes)


def test_the_plans_notices_are_looked_at_again(plan: RecurringPlan) -> None:
    NoticeClock.objects.update(due_at=None)
    told(plan)
    assert NoticeClock.objects.get().due_at is not None


def test_another_card_of_the_payers_is_left_alone(plan: RecurringPlan) -> None:
    other = MethodSnapshot("card", "visa", "0005", "GB", date(2030, 1, 31), id="pm_2")
    assert not told(plan, other)
    assert plan.card_last4 == "4242"
    assert Customer.objects.get().card_last4 == "4242"
