"""Staff look at letters, and a reader ends marketing mail, in a real browser."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from membership.letters.catalogue import CATALOGUE
from membership.letters.compose import printed
from membership.letters.samples import sample_contents, samples_of
from membership.letters.unsubscribing import unsubscribe_url
from membership.models import ConsentPurpose, ConsentRecord
from payments.models import Campaign
from tests.factories import NOON, SupporterFactory
from tests.staff import make_staff, sign_in_staff

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Look = Callable[[str], None]


def test_staff_look_at_a_letter_in_both_editions(
    window: Page, site: str, campaign: Campaign, look: Look
) -> None:
    client, name = Client(), settings.SESSION_COOKIE_NAME
    sign_in_staff(client, make_staff(role="editor"))
    window.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": site}])
    window.goto("/staff/letters/")
    look("letter-list")
    window.get_by_role("link", name="Payment failed, UK").click()
    frame = window.frame_locator("iframe")
    expect(frame.get_by_role("heading", name="A payment did not go through")).to_be_visible()
    expect(frame.get_by_role("link", name="Change the card")).to_be_visible()
    look("letter-preview")
    window.get_by_role("link", name="US", exact=True).click()
    expect(window.frame_locator("iframe").get_by_text("November 20, 2026").first).to_be_visible()
    window.get_by_role("link", name="Day 14").click()
    expect(window.get_by_text("is about to end").first).to_be_visible()


def test_a_reader_ends_marketing_mail_with_one_button(
    window: Page, campaign: Campaign, look: Look
) -> None:
    reader = SupporterFactory.create()
    ConsentRecord.objects.create(
        supporter=reader,
        purpose=ConsentPurpose.NEWS,
        granted=True,
        text="News",
        text_version="1",
        source="test",
        recorded_at=NOON,
    )
    window.goto(unsubscribe_url(reader, now=timezone.now()))
    look("unsubscribe")
    window.get_by_role("button", name="Send me no more").click()
    expect(window.get_by_role("heading", name="Done: no more such emails")).to_be_visible()
    look("unsubscribed")
    assert ConsentRecord.objects.filter(supporter=reader, granted=False).exists()


@pytest.mark.parametrize("edition", ["uk", "us"])
def test_no_letter_is_wider_than_a_telephone(window: Page, edition: str) -> None:
    for kind in CATALOGUE:
        for number, sample in enumerate(samples_of(kind, edition)):
            html = printed(kind, sample_contents(sample))[2]
            window.set_viewport_size({"width": 360, "height": 900})
            window.set_content(html)
            overflow = window.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert overflow <= 0, f"{kind} {number}"
