"""A payer who did not wait for Stripe's word is thanked all the same, wherever they next meet us."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from membership.models import Supporter, SupporterState, User
from membership.supporters.queries import reader_for
from membership.supporters.status_claim import make_token
from payments.checkouts.outcomes import expire_checkout
from payments.models import Checkout
from tests.membership.browsers import claim, is_quiet, request_of
from tests.membership.donation_page import other, post_gift
from tests.membership.test_supporters_journey import article
from tests.sandbox.client import Declined, SandboxAccount

STATUS = "/api/v1/status/"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("prompts")]


def begin(client: Client, **choice: str) -> str:
    """Choose a gift and go to the hosted page; returns its address."""
    return post_gift(client, **other("10", **choice))["Location"]


def come_back(client: Client, url: str) -> HttpResponse:
    return client.get(url.removeprefix("http://testserver"))


@pytest.mark.parametrize(
    ("frequency", "prompt"), [("once", "thanks-one-off"), ("monthly", "thanks-recurring")]
)
def test_who_leaves_the_hosted_page_after_paying_is_thanked_in_the_next_article(
    client: Client, sandbox: SandboxAccount, deliver: Callable[[], int], frequency: str, prompt: str
) -> None:
    sandbox.pay(begin(client, frequency=frequency))
    deliver()

    assert f'data-campaign="{prompt}"' in article(client)


def test_who_leaves_the_thank_you_page_too_soon_is_not_asked_and_then_thanked(
    client: Client, sandbox: SandboxAccount, deliver: Callable[[], int]
) -> None:
    come_back(client, sandbox.pay(begin(client)))

    assert article(client).strip() == ""
    assert is_quiet(client.cookies["status-twin"].value)
    deliver()
    assert 'data-campaign="thanks-one-off"' in article(client)


@pytest.mark.parametrize("frequency", ["once", "monthly"])
def test_a_checkout_that_nobody_paid_leaves_a_hint_for_seven_days(
    client: Client, sandbox: SandboxAccount, frequency: str
) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        begin(client, frequency=frequency)
        assert client.get(STATUS).json()["hints"] == []
        clock.shift(timedelta(hours=1))
        assert client.get(STATUS).json()["hints"] == ["abandoned"]
        expire_checkout(str(Checkout.objects.get().reference))

        clock.shift(timedelta(days=6, hours=22))
        assert client.get(STATUS).json()["hints"] == ["abandoned"]
        assert 'data-campaign="ask"' in article(client)
        clock.shift(timedelta(hours=2))

        assert client.get(STATUS).json()["hints"] == []
        assert not client.cookies["status"].value


def test_a_gift_after_a_checkout_that_was_left_takes_the_hint_away(
    client: Client, sandbox: SandboxAccount, deliver: Callable[[], int]
) -> None:
    begin(client)
    Checkout.objects.update(created_at=timezone.now() - timedelta(hours=1))
    assert client.get(STATUS).json()["hints"] == ["abandoned"]
    sandbox.pay(begin(client, frequency="monthly"))
    deliver()

    answer = client.get(STATUS).json()

    assert (answer["state"], answer["hints"]) == ("recurring", [])


def test_a_declined_card_is_waited_for_while_the_page_is_open(
    client: Client, sandbox: SandboxAccount, deliver: Callable[[], int]
) -> None:
    page = begin(client)
    with pytest.raises(Declined):
        sandbox.pay(page, "4000000000000002")
    deliver()
    assert 'data-campaign="ask"' in article(client)

    sandbox.pay(page)
    deliver()

    assert 'data-campaign="thanks-one-off"' in article(client)


def test_a_quiet_time_of_the_readers_own_outlasts_a_checkout_that_nobody_paid(
    client: Client, sandbox: SandboxAccount
) -> None:
    lapsed = claim(SupporterState.LAPSED, **_now_and_quiet())
    client.cookies["status"] = make_token(lapsed)

    begin(client)

    expire_checkout(str(Checkout.objects.get().reference))
    supporter = Supporter.objects.create(
        reference=lapsed.subject,
        email="lapsed@example.org",
        user=User.objects.create_user("lapsed@example.org"),
        email_verified_at=lapsed.issued_at,
        state=SupporterState.LAPSED,
        state_since=lapsed.issued_at,
        quiet_until=lapsed.quiet_until,
        created_at=lapsed.issued_at,
    )
    found = reader_for(request_of(token=client.cookies["status"].value))
    assert (found.status.state, found.quiet_until) == ("lapsed", supporter.quiet_until)


def test_a_signed_in_reader_who_gave_under_another_address_is_thanked(
    client: Client, sandbox: SandboxAccount, deliver: Callable[[], int]
) -> None:
    client.force_login(User.objects.create_user("account@example.org"))
    page = begin(client)
    client.get("/support/")

    sandbox.pay(page)
    deliver()

    assert 'data-campaign="thanks-one-off"' in article(client)


def _now_and_quiet() -> dict[str, object]:
    now = timezone.now().replace(microsecond=0)
    return {"issued_at": now, "quiet_until": now + timedelta(days=9)}
