"""Who gives already is shown it before giving again, may give all the same, and nobody else learns of it."""

import re

import pytest
from django.http import HttpResponse
from django.test import Client

from membership.models import Supporter
from payments.models import Checkout, Payment, PlanStatus, RecurringPlan
from tests.factories import CampaignFactory
from tests.membership.donation_page import URL, form_values, other, post_gift
from tests.membership.givers import paid, recurring_payment, signed_in_giver
from tests.sandbox.client import SandboxAccount

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("campaign")]


@pytest.fixture
def supporter() -> Supporter:
    """A reader who gives £5 a month."""
    payment: Payment = recurring_payment()
    assert CampaignFactory.create() == payment.donation.campaign
    return signed_in_giver(payment)


@pytest.fixture
def reader(client: Client, supporter: Supporter) -> Client:
    client.force_login(supporter.user)  # type: ignore[arg-type]
    return client


def words(response: HttpResponse) -> str:
    return " ".join(re.sub(r"<[^>]+>", "", response.content.decode()).split())


def test_a_supporter_is_shown_what_they_give_already(reader: Client) -> None:
    page = words(reader.get(URL))

    assert "You already support us: thank you" in page
    assert "You give £5 a month, since 20 November 2026" in page
    assert "the next payment is on 20 December 2026" in page
    assert 'href="/support/"' in reader.get(URL).content.decode()


def test_a_second_standing_gift_has_to_be_sent_once_more(
    reader: Client, supporter: Supporter, sandbox: SandboxAccount
) -> None:
    gift = {**other("10", frequency="monthly"), "email": supporter.email}

    asked = post_gift(reader, **gift)

    assert asked.status_code == 200
    assert "A second gift?" in words(asked)
    assert not Checkout.objects.exists()
    values = form_values(asked)
    assert (values["frequency"], values["other_amount"]) == ("monthly", "10")
    confirmed = reader.post(URL, values)
    assert confirmed.status_code == 303
    checkout = Checkout.objects.get()
    assert (checkout.frequency, checkout.amount) == ("monthly", 1000)


def test_a_single_gift_is_never_held_up(
    reader: Client, supporter: Supporter, sandbox: SandboxAccount
) -> None:
    response = post_gift(reader, **{**other("10"), "email": supporter.email})

    assert response.status_code == 303


def test_a_gift_for_another_address_is_that_addresss_first(
    reader: Client, sandbox: SandboxAccount
) -> None:
    gift = {**other("10", frequency="monthly"), "email": "somebody.else@example.org"}

    assert post_gift(reader, **gift).status_code == 303


@pytest.mark.parametrize("status", [PlanStatus.ENDING, PlanStatus.ENDED])
def test_a_gift_that_ends_is_no_reason_to_ask(
    reader: Client, supporter: Supporter, sandbox: SandboxAccount, status: PlanStatus
) -> None:
    RecurringPlan.objects.update(status=status)

    assert "You already support us" not in words(reader.get(URL))
    gift = {**other("10", frequency="monthly"), "email": supporter.email}
    assert post_gift(reader, **gift).status_code == 303


def test_who_gave_once_is_shown_nothing_and_costs_no_query_more(client: Client) -> None:
    client.force_login(signed_in_giver(paid()).user)  # type: ignore[arg-type]

    assert "You already support us" not in words(client.get(URL))


def test_a_stranger_never_learns_whether_an_address_gives(
    client: Client, supporter: Supporter, sandbox: SandboxAccount
) -> None:
    answers = []
    for email in (supporter.email, "nobody@example.org"):
        stranger = Client()
        before = re.sub(r'value="[^"]{40,}"', "", stranger.get(URL).content.decode())
        response = post_gift(stranger, **{**other("10", frequency="monthly"), "email": email})
        place = re.sub(r"cs_test_\w+|[0-9a-f-]{36}", "", response["Location"])
        answers.append((before, response.status_code, place, sorted(response.cookies)))

    assert answers[0] == answers[1]
    assert answers[0][1] == 303


def test_a_mistake_in_the_form_is_the_same_for_every_address(
    client: Client, supporter: Supporter
) -> None:
    answers = set()
    for email in (supporter.email, "nobody@example.org"):
        page = post_gift(
            Client(), **{**other("nonsense", frequency="monthly"), "email": email}
        ).content.decode()
        answers.add(re.sub(r'value="[^"]{40,}"', "", page).replace(email, ""))

    assert len(answers) == 1


def test_the_reader_who_signed_in_between_is_asked_all_the_same(
    client: Client, supporter: Supporter, sandbox: SandboxAccount
) -> None:
    values = form_values(client.get(URL)) | other("10", frequency="monthly")
    client.force_login(supporter.user)  # type: ignore[arg-type]

    response = client.post(URL, {**values, "email": supporter.email})

    assert "A second gift?" in words(response)
