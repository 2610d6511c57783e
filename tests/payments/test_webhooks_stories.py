"""A gift's events in any order, twice, late or lost: the books end up the same."""

import itertools
import random
from collections.abc import Callable

import pytest
import stripe
from django.db import transaction
from django.utils import timezone

from payments.models import (
    Campaign,
    Checkout,
    Frequency,
    Payment,
    PaymentStatus,
    PlanStatus,
    RecurringPlan,
    WebhookEvent,
)
from payments.webhooks.actions import replay_event
from payments.webhooks.claims import claim_events
from payments.webhooks.draining import apply, fetch
from payments.webhooks.handlers import HANDLERS
from payments.webhooks.lookup import Lookup
from payments.webhooks.models import EventState
from tests.payments.stories import books, deliver_one_by_one, give, open_page
from tests.sandbox.client import Declined, Delivery, SandboxAccount

Deliver = Callable[[], int]

ONCE = {"checkout.session.completed", "payment_intent.succeeded", "charge.updated"}
RECURRING = ONCE | {"invoice.paid", "customer.subscription.created"}


def handled(deliveries: list[Delivery]) -> list[Delivery]:
    return [delivery for delivery in deliveries if delivery.type in HANDLERS]


def stripe_of(sandbox: SandboxAccount) -> stripe.StripeClient:
    return stripe.StripeClient(sandbox.key, base_addresses={"api": sandbox.api_base})


def told_anew(deliveries: tuple[Delivery, ...] | list[Delivery]) -> dict[str, object]:
    """Tell a story to books that have not heard it, and forget it again."""
    savepoint = transaction.savepoint()
    deliver_one_by_one(deliveries)
    result = books()
    transaction.savepoint_rollback(savepoint)
    return result


def test_a_single_gift_is_on_the_books(
    campaign: Campaign, sandbox: SandboxAccount, deliver: Deliver
) -> None:
    checkout = give(campaign, sandbox)
    deliver()
    checkout.refresh_from_db()
    assert checkout.status == "completed"
    payment = Payment.objects.get()
    assert (payment.status, payment.amount) == (PaymentStatus.SUCCEEDED, 1035)
    donation = payment.donation
    assert (donation.amount, donation.fee_cover, donation.checkout) == (1000, 35, checkout)
    ledger = books()["ledger"]
    assert sum(line[2] for line in ledger) == 0  # type: ignore[attr-defined]
    assert not WebhookEvent.objects.filter(state__in=["pending", "failed"]).exists()


def test_every_order_of_a_single_gifts_events_ends_the_same(
    campaign: Campaign, sandbox: SandboxAccount
) -> None:
    give(campaign, sandbox)
    deliveries = handled(sandbox.take_deliveries())
    assert {delivery.type for delivery in deliveries} == ONCE
    ends = [told_anew(order) for order in itertools.permutations(deliveries)]
    assert len(ends) == 6
    assert all(end == ends[0] for end in ends)
    assert ends[0]["receipts"] == 1


def _recurring_ends(
    campaign: Campaign, sandbox: SandboxAccount, choose: Callable[[list[Delivery]], list[object]]
) -> list[dict[str, object]]:
    give(campaign, sandbox, frequency=Frequency.MONTHLY)
    deliveries = handled(sandbox.take_deliveries())
    assert {delivery.type for delivery in deliveries} == RECURRING
    return [told_anew(order) for order in choose(deliveries)]  # type: ignore[arg-type]


def _check_recurring(ends: list[dict[str, object]]) -> None:
    assert all(end == ends[0] for end in ends)
    assert ends[0]["receipts"] == 1
    assert ends[0]["plan_changes"] == ["started"]
    assert len(ends[0]["payments"]) == 1  # type: ignore[arg-type]


def test_some_orders_of_a_monthly_gifts_events_end_the_same(
    campaign: Campaign, sandbox: SandboxAccount
) -> None:
    chance = random.Random(20261120)
    ends = _recurring_ends(
        campaign, sandbox, lambda d: [d, d[::-1], *(chance.sample(d, len(d)) for _ in range(6))]
    )
    _check_recurring(ends)


@pytest.mark.deep
def test_every_order_of_a_monthly_gifts_events_ends_the_same(
    campaign: Campaign, sandbox: SandboxAccount
) -> None:
    ends = _recurring_ends(campaign, sandbox, lambda d: list(itertools.permutations(d)))
    assert len(ends) == 120
    _check_recurring(ends)


@pytest.mark.parametrize("frequency", [Frequency.ONCE, Frequency.MONTHLY])
def test_each_single_event_carries_its_gift(
    campaign: Campaign, sandbox: SandboxAccount, frequency: Frequency
) -> None:
    """All but one are lost: whichever it is, the money is booked (a subscription's own event shows no money)."""
    give(campaign, sandbox, frequency=frequency)
    for delivery in handled(sandbox.take_deliveries()):
        end = told_anew([delivery])
        has_money = not delivery.type.startswith("customer.subscription")
        assert len(end["payments"]) == int(has_money), delivery.type  # type: ignore[arg-type]
        if frequency == Frequency.MONTHLY:
            assert end["plan_changes"] == ["started"], delivery.type


def test_events_that_come_twice_change_nothing(
    campaign: Campaign, sandbox: SandboxAccount, deliver: Deliver
) -> None:
    sandbox.webhooks.duplicate()
    give(campaign, sandbox, frequency=Frequency.MONTHLY)
    deliver()
    once = books()
    WebhookEvent.objects.update(state=EventState.PENDING)
    deliver()
    assert books() == once
    assert len(once["payments"]) == 1  # type: ignore[arg-type]


def test_a_declined_attempt_and_the_next_one_in_both_orders(
    campaign: Campaign, sandbox: SandboxAccount
) -> None:
    checkout = open_page(campaign)
    with pytest.raises(Declined):
        sandbox.pay(checkout.url, card="4000000000009995")
    declined = handled(sandbox.take_deliveries())
    early = told_anew(declined)
    assert [payment[2] for payment in early["payments"]] == ["failed"]  # type: ignore[attr-defined]
    assert (early["receipts"], early["checkouts"][0][0]) == (0, "open")  # type: ignore[index]
    sandbox.pay(checkout.url)
    paid = handled(sandbox.take_deliveries())
    assert told_anew(declined + paid) == told_anew(paid + declined)
    deliver_one_by_one(paid + declined)
    assert Payment.objects.get().status == PaymentStatus.SUCCEEDED


def test_a_refund_that_overtakes_its_payment_is_kept(
    campaign: Campaign, sandbox: SandboxAccount
) -> None:
    checkout = give(campaign, sandbox)
    paid = handled(sandbox.take_deliveries())
    intent_id = sandbox.object(str(checkout.stripe_id))["payment_intent"]
    stripe_of(sandbox).v1.refunds.create({"payment_intent": intent_id, "amount": 500})
    refunded = handled(sandbox.take_deliveries())
    assert {"refund.created", "charge.refunded"} <= {delivery.type for delivery in refunded}
    late, early = told_anew(paid + refunded), told_anew(refunded + paid)
    assert late == early
    [payment] = early["payments"]  # type: ignore[misc]
    assert (payment[2], payment[4]) == ("partially_refunded", 500)
    assert len(early["lines"]) == 2  # type: ignore[arg-type]
    for delivery in refunded:
        assert told_anew([delivery])["refunds"] == early["refunds"], delivery.type


def test_an_abandoned_page_expires(
    campaign: Campaign, sandbox: SandboxAccount, deliver: Deliver
) -> None:
    checkout = open_page(campaign)
    sandbox.expire(str(checkout.stripe_id))
    deliver()
    assert Checkout.objects.get().status == "expired"
    assert not Payment.objects.exists()


def test_an_event_before_our_own_answer_from_stripe_finds_its_checkout(
    campaign: Campaign, sandbox: SandboxAccount, deliver: Deliver
) -> None:
    checkout = give(campaign, sandbox)
    # As if the payer and Stripe had been quicker than the line that writes the page's address down.
    Checkout.objects.update(status="intended", stripe_id=None, url="")
    deliver()
    checkout.refresh_from_db()
    assert (checkout.status, checkout.url) == ("completed", "")
    assert Payment.objects.get().donation.checkout == checkout


def test_somebody_elses_objects_are_left_alone(
    campaign: Campaign, sandbox: SandboxAccount, deliver: Deliver
) -> None:
    client = stripe_of(sandbox)
    client.v1.products.create({"id": "mug", "name": "Mug"})
    session = client.v1.checkout.sessions.create(
        {
            "mode": "payment",
            "success_url": "http://testserver/",
            "line_items": [
                {
                    "price_data": {"currency": "gbp", "product": "mug", "unit_amount": 900},
                    "quantity": 1,
                }
            ],
        }
    )
    sandbox.pay(session.id)
    deliver()
    assert set(WebhookEvent.objects.values_list("state", flat=True)) == {EventState.IGNORED}
    assert WebhookEvent.objects.filter(note__contains="no checkout or plan of ours").exists()
    assert not Payment.objects.exists()


def test_a_worker_that_was_overtaken_does_not_bring_an_old_plan_back(
    campaign: Campaign, sandbox: SandboxAccount, deliver: Deliver
) -> None:
    give(campaign, sandbox, frequency=Frequency.MONTHLY)
    deliver()
    plan = RecurringPlan.objects.get()
    # An invoice's payment names no checkout, so its events have a holder of their own.
    paid = WebhookEvent.objects.get(type="payment_intent.succeeded")
    assert replay_event(paid.pk, now=timezone.now())
    slow = claim_events(now=timezone.now())
    found = fetch(slow, Lookup())

    stripe_of(sandbox).v1.subscriptions.update(plan.stripe_id, {"cancel_at_period_end": True})
    deliver()
    apply(slow, found, now=timezone.now())

    plan.refresh_from_db()
    assert plan.status == PlanStatus.ENDING
    assert books()["plan_changes"] == ["started", "stopping"]
