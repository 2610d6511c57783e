"""The first year of a monthly supporter: one gift, twelve collections, and every letter in its time."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from payments.models import Receipt, RecurringPlan
from tests.journeys.reader import Reader, books
from tests.membership.tiers import make_tiers

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Look = Callable[[str], None]
A_YEAR = [
    *["receipt"] * 2,
    "statement",
    *["receipt"] * 3,
    "six_month_reminder",
    *["receipt"] * 6,
    "yearly_reminder",
]


# Every task of the schedule runs after each step of a year.
@pytest.mark.timeout(600)
def test_a_monthly_supporter_lives_through_the_first_year(reader: Reader, look: Look) -> None:
    make_tiers()
    window = reader.window
    reader.begin_to_give("frequency=monthly&amount=10")
    look("year-1-hosted-page")
    reader.type_card()
    window.wait_for_url("**/thank-you/**")
    look("year-2-confirming")
    reader.settle()
    reader.expect_thanks()
    look("year-3-thanks")
    assert sorted(reader.letters()) == ["agreement", "receipt"]
    reader.sign_in()
    expect(window.get_by_role("heading", name="£10 a month")).to_be_visible()
    look("year-4-my-support")

    reader.live(days=364, step=4)
    assert reader.letters() == A_YEAR
    assert books() == ([1000] * 12, 12, 12_000)
    plan = RecurringPlan.objects.get()
    assert reader.state() == "recurring"
    assert reader.sandbox.object(plan.stripe_id)["status"] == "active"

    # The browser was signed out by then: a session lasts ninety days.
    window.goto("/support/")
    expect(window).to_have_url(f"{reader.site}/accounts/login/?next=/support/")
    reminder = reader.open_letter("yearly_reminder")
    window.get_by_role("link", name="My support").click()
    reader.sign_in()
    expect(window.get_by_role("row", name="Support our journalism, monthly")).to_have_count(12)
    assert f"{plan.current_period_end_at:%-d %B %Y}" in str(reminder.body)
    expect(window.get_by_role("article")).to_contain_text(f"{plan.current_period_end_at:%-d %B %Y}")
    look("year-5-twelve-gifts")
    with window.expect_download() as download:
        window.get_by_role("link", name="Receipt").first.click()
    assert download.value.suggested_filename == f"{Receipt.objects.latest('pk').number}.pdf"
    window.get_by_role("link", name="Your membership card").click()
    expect(window.get_by_role("group", name="Your membership card")).to_contain_text("Friend")
    look("year-6-card")
    window.get_by_role("link", name="Back to My support").click()
    window.get_by_role("link", name="A page for each tax year").click()
    expect(window.get_by_role("link", name="Download all")).to_be_visible()
    look("year-7-statements")
