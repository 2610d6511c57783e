"""Disputes at Stripe, as they reach us over HTTP: what stands of a gift, and what the books hold of it."""

import json
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Sum

from payments.models import (
    BalanceTransaction,
    Campaign,
    Dispute,
    LedgerAccount,
    LedgerEntry,
    Payment,
    WebhookEvent,
)
from payments.webhooks.models import EventState
from tests.payments.stories import books, deliver_one_by_one, give, open_page
from tests.payments.test_webhooks_stories import handled
from tests.sandbox.client import Delivery, SandboxAccount

pytestmark = pytest.mark.django_db
Deliver = Callable[[], int]
# Stripe's test cards whose banks dispute the charge, or inquire about it.
DISPUTING, INQUIRING = "4000000000000259", "4000000000001976"


@pytest.fixture
def charge(campaign: Campaign, sandbox: SandboxAccount, deliver: Deliver) -> str:
    """The charge of a gift of £10.35."""
    give(campaign, sandbox)
    deliver()
    return str(Payment.objects.get().stripe_charge_id)


def standing() -> tuple[str, int, int, int]:
    """The dispute's state; what it holds, what it took, and what stands of the gift."""
    payment = Payment.objects.get()
    state = Dispute.objects.get().state
    return state, payment.held_amount, payment.lost_amount, payment.net_given


def outcome_of(
    order: list[Delivery],
) -> tuple[dict[str, object], tuple[str, int, int, int], list[int]]:
    """What a story comes to on books that have not heard it, less the events themselves."""
    savepoint = transaction.savepoint()
    deliver_one_by_one(order)
    unhappy = WebhookEvent.objects.filter(state__in=[EventState.PENDING, EventState.FAILED])
    found = books() | {"events": unhappy.count()}, standing(), dispute_lines()
    transaction.savepoint_rollback(savepoint)
    return found


def dispute_lines() -> list[int]:
    lines = BalanceTransaction.objects.filter(reporting_category__startswith="dispute")
    return list(lines.order_by("-amount").values_list("amount", flat=True))


def booked(account: LedgerAccount) -> int:
    entries = LedgerEntry.objects.filter(account=account)
    return entries.aggregate(sum=Sum("amount", default=0))["sum"]


def taken_back() -> int:
    """What the books say that disputes have taken, of gifts and of what was added to cover fees."""
    assert not LedgerEntry.objects.filter(account=LedgerAccount.SUSPENSE).exists()
    return booked(LedgerAccount.DISPUTED_GIFTS)


@pytest.fixture(autouse=True)
def every_event_is_worked_on(db: None) -> Iterator[None]:
    """However a story goes, no event fails and the books balance."""
    yield
    unhappy = WebhookEvent.objects.exclude(state__in=[EventState.PROCESSED, EventState.IGNORED])
    assert list(unhappy.values_list("type", "state", "note")) == []
    assert LedgerEntry.objects.aggregate(sum=Sum("amount", default=0))["sum"] == 0


def test_an_open_dispute_holds_the_gift(
    charge: str, sandbox: SandboxAccount, deliver: Deliver
) -> None:
    sandbox.dispute(charge)
    deliver()
    assert standing() == ("open", 1035, 0, 1035)
    assert dispute_lines() == [-1035]
    assert taken_back() == 1035


def test_a_dispute_that_is_won_gives_it_back(
    charge: str, sandbox: SandboxAccount, deliver: Deliver
) -> None:
    dispute = sandbox.dispute(charge)
    deliver()
    sandbox.decide(dispute["id"], won=True)
    deliver()
    assert standing() == ("won", 0, 0, 1035)
    assert dispute_lines() == [1035, -1035]
    assert taken_back() == 0


def test_a_dispute_that_is_lost_takes_it(
    charge: str, sandbox: SandboxAccount, deliver: Deliver
) -> None:
    dispute = sandbox.dispute(charge)
    deliver()
    sandbox.decide(dispute["id"], won=False)
    deliver()
    assert standing() == ("lost", 0, 1035, 0)
    assert taken_back() == 1035


def test_a_dispute_over_a_part_takes_that_part(
    charge: str, sandbox: SandboxAccount, deliver: Deliver
) -> None:
    sandbox.dispute(charge, lost_for=400)
    deliver()
    assert standing() == ("lost", 0, 400, 635)
    assert taken_back() == 400


def test_a_dispute_that_is_lost_for_less_takes_only_what_the_bank_kept(
    charge: str, sandbox: SandboxAccount, deliver: Deliver
) -> None:
    dispute = sandbox.dispute(charge)
    deliver()
    sandbox.decide(dispute["id"], won=False, lost_for=400)
    deliver()
    assert standing() == ("lost", 0, 400, 635)
    assert taken_back() == 400


def test_an_inquiry_moves_nothing_until_it_is_escalated(
    charge: str, sandbox: SandboxAccount, deliver: Deliver
) -> None:
    inquiry = sandbox.dispute(charge, inquiry=True)
    deliver()
    assert (standing(), dispute_lines()) == (("inquiry", 0, 0, 1035), [])
    sandbox.escalate(inquiry["id"])
    deliver()
    assert (standing(), dispute_lines()) == (("open", 1035, 0, 1035), [-1035])


@pytest.mark.parametrize(
    ("card", "expected"),
    [(DISPUTING, ("open", 1035, 0, 1035)), (INQUIRING, ("inquiry", 0, 0, 1035))],
)
def test_a_gift_may_be_disputed_as_soon_as_it_is_paid(
    campaign: Campaign,
    sandbox: SandboxAccount,
    deliver: Deliver,
    card: str,
    expected: tuple[str, int, int, int],
) -> None:
    checkout = open_page(campaign)
    sandbox.pay(checkout.url, card=card)
    deliver()
    checkout.refresh_from_db()
    assert checkout.status == "completed"
    assert standing() == expected


@pytest.mark.parametrize(
    "outcome", [{"won": True}, {"won": False}, {"won": False, "lost_for": 400}]
)
def test_a_disputes_events_end_the_same_in_any_order_and_twice(
    campaign: Campaign, sandbox: SandboxAccount, outcome: dict[str, Any]
) -> None:
    sandbox.pay(open_page(campaign).url, card=DISPUTING)
    told = handled(sandbox.take_deliveries())
    [opened] = [each for each in told if each.type == "charge.dispute.created"]
    sandbox.decide(json.loads(opened.body)["data"]["object"]["id"], **outcome)
    told += handled(sandbox.take_deliveries())
    assert {"charge.dispute.created", "charge.dispute.closed"} <= {each.type for each in told}

    chance = random.Random(20261127)
    orders = [told, told[::-1], told + told, *(chance.sample(told, len(told)) for _ in range(4))]
    ends = [outcome_of(order) for order in orders]

    assert all(end == ends[0] for end in ends)
    assert ends[0][0]["events"] == 0
