"""The page that explains a prompt, and the staff's replay of it, in a real browser."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect

from tests.membership.short_cuts import post_json
from tests.staff import make_staff, sign_in_staff

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_reader_looks_at_a_decision_and_hands_it_to_staff(
    window: Page, site: str, look: Callable[[str], None], client: Client, prompts: None
) -> None:
    page = {"edition": "uk", "slots": ["in-article"], "sensitive": False, "opt_out": False}
    said = {"page": page, "reader": {"state": "anonymous"}, "explain": True}
    code = post_json("/api/v1/prompts/decide", said).json["trace"]

    window.goto(f"/prompts/why/#{code}")
    expect(window.get_by_label("The code")).to_be_hidden()
    window.get_by_role("button", name="Show it").click()
    expect(window.get_by_label("The code")).to_have_value(code)
    window.get_by_text("What the code holds").click()
    expect(window.locator(".trace-holds")).to_contain_text('"state": "anonymous"')
    look("why-1-shown")
    window.get_by_role("button", name="For 30 days").click()
    expect(window.get_by_role("status")).to_contain_text("asks you for money until")
    look("why-2-paused")

    sign_in_staff(client, make_staff(role="editor"))
    name = settings.SESSION_COOKIE_NAME
    window.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": site}])
    window.goto("/staff/prompts/trace/")
    window.get_by_label("Trace code").fill(code)
    window.get_by_role("button", name="Replay it").click()
    expect(window.get_by_role("heading", name="in-article: ask")).to_be_visible()
    look("why-3-replayed")
