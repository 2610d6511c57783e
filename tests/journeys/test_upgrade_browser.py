"""After eleven months a supporter who agreed to it is asked for a little more, and raises the gift from the letter."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from payments.models import RecurringPlan
from tests.journeys.reader import ADDRESS, Reader, books

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Look = Callable[[str], None]


def test_a_supporter_raises_the_gift_from_the_yearly_letter(reader: Reader, look: Look) -> None:
    window = reader.window
    window.goto("/donate/support/?frequency=monthly&amount=10")
    window.get_by_label("Email address").fill(ADDRESS)
    window.get_by_label("ask whether I would support you").check()
    window.locator("button[data-once]").click()
    reader.type_card()
    window.wait_for_url("**/thank-you/**")
    reader.settle()
    reader.live(days=345, step=5)
    assert reader.letters().count("upgrade") == 1

    reader.open_letter("upgrade")
    window.get_by_role("link", name="See the amounts").click()
    expect(window.get_by_role("heading", level=1)).to_have_text("A little more")
    look("upgrade-1-amounts")
    window.get_by_label("£15 a month").check()
    window.get_by_role("button", name="Go on").click()
    expect(window.get_by_text("Nothing is charged today.")).to_be_visible()
    look("upgrade-2-preview")
    assert RecurringPlan.objects.get().total == 1000
    window.get_by_role("button", name="Give this much").click()
    expect(window.get_by_role("status")).to_contain_text("your gift is raised")
    look("upgrade-3-done")
    reader.settle()
    assert reader.letters() == ["amount_changed"]
    reader.live_past_collection()
    assert books() == ([*[1000] * 12, 1500], 13, 13_500)
