"""The results desk in a real browser: looked at and checked at a telephone's and a desk's width."""

import math
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from membership.models import EventType, FoldMark
from membership.results.tasks import fold_events
from payments.models import Campaign
from tests.membership.beacons import a_beacon, an_event
from tests.membership.results import a_prompted_gift, a_published_appeal, met
from tests.payments.gifts import a_refund
from tests.staff import make_staff, sign_in_staff

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Look = Callable[[str], None]


@pytest.fixture
def experiment(campaign: Campaign) -> None:
    """Three weeks of an appeal whose second variant brings more, and somebody else's key."""
    a_published_appeal({"a": 5000, "b": 5000})
    now = timezone.now()
    for day in range(20, -1, -1):
        at = now - timedelta(days=day)
        for number, variant in enumerate("ab"):
            readers = 1_150 + round(250 * math.sin(day + number))
            met(readers, variant=variant, hour=at)
            met(readers + 1_000, EventType.ELIGIBLE, variant=variant, hour=at, first=False)
            met(1_150, EventType.ELIGIBLE, variant=variant, hour=at)
            met(readers // 2, variant=variant, hour=at, first=False)
            met(70 + 15 * number, EventType.CLICKED, variant=variant, hour=at, first=False)
            met(40, EventType.DISMISSED, variant=variant, hour=at, first=False)
            for gift in range(3 + 4 * number):
                a_prompted_gift(
                    campaign,
                    [500, 1_000, 2_500][(gift + day) % 3],
                    at=at - timedelta(minutes=day),
                    is_booked=gift == 0,
                    frequency="monthly" if gift == 1 else "once",
                    attribution={"arm": variant, "variant": variant},
                )
        met(70, EventType.ELIGIBLE, variant="holdout", hour=at)
        met(90, variant="default:a", hour=at, first=False, country="US")
    a_refund(a_prompted_gift(campaign, 4_000, at=now - timedelta(days=3)), 4_000, at=now)
    a_prompted_gift(campaign, 2_000, currency="USD", at=now, attribution={"country": "US"})
    met(12, campaign="who-knows", hour=now)
    FoldMark.objects.create(buffer="table", folded_at=now)


@pytest.fixture
def editor(window: Page, site: str, campaign: Campaign) -> Page:
    """An editor's window."""
    client = Client()
    sign_in_staff(client, make_staff(role="editor"))
    name = settings.SESSION_COOKIE_NAME
    window.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": site}])
    return window


def test_an_editor_reads_what_a_prompt_brought(experiment: None, editor: Page, look: Look) -> None:
    editor.goto("/staff/results/")
    expect(editor.get_by_text("Unknown campaign")).to_be_visible()
    look("results")

    editor.get_by_role("link", name="The appeal").click()
    expect(editor.get_by_text("b is ahead of a")).to_be_visible()
    editor.get_by_text("Day by day").click()
    look("results-campaign")

    editor.get_by_label("Told apart by").select_option("Everything")
    editor.get_by_label("Country").select_option("US")
    editor.get_by_role("button", name="Show").click()
    expect(editor.get_by_role("cell", name="default:a").first).to_be_visible()
    look("results-narrowed")


def test_days_that_make_no_sense_are_explained(editor: Page, look: Look) -> None:
    editor.goto("/staff/results/appeal/?first=2026-11-30&last=2026-11-01")
    expect(editor.get_by_text("This day is before the first one.")).to_be_visible()
    look("results-refused")


def test_an_empty_desk_says_so(editor: Page, look: Look) -> None:
    editor.goto("/staff/results/")
    expect(editor.get_by_text("no reader has met one")).to_be_visible()
    look("results-empty")
    editor.goto("/staff/results/nobodys/")
    expect(editor.get_by_text("No campaign has the key")).to_be_visible()
    look("results-unknown")


def test_a_page_of_another_site_sends_its_beacon(editor: Page, site: str) -> None:
    """As the newspaper's script does: text/plain, from another origin, without waiting for an answer."""
    elsewhere = site.replace("localhost", "127.0.0.1")
    if elsewhere == site:
        elsewhere = site.replace("127.0.0.1", "localhost")
    editor.goto("/staff/results/")
    body = a_beacon(an_event(), an_event(t="clicked")).decode()
    with editor.expect_response(lambda each: each.url.endswith("/prompts/events/")) as sent:
        assert editor.evaluate(
            "([url, body]) => navigator.sendBeacon(url, body)", [f"{site}/prompts/events/", body]
        )
    assert sent.value.status == 204
    fold_events()
    editor.goto("/staff/results/")
    expect(editor.get_by_role("link", name="appeal")).to_be_visible()
