"""Readers see why they are shown what they are shown, and may have peace from appeals, signed in or not."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from membership.models import Supporter, SupporterState, User
from membership.supporters.status_claim import make_token, read_token
from tests.factories import NOON, PaymentFactory
from tests.membership.browsers import claim

pytestmark = pytest.mark.django_db

WHY = "/prompts/why/"
STATUS = "/api/v1/status/"
DAY = timedelta(days=1)


def quiet_until(client: Client) -> datetime | None:
    held = read_token(client.cookies["status"].value, now=timezone.now())
    assert held is not None
    return held.quiet_until


def told(client: Client) -> str:
    return client.get(WHY).content.decode()


@pytest.mark.parametrize("days", [7, 30, 90])
def test_a_stranger_is_left_in_peace_for_as_long_as_they_choose(client: Client, days: int) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        response = client.post(WHY, {"days": days}, follow=True)

        assert quiet_until(client) == NOON + days * DAY
        assert "asks you for money until" in response.content.decode()
        clock.shift((days - 1) * DAY)
        assert client.get(STATUS).json()["quiet_until"] == int((NOON + days * DAY).timestamp())
        clock.shift(2 * DAY)
        client.get(STATUS)
        assert not client.cookies["status"].value


def test_a_shorter_wish_takes_nothing_from_a_longer_one(client: Client) -> None:
    with time_machine.travel(NOON, tick=False):
        client.post(WHY, {"days": 90})
        client.post(WHY, {"days": 7})

        assert quiet_until(client) == NOON + 90 * DAY


def test_a_signed_in_reader_has_peace_in_every_browser(client: Client) -> None:
    with time_machine.travel(NOON, tick=False):
        user = User.objects.create_user("reader@example.org")
        supporter = Supporter.objects.create(
            email=user.email,
            user=user,
            email_verified_at=NOON,
            state=SupporterState.REGISTERED,
            state_since=NOON,
            created_at=NOON,
        )
        client.force_login(user)
        client.post(WHY, {"days": 30})

        supporter.refresh_from_db()
        assert supporter.quiet_until == quiet_until(client) == NOON + 30 * DAY
        elsewhere = Client()
        elsewhere.force_login(user)
        assert "20 December 2026" in told(elsewhere)
        assert elsewhere.get(STATUS).json()["quiet_until"] == int(supporter.quiet_until.timestamp())


def test_a_wish_outlasts_the_days_on_which_a_gift_is_looked_up_again(
    client: Client, given: Callable[[], str]
) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        client.cookies["status"] = given()
        client.post(WHY, {"days": 30})
        clock.shift(2 * DAY)
        answer = client.get(STATUS).json()

    assert answer["state"] == "one_off"
    assert answer["quiet_until"] == int((NOON + 30 * DAY).timestamp())


@pytest.fixture
def given() -> Callable[[], str]:
    """The token of a browser whose single gift settled yesterday."""

    def token() -> str:
        payment = PaymentFactory.create(succeeded_at=NOON - DAY, created_at=NOON - DAY)
        return make_token(claim(SupporterState.ONE_OFF, kind="payment", subject=payment.reference))

    return token


@pytest.mark.parametrize("days", ["", "8", "-7", "365", "x"])
def test_any_other_wish_changes_nothing(client: Client, days: str) -> None:
    response = client.post(WHY, {"days": days})

    assert response.status_code == 302
    assert "status" not in client.cookies


def test_a_pause_needs_the_page_s_own_form() -> None:
    response = Client(enforce_csrf_checks=True).post(WHY, {"days": 7})

    assert response.status_code == 403
    assert not response.cookies.get("status")


def test_it_says_in_words_what_is_known(client: Client) -> None:
    said = set()
    for state in SupporterState:
        # A claim of a payment from this moment is believed as it is.
        client.cookies["status"] = make_token(
            claim(state, kind="payment", issued_at=timezone.now())
        )
        html = told(client)
        said.add(html.split('id="known"')[1].split("</p>")[0])

    assert len(said) == len(SupporterState)


def test_it_belongs_to_one_reader_and_costs_a_stranger_no_query_but_the_name(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(1):
        response = client.get(WHY)

    assert "no-store" in response["Cache-Control"]
    assert "noindex" in response.content.decode()
