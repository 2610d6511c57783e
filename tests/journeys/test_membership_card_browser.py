"""The membership card in a real browser, on a telephone, at a desk and on paper."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect

from membership.models import Supporter
from tests.factories import make_newspaper
from tests.membership.givers import recurring_payment, signed_in_giver
from tests.membership.tiers import derive_tier_of, make_tiers

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Look = Callable[[str], None]


@pytest.fixture
def supporter(client: Client, site: str, window: Page) -> Supporter:
    """Somebody with a tier, signed in in the window."""
    make_newspaper()
    make_tiers()
    supporter = derive_tier_of(signed_in_giver(recurring_payment()))
    supporter.name = "Aoife Ní Bhraonáin-Fitzgerald"
    supporter.save()
    client.force_login(supporter.user)  # type: ignore[arg-type]
    name = settings.SESSION_COOKIE_NAME
    window.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": site}])
    return supporter


@pytest.mark.usefixtures("supporter")
def test_a_supporter_finds_the_card_and_prints_it(window: Page, look: Look) -> None:
    window.goto("/support/")
    look("my-support-with-card")
    window.get_by_role("link", name="Your membership card").click()
    card = window.get_by_role("group", name="Your membership card")
    expect(card).to_contain_text("Friend")
    look("membership-card")

    window.emulate_media(media="print")
    expect(card).to_be_visible()
    expect(window.get_by_role("heading", level=1)).to_be_hidden()


def test_who_has_no_tier_sees_a_calm_page(window: Page, look: Look, supporter: Supporter) -> None:
    supporter.standing.delete()
    window.goto("/support/card/")
    look("no-membership-card")
