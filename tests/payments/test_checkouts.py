"""One attempt to give: written once, opened once, and closed before another takes its place."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction

from payments.checkouts.actions import (
    CheckoutIntent,
    close_page,
    open_checkout,
    start_checkout,
)
from payments.checkouts.models import CheckoutStatus
from payments.checkouts.outcomes import complete_checkouts, expire_checkout, refuse_checkout
from payments.checkouts.transitions import TRANSITIONS, command, follow
from payments.errors import CampaignClosed, InvalidTransition
from payments.models import CampaignStatus, Customer, Frequency
from tests.payments.stories import opened
from tests.sandbox.client import SandboxAccount


def test_every_status_has_its_ways() -> None:
    assert set(TRANSITIONS) == set(CheckoutStatus)


def test_a_checkout_keeps_the_whole_choice(intent: CheckoutIntent, now: datetime) -> None:
    checkout = start_checkout(replace(intent, frequency=Frequency.MONTHLY), now=now)
    assert checkout.status == CheckoutStatus.INTENDED
    assert checkout.total == 1035
    assert checkout.attribution == {"prompt": "appeal", "utm_source": "letter"}
    entity = intent.campaign.entity
    agreed = (checkout.mandate_version, checkout.mandate_terms)
    assert agreed == (entity.mandate_version, entity.mandate_terms)
    assert (checkout.customer.party, checkout.customer.email) == (None, "reader@example.org")
    assert checkout.expires_at == now + timedelta(minutes=35)


def test_a_single_gift_names_no_mandate(intent: CheckoutIntent, now: datetime) -> None:
    checkout = start_checkout(intent, now=now)
    assert (checkout.mandate_version, checkout.mandate_terms) == ("", "")


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


def test_what_stripe_says_of_an_ended_checkout_is_recorded(
    intent: CheckoutIntent, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    reference = str(start_checkout(intent, now=now).reference)
    expire_checkout(reference)
    completed = complete_checkouts({reference: "cs_1"}, now=now).get(reference)
    assert completed is not None
    assert (completed.status, completed.completed_at) == (CheckoutStatus.COMPLETED, now)
    assert "goes from expired to completed" in caplog.text
    again = complete_checkouts({reference: None}, now=now + timedelta(hours=1)).get(reference)
    assert again is not None
    assert (again.completed_at, again.stripe_id) == (now, "cs_1")
    still = expire_checkout(reference)
    assert still is not None
    assert still.status == CheckoutStatus.COMPLETED


@pytest.mark.django_db
@pytest.mark.parametrize("reference", ["", "nonsense", str(UUID(int=7))])
def test_a_foreign_reference_is_nobodys(reference: str, now: datetime) -> None:
    assert complete_checkouts({reference: None}, now=now) == {}
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
