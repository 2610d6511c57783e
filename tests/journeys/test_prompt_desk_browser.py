"""The prompts' desk in a real browser: from an editor's words to an article, and back."""

import re
import time
from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from membership.models import PromptPublication
from membership.prompts.current import forget_bundle
from membership.prompts.defaults import ensure_prompts
from payments.models import Campaign
from tests.staff import make_staff, sign_in_staff

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(600),
    pytest.mark.django_db(transaction=True),
]

Look = Callable[[str], None]

_TITLE = "The council met behind closed doors. We were outside."
# A pointer is fifteen seconds in caches, ten more while it is renewed, and five in a process.
_HALF_A_MINUTE = 30


@pytest.fixture
def prompts(campaign: Campaign) -> PromptPublication:
    """A newspaper as the set-up leaves it: nine prompts and the rules, published."""
    forget_bundle()
    made = ensure_prompts(campaign.slug, now=timezone.now())
    assert made is not None
    return made


@pytest.fixture
def sit_down(window: Page, site: str) -> Callable[[str], None]:
    """Let another editor sit down at the window."""

    def as_editor(name: str) -> None:
        client = Client()
        sign_in_staff(client, make_staff(role="editor", name=name))
        cookie = settings.SESSION_COOKIE_NAME
        window.context.add_cookies(
            [{"name": cookie, "value": client.cookies[cookie].value, "url": site}]
        )

    return as_editor


def _appeal(window: Page) -> str:
    """Return the words of the ask that the pointer leads to, as a browser fetches them."""
    return str(
        window.evaluate(
            """async () => {
              const pointer = await (await fetch('/prompts/pointer.json', {cache: 'no-store'})).json();
              if (!pointer.bundle) return '';
              const bundle = await (await fetch(`/prompts/bundle/${pointer.bundle}.json`)).json();
              return bundle.campaigns.find((each) => each.id === 'ask').variants[0].copy.uk.title;
            }"""
        )
    )


def test_an_editor_writes_and_another_publishes_and_goes_back(
    prompts: PromptPublication,
    window: Page,
    sit_down: Callable[[str], None],
    look: Look,
) -> None:
    sit_down("Ada Hill")
    window.goto("/staff/prompts/")
    look("desk-list")
    before = _appeal(window)
    window.get_by_role("link", name="Ask", exact=True).click()
    look("desk-campaign")
    window.get_by_role("link", name="Edit", exact=True).click()
    look("desk-edit")

    window.get_by_label("Title").first.fill(_TITLE)
    window.get_by_label("Countries").first.fill("UK")
    window.get_by_role("button", name="Save and send to review").click()
    expect(window.get_by_role("heading", name="Not saved yet")).to_be_visible()
    look("desk-edit-refused")
    window.get_by_label("Countries").first.fill("GB")
    window.get_by_label("What you changed").fill("After the meeting on Tuesday.")
    window.get_by_role("button", name="Save and send to review").click()
    expect(window.get_by_text("Somebody else can review it now.")).to_be_visible()

    window.get_by_role("link", name="Preview").click()
    window.get_by_label("Country").select_option("United Kingdom")
    window.get_by_role("button", name="Look").click()
    expect(window.get_by_role("heading", name=_TITLE)).to_be_visible()
    look("desk-preview")

    sit_down("Bea Marsh")
    window.goto("/staff/prompts/campaigns/ask/")
    expect(window.get_by_text(f"is now “{_TITLE}”")).to_be_visible()
    look("desk-review")
    window.get_by_role("button", name="Approve").click()
    window.get_by_role("link", name="Publish it").click()
    look("desk-publish")
    window.get_by_label("Simulate").select_option("A quick look")
    # The worker of these tests sits in the request.
    window.get_by_role("button", name="Simulate").click(timeout=120_000)
    expect(window.get_by_text("Nothing speaks against publishing it.")).to_be_visible()
    look("desk-simulation")
    window.get_by_role("link", name="Back to publishing").click()
    expect(window.get_by_text("Exactly this was simulated")).to_be_visible()

    window.get_by_label("Why").fill("The council meets tonight.")
    pressed = time.monotonic()
    window.get_by_role("button", name="Publish").click()
    expect(window.get_by_text("It is on every page within half a minute.")).to_be_visible()
    assert _appeal(window) == _TITLE
    assert time.monotonic() - pressed < _HALF_A_MINUTE
    look("desk-history")

    window.get_by_role("button", name=re.compile("^Roll back")).first.click()
    expect(window.get_by_text("Rolled back.", exact=False).first).to_be_visible()
    assert _appeal(window) == before


def test_the_switch_is_big_and_calm_and_goes_both_ways(
    prompts: PromptPublication, window: Page, sit_down: Callable[[str], None], look: Look
) -> None:
    sit_down("Ada Hill")
    window.goto("/staff/prompts/switch/")
    look("desk-switch-on")
    window.get_by_label("Why").fill("A wrong price.")
    window.get_by_role("button", name="Switch every prompt off").click()
    expect(window.get_by_role("heading", name="Prompts are off")).to_be_visible()
    look("desk-switch-off")
    assert _appeal(window) == ""
    window.get_by_role("button", name="Switch prompts on").click()
    expect(window.get_by_text("Prompts are on again.")).to_be_visible()
    assert _appeal(window) != ""


def test_the_rules_of_the_house_are_read_and_written(
    prompts: PromptPublication, window: Page, sit_down: Callable[[str], None], look: Look
) -> None:
    sit_down("Ada Hill")
    window.goto("/staff/prompts/rules/")
    look("desk-rules")
    window.get_by_role("link", name="Edit the rules").click()
    look("desk-rules-edit")
    window.get_by_label("At most so many asks").last.fill("3")
    window.get_by_role("button", name="Save and send to review").click()
    expect(window.get_by_text("The budget of asks, asks: is now 3, was 4.")).to_be_visible()
