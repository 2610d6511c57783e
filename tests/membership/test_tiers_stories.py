"""Tiers of readers whose gifts come back at Stripe: by a refund, or by a dispute in each way it may end."""

from collections.abc import Callable

import pytest
from django.test import Client

from membership.models import Supporter, TierChange
from payments.models import Campaign, Payment, WebhookEvent
from payments.webhooks.models import EventState
from tests.membership.monthly_gift import begin_gift
from tests.membership.tiers import changes, make_tiers, tier_of
from tests.payments.test_webhooks_stories import stripe_of
from tests.sandbox.client import SandboxAccount

pytestmark = pytest.mark.django_db
Deliver = Callable[[], int]


@pytest.fixture
def charge(client: Client, campaign: Campaign, sandbox: SandboxAccount, deliver: Deliver) -> str:
    """The charge of a friend's monthly gift of £10; £20 would make a patron."""
    make_tiers()
    begin_gift(client, sandbox, deliver)
    assert tier() == "friend"
    return str(Payment.objects.get().stripe_charge_id)


def tier() -> str | None:
    assert not WebhookEvent.objects.filter(
        state__in=[EventState.PENDING, EventState.FAILED]
    ).exists()
    return tier_of(Supporter.objects.get())


def test_a_dispute_takes_the_tier_and_one_that_is_won_restores_it(
    charge: str, sandbox: SandboxAccount, deliver: Deliver
) -> None:
    dispute = sandbox.dispute(charge)
    deliver()
    assert tier() is None
    sandbox.decide(dispute["id"], won=True)
    deliver()
    assert tier() == "friend"
    assert changes()[1:] == [
        ("Friend", "None", "dispute_changed"),
        ("None", "Friend", "dispute_changed"),
    ]


def test_a_dispute_that_is_lost_takes_the_tier_for_good(
    charge: str, sandbox: SandboxAccount, deliver: Deliver
) -> None:
    dispute = sandbox.dispute(charge)
    deliver()
    sandbox.decide(dispute["id"], won=False)
    deliver()
    assert tier() is None
    assert TierChange.objects.count() == 2
    assert Payment.objects.get().net_given == 0


def test_a_dispute_that_is_lost_for_less_leaves_the_tier_that_the_rest_reaches(
    charge: str, sandbox: SandboxAccount, deliver: Deliver
) -> None:
    dispute = sandbox.dispute(charge)
    deliver()
    assert tier() is None
    sandbox.decide(dispute["id"], won=False, lost_for=400)
    deliver()
    assert tier() == "friend"


def test_an_inquiry_leaves_the_tier_until_it_is_escalated(
    charge: str, sandbox: SandboxAccount, deliver: Deliver
) -> None:
    inquiry = sandbox.dispute(charge, inquiry=True)
    deliver()
    assert tier() == "friend"
    sandbox.escalate(inquiry["id"])
    deliver()
    assert tier() is None


def test_a_dispute_told_twice_and_shuffled_changes_the_tier_as_often(
    charge: str, sandbox: SandboxAccount, deliver: Deliver
) -> None:
    sandbox.webhooks.duplicate()
    sandbox.webhooks.reorder(seed=7)
    dispute = sandbox.dispute(charge)
    deliver()
    sandbox.decide(dispute["id"], won=True)
    deliver()
    assert tier() == "friend"
    assert TierChange.objects.count() == 3


@pytest.mark.parametrize(("amount", "expected"), [(400, "friend"), (600, None), (None, None)])
def test_a_refund_demotes_below_what_the_tier_asks(
    charge: str,
    sandbox: SandboxAccount,
    deliver: Deliver,
    amount: int | None,
    expected: str | None,
) -> None:
    chosen = {"charge": charge} if amount is None else {"charge": charge, "amount": amount}
    stripe_of(sandbox).v1.refunds.create(chosen)  # type: ignore[arg-type]
    deliver()
    assert tier() == expected
