"""Hosted pages of checkouts: one open at a time, closed before the next, finished by a sweep."""

import threading
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection

from payments.checkouts.actions import (
    CheckoutIntent,
    finish_checkouts,
    open_checkout,
    start_checkout,
)
from payments.checkouts.models import LIVE, Checkout, CheckoutStatus
from payments.checkouts.tasks import finish_checkouts as finish_checkouts_task
from payments.errors import GatewayRefused, GatewayUnavailable, InvalidTransition
from tests.payments.stories import opened
from tests.sandbox.client import SandboxAccount


@pytest.mark.parametrize(
    "change", [{"email": "other@example.org"}, {"name": "Other"}, {"party": uuid4()}]
)
def test_other_details_close_the_old_page_before_the_new_one_opens(
    intent: CheckoutIntent, sandbox: SandboxAccount, now: datetime, change: dict[str, object]
) -> None:
    old = opened(intent, now)
    new = opened(replace(intent, **change), now)  # type: ignore[arg-type]
    old.refresh_from_db()
    assert new.pk != old.pk
    assert (old.status, old.url) == (CheckoutStatus.SUPERSEDED, "")
    assert sandbox.object(str(old.stripe_id))["status"] == "expired"
    assert sandbox.object(str(new.stripe_id))["status"] == "open"


def test_an_old_page_that_was_paid_meanwhile_is_where_the_reader_goes_on(
    intent: CheckoutIntent, sandbox: SandboxAccount, now: datetime
) -> None:
    old = opened(intent, now)
    sandbox.pay(old.url)
    onward = opened(replace(intent, email="other@example.org"), now)
    assert (onward.pk, onward.status) == (old.pk, CheckoutStatus.COMPLETED)
    assert Checkout.objects.exclude(pk=old.pk).get().status == CheckoutStatus.EXPIRED
    assert len(sandbox.events("payment_intent.succeeded")) == 1


def test_an_attempt_that_never_opened_cannot_open_behind_the_next_one(
    intent: CheckoutIntent, sandbox: SandboxAccount, now: datetime
) -> None:
    lost = start_checkout(intent, now=now)
    new = opened(replace(intent, name="Other"), now)
    lost.refresh_from_db()
    assert sandbox.object(str(lost.stripe_id))["status"] == "expired"
    assert open_checkout(lost.pk, now=now) == new


def test_two_changes_of_mind_leave_one_page_open(
    intent: CheckoutIntent, sandbox: SandboxAccount, now: datetime
) -> None:
    opened(intent, now)
    start_checkout(replace(intent, name="Second"), now=now)
    last = opened(replace(intent, name="Third"), now)
    sessions = [sandbox.object(str(c.stripe_id)) for c in Checkout.objects.order_by("pk")]
    assert [session["status"] for session in sessions] == ["expired", "expired", "open"]
    assert sessions[-1]["id"] == last.stripe_id


def test_a_page_about_to_end_is_not_offered_again(
    intent: CheckoutIntent, sandbox: SandboxAccount, now: datetime
) -> None:
    old = opened(intent, now)
    new = start_checkout(intent, now=now + timedelta(minutes=31))
    old.refresh_from_db()
    assert new.pk != old.pk
    assert old.status == CheckoutStatus.SUPERSEDED


def test_a_stripe_that_is_away_leaves_the_checkout_for_the_next_try(
    intent: CheckoutIntent, sandbox: SandboxAccount, now: datetime
) -> None:
    opened(replace(intent, amount=1), now)
    checkout = start_checkout(intent, now=now)
    sandbox.fail_next(1, status=429)
    with pytest.raises(GatewayUnavailable):
        open_checkout(checkout.pk, now=now)
    checkout.refresh_from_db()
    assert checkout.status == CheckoutStatus.INTENDED
    assert opened(intent, now).pk == checkout.pk


def test_an_answer_that_was_lost_is_found_again(
    intent: CheckoutIntent, sandbox: SandboxAccount, now: datetime, settings: object
) -> None:
    settings.STRIPE_TIMEOUT = 1  # type: ignore[attr-defined]
    checkout = start_checkout(intent, now=now)
    sandbox.fail_next(3, status="timeout", path_contains="checkout/sessions", seconds=2)
    with pytest.raises(GatewayUnavailable):
        open_checkout(checkout.pk, now=now)
    assert open_checkout(checkout.pk, now=now).status == CheckoutStatus.OPEN
    paid = sandbox.events("checkout.session.completed")
    assert paid == []


def test_a_refusal_closes_the_checkout_and_frees_the_choice(
    intent: CheckoutIntent, sandbox: SandboxAccount, now: datetime
) -> None:
    checkout = start_checkout(replace(intent, currency="XXX"), now=now)
    with pytest.raises(GatewayRefused):
        open_checkout(checkout.pk, now=now)
    checkout.refresh_from_db()
    assert checkout.status == CheckoutStatus.REFUSED
    with pytest.raises(InvalidTransition):
        open_checkout(checkout.pk, now=now)


def test_the_sweep_opens_what_was_left_and_closes_what_is_over(
    intent: CheckoutIntent, sandbox: SandboxAccount, now: datetime
) -> None:
    overdue = opened(replace(intent, amount=1001), now)
    paid = opened(replace(intent, amount=1002), now)
    sandbox.pay(paid.url)
    superseded = opened(replace(intent, amount=1003), now)
    start_checkout(replace(intent, amount=1003, name="Other"), now=now + timedelta(minutes=3))
    lost = start_checkout(intent, now=now)

    assert finish_checkouts(now=now + timedelta(minutes=4)) == 2
    lost.refresh_from_db()
    superseded.refresh_from_db()
    assert lost.status == CheckoutStatus.OPEN
    assert (superseded.status, superseded.url) == (CheckoutStatus.SUPERSEDED, "")
    assert sandbox.object(str(superseded.stripe_id))["status"] == "expired"

    sandbox.advance(minutes=36)
    finish_checkouts(now=now + timedelta(minutes=39))
    statuses = dict(Checkout.objects.values_list("pk", "status"))
    assert statuses[overdue.pk] == statuses[lost.pk] == CheckoutStatus.EXPIRED
    assert statuses[paid.pk] == CheckoutStatus.COMPLETED
    assert not Checkout.objects.filter(status__in=LIVE).exists()
    # The one that never had a page was past its time, and Stripe was not asked.
    assert Checkout.objects.get(name="Other").stripe_id is None


def test_one_refusal_stops_no_sweep(
    intent: CheckoutIntent, sandbox: SandboxAccount, now: datetime
) -> None:
    start_checkout(replace(intent, currency="XXX"), now=now - timedelta(minutes=3))
    good = start_checkout(intent, now=now - timedelta(minutes=3))
    finish_checkouts_task()
    good.refresh_from_db()
    assert good.status == CheckoutStatus.OPEN
    assert Checkout.objects.exclude(pk=good.pk).get().status == CheckoutStatus.REFUSED


def test_a_sweep_without_stripe_ends_and_changes_nothing(
    intent: CheckoutIntent, sandbox: SandboxAccount, now: datetime
) -> None:
    start_checkout(intent, now=now - timedelta(minutes=3))
    start_checkout(replace(intent, amount=1), now=now - timedelta(minutes=3))
    sandbox.fail_next(1, status=429)
    assert finish_checkouts(now=now) == 1
    assert Checkout.objects.filter(status=CheckoutStatus.INTENDED).count() == 2


@pytest.mark.django_db(transaction=True)
def test_many_tabs_at_once_make_one_page(
    intent: CheckoutIntent, sandbox: SandboxAccount, now: datetime
) -> None:
    urls: list[str] = []
    barrier = threading.Barrier(6)

    def give(name: str) -> None:
        try:
            barrier.wait()
            urls.append(opened(replace(intent, name=name), now).url)
        except GatewayUnavailable:
            urls.append("busy")  # Asked to try again: the page of another tab was under way.
        finally:
            connection.close()

    threads = [threading.Thread(target=give, args=("Reader",)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(urls) == 6
    assert len(set(urls) - {"busy"}) == 1
    assert Checkout.objects.filter(status__in=LIVE).count() == 1
    assert opened(intent, now).url in urls


def test_a_payer_who_was_deleted_at_stripe_gives_again_on_the_second_try(
    sandbox: SandboxAccount, intent: CheckoutIntent, now: datetime
) -> None:
    known = replace(intent, party=uuid4())
    customer = start_checkout(known, now=now).customer
    customer.stripe_id = "cus_deleted"
    customer.save()
    again = replace(known, amount=2000)

    with pytest.raises(GatewayUnavailable):
        opened(again, now)
    checkout = opened(again, now)

    assert checkout.status == CheckoutStatus.OPEN
    assert (checkout.customer, checkout.stripe_customer_id) == (customer, "")
