"""The membership card: whose, which, since when and until when."""

from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from membership.models import Supporter, TierStanding
from tests.factories import NOON
from tests.membership.givers import DAY, paid, recurring_payment, signed_in_giver
from tests.membership.tiers import derive_tier_of, make_tiers

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


def card_of(client: Client, supporter: Supporter) -> str:
    client.force_login(supporter.user)  # type: ignore[arg-type]
    return " ".join(client.get("/support/card/").content.decode().split())


def test_a_card_says_whose_it_is_which_and_since_when(client: Client) -> None:
    make_tiers()
    html = card_of(client, derive_tier_of(signed_in_giver(recurring_payment())))

    assert "Friend" in html
    assert "The Harbour Courier" in html
    assert "20 November 2026" in html
    assert "as long as your gift goes on" in html
    assert "A letter from the editor each month" in html


def test_a_card_earned_by_a_single_gift_says_until_when(client: Client) -> None:
    make_tiers()
    html = card_of(client, derive_tier_of(signed_in_giver(paid(amount=6000))))

    assert "A Reader" in html
    assert "until 20 November 2027" in html


def test_a_card_in_grace_says_how_to_keep_it(client: Client) -> None:
    make_tiers()
    supporter = derive_tier_of(signed_in_giver(recurring_payment()))
    TierStanding.objects.update(is_in_grace=True, until=NOON + 9 * DAY)

    assert "We keep your membership until 29 November 2026" in card_of(client, supporter)


def test_who_has_no_tier_is_told_how_one_comes(client: Client) -> None:
    html = card_of(client, signed_in_giver(paid()))

    assert "There is no membership in your name" in html
    assert "member-card-tier" not in html


def test_my_support_leads_to_the_card_of_who_has_one(client: Client) -> None:
    make_tiers()
    supporter = derive_tier_of(signed_in_giver(recurring_payment()))
    client.force_login(supporter.user)  # type: ignore[arg-type]

    html = client.get("/support/").content.decode()

    assert 'href="/support/card/"' in html
    assert "Friend" in html


def test_the_card_costs_few_queries(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_tiers()
    supporter = derive_tier_of(signed_in_giver(recurring_payment()))
    client.force_login(supporter.user)  # type: ignore[arg-type]

    # Session, user, supporter with the tier; the newspaper, the benefits; the name in the frame.
    with django_assert_num_queries(6):
        client.get("/support/card/")
