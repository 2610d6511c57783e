"""Support sees on a supporter's page whether mail reaches them, and by which fact not."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from membership.letters.suppressing import hash_of, lift_suppression
from membership.models import Supporter, Suppression, SuppressionReason
from tests.architecture.visitors import browser_of
from tests.factories import NOON, SupporterFactory
from tests.membership.receipt_letters import receipt_letter
from tests.staff import make_staff, sign_in_staff

pytestmark = pytest.mark.django_db

ADDRESS = "gone@example.org"


@pytest.fixture
def supporter() -> Supporter:
    return SupporterFactory.create(email=ADDRESS)


def suppress(reason: SuppressionReason, event: int = 1, **fields: object) -> Suppression:
    """Note what a mail provider said of the address, before anybody was known by it."""
    return Suppression.objects.create(
        address_hash=hash_of(ADDRESS),
        reason=reason,
        source="Postmark",
        event_id=f"Postmark {event}",
        recorded_at=NOON,
        **fields,
    )


def page_of(supporter: Supporter, browser: Client | None = None) -> str:
    browser = browser or browser_of("support")
    response = browser.get(f"/admin/membership/supporter/{supporter.pk}/change/")
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (SuppressionReason.BOUNCED, "does not exist, says Postmark (Postmark 1)"),
        (SuppressionReason.COMPLAINED, "reported as spam, says Postmark (Postmark 1)"),
    ],
)
def test_why_mail_is_not_sent_since_when_and_who_said_so(
    supporter: Supporter, reason: SuppressionReason, words: str
) -> None:
    suppress(reason)
    assert f"Is not sent since 20 Nov 2026, noon: {words}." in page_of(supporter)


def test_an_address_that_takes_mail_is_said_to(supporter: Supporter) -> None:
    assert "Is sent." in page_of(supporter)
    suppression = suppress(SuppressionReason.BOUNCED)
    lift_suppression(suppression.pk, source="staff 1", now=NOON)
    assert "Is sent." in page_of(supporter)


def test_the_latest_fact_is_the_one_that_is_told(supporter: Supporter) -> None:
    suppress(SuppressionReason.BOUNCED)
    suppress(SuppressionReason.COMPLAINED, 2)
    page = page_of(supporter)
    assert "reported as spam, says Postmark (Postmark 2)" in page
    assert "does not exist" not in page


def test_one_click_leads_to_what_is_known_of_the_address_and_to_the_letters(
    supporter: Supporter,
) -> None:
    for reader in (supporter, SupporterFactory.create()):
        letter = receipt_letter()
        letter.supporter = reader
        letter.save()
    suppress(SuppressionReason.BOUNCED)
    page, browser = page_of(supporter), browser_of("support")
    for words, model, found in (
        ("Its history", "suppression", "1 suppression"),
        ("Letters to this supporter", "letter", "1 letter"),
    ):
        before, _, _ = page.partition(f'">{words}</a>')
        address = before.rpartition('href="')[2]
        assert address.startswith(f"/admin/membership/{model}/?q=")
        listed = " ".join(browser.get(address).content.decode().split())
        assert f"{found} " in listed


def test_who_may_not_see_letters_or_suppressions_sees_neither_here(supporter: Supporter) -> None:
    suppress(SuppressionReason.BOUNCED)
    browser = Client()
    sign_in_staff(browser, make_staff("membership.view_supporter"))
    page = page_of(supporter, browser)
    assert ADDRESS in page
    assert "Is not sent" not in page
    assert "Letters to this supporter" not in page


def test_the_page_asks_no_more_of_the_database_however_much_is_known(supporter: Supporter) -> None:
    browser = browser_of("support")
    page_of(supporter, browser)
    counts = []
    for more in range(2):
        for event in range(3):
            suppress(SuppressionReason.BOUNCED, 10 * more + event)
        with CaptureQueriesContext(connection) as queries:
            page_of(supporter, browser)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 10
