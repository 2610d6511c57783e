"""One attempt to give: written once, opened once, and closed before another takes its place."""

import threading
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from payments.checkouts.actions import (
    CheckoutIntent,
    close_page,
    finish_checkouts,
    open_checkout,
    start_checkout,
)
from payments.checkouts.models import LIVE, Checkout, CheckoutStatus
from payments.checkouts.outcomes import complete_checkout, expire_checkout, refuse_checkout
from payments.checkouts.tasks import finish_checkouts as finish_checkouts_task
from payments.checkouts.transitions import TRANSITIONS, command, follow
from payments.errors import CampaignClosed, GatewayRefused, GatewayUnavailable, InvalidTransition
from payments.models import Campaign, CampaignStatus, Customer, Frequency
from tests.sandbox.client import SandboxAccount


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def intent(campaign: Campaign) -> CheckoutIntent:
    return CheckoutIntent(
        campaign=campaign,
        frequency=Frequency.ONCE,
        currency="GBP",
        amount=1000,
        fee_cover=35,
        email="reader@example.org",
        name="Reader",
        country="GB",
        browser_session="browser",
        attribution={"prompt": "appeal", "utm_source": "letter"},
    )


def opened(intent: CheckoutIntent, now: datetime) -> Checkout:
    return open_checkout(start_checkout(intent, now=now).pk, now=now)


def test_every_status_has_its_ways() -> None:
    assert set(TRANSITIONS) == set(CheckoutStatus)


def test_a_checkout_keeps_the_whole_choice(intent: CheckoutIntent, now: datetime) -> None:
    checkout = start_checkout(replace(intent, frequency=Frequency.MONTHLY), now=now)
    assert checkout.status == CheckoutStatus.INTENDED
    assert checkout.total == 1035
    assert checkout.attribution == {"prompt": "appeal", "utm_source": "letter"}
    assert checkout.mandate_version == intent.campaign.entity.mandate_version
    assert (checkout.customer.party, checkout.customer.email) == (None, "reader@example.org")
    assert checkout.expires_at == now + timedelta(minutes=35)


def test_a_single_gift_names_no_mandate(intent: CheckoutIntent, now: datetime) -> None:
    assert start_checkout(intent, now=now).mandate_version == ""


def test_a_closed_campaign_starts_nothing(intent: CheckoutIntent, now: datetime) -> None:
    intent.campaign.status = CampaignStatus.CLOSED
    with pytest.raises(CampaignClosed):
        start_checkout(intent, now=now)
    assert not Customer.objects.exists()


def test_stripe_is_told_what_the_row_says(
    intent: CheckoutIntent, sandbox: SandboxAccount, now: datetime
) -> None:
    checkout = opened(intent, now)
    session = sandbox.object(str(checkout.stripe_id))
    assert checkout.status == CheckoutStatus.OPEN
    assert checkout.url == session["url"]
    assert session["amount_total"] == 1035
    assert session["client_reference_id"] == str(checkout.reference)
    assert session["metadata"] == {"checkout": str(checkout.reference), "campaign": "support"}
    assert session["expires_at"] == int(checkout.expires_at.timestamp())
    assert (session["submit_type"], session["customer_creation"]) == ("donate", "always")
    assert session["customer_email"] == "reader@example.org"
    assert session["locale"] == "en-GB"
    assert session["success_url"].endswith(f"/donate/support/thank-you/{checkout.reference}/")


@pytest.mark.parametrize(
    ("frequency", "interval"), [(Frequency.MONTHLY, "month"), (Frequency.YEARLY, "year")]
)
def test_a_recurring_gift_makes_a_plan_that_names_its_checkout(
    intent: CheckoutIntent,
    sandbox: SandboxAccount,
    now: datetime,
    frequency: Frequency,
    interval: str,
) -> None:
    checkout = opened(replace(intent, frequency=frequency), now)
    sandbox.pay(checkout.url)
    session = sandbox.object(str(checkout.stripe_id))
    subscription = sandbox.object(session["subscription"])
    assert subscription["metadata"]["checkout"] == str(checkout.reference)
    [item] = subscription["items"]["data"]
    assert item["price"]["recurring"]["interval"] == interval
    assert item["price"]["unit_amount"] == 1035


def test_the_same_choice_again_is_the_same_checkout(
    intent: CheckoutIntent, sandbox: SandboxAccount, now: datetime
) -> None:
    first = opened(intent, now)
    again = opened(intent, now + timedelta(minutes=10))
    assert (again.pk, again.url) == (first.pk, first.url)
    assert Customer.objects.count() == 1


@pytest.mark.parametrize("change", [{"amount": 2000}, {"fee_cover": 0}, {"browser_session": "b"}])
def test_another_choice_is_another_checkout(
    intent: CheckoutIntent, now: datetime, change: dict[str, object]
) -> None:
    first = start_checkout(intent, now=now)
    second = start_checkout(replace(intent, **change), now=now)  # type: ignore[arg-type]
    first.refresh_from_db()
    assert second.pk != first.pk
    assert first.status == CheckoutStatus.INTENDED


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


def test_what_stripe_says_of_an_ended_checkout_is_recorded(
    intent: CheckoutIntent, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    reference = str(start_checkout(intent, now=now).reference)
    expire_checkout(reference)
    completed = complete_checkout(reference, stripe_id="cs_1", now=now)
    assert completed is not None
    assert (completed.status, completed.completed_at) == (CheckoutStatus.COMPLETED, now)
    assert "goes from expired to completed" in caplog.text
    again = complete_checkout(reference, now=now + timedelta(hours=1))
    assert again is not None
    assert (again.completed_at, again.stripe_id) == (now, "cs_1")
    still = expire_checkout(reference)
    assert still is not None
    assert still.status == CheckoutStatus.COMPLETED


@pytest.mark.django_db
@pytest.mark.parametrize("reference", ["", "nonsense", str(UUID(int=7))])
def test_a_foreign_reference_is_nobodys(reference: str, now: datetime) -> None:
    assert complete_checkout(reference, now=now) is None
    assert expire_checkout(reference) is None


def test_a_command_obeys_the_table_and_stripe_does_not(
    intent: CheckoutIntent, now: datetime
) -> None:
    checkout = start_checkout(intent, now=now)
    refuse_checkout(checkout.pk)
    checkout.refresh_from_db()
    with pytest.raises(InvalidTransition):
        command(checkout, CheckoutStatus.OPEN)
    follow(checkout, CheckoutStatus.COMPLETED)
    assert checkout.status == CheckoutStatus.COMPLETED
    assert refuse_checkout(checkout.pk).status == CheckoutStatus.REFUSED


def test_the_database_keeps_one_live_checkout_for_a_choice(
    intent: CheckoutIntent, now: datetime
) -> None:
    checkout = start_checkout(intent, now=now)
    checkout.pk, checkout.reference = None, uuid4()
    with transaction.atomic(), pytest.raises(IntegrityError):
        checkout.save(force_insert=True)


@pytest.mark.django_db(transaction=True)
def test_a_page_is_never_opened_inside_a_transaction(
    intent: CheckoutIntent, sandbox: SandboxAccount, now: datetime
) -> None:
    checkout = start_checkout(intent, now=now)
    with transaction.atomic(), pytest.raises(RuntimeError, match="inside a transaction"):
        open_checkout(checkout.pk, now=now)
    with transaction.atomic(), pytest.raises(RuntimeError, match="inside a transaction"):
        close_page(checkout, now=now)


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
