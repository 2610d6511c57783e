"""A yearly gift is announced before it renews; a year later the reader stops it from the announcement."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from payments.models import PlanStatus
from tests.journeys.reader import Reader, books

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Look = Callable[[str], None]
A_YEAR = ["statement", "yearly_reminder", "renewal_notice"]


# Every task of the schedule runs after each step of a year.
@pytest.mark.timeout(600)
def test_a_yearly_gift_renews_after_its_notice_and_stops_from_the_next(
    reader: Reader, look: Look
) -> None:
    window = reader.window
    plan = reader.give("frequency=yearly&amount=120")
    assert sorted(reader.letters()) == ["agreement", "receipt"]
    day = f"{plan.current_period_end_at:%-d %B %Y}"
    reader.live(days=350, step=7)
    assert reader.letters() == A_YEAR
    notice = reader.open_letter("renewal_notice")
    assert f"renews on {day}" in notice.subject
    assert "£120" in str(notice.body)
    window.get_by_role("link", name="Stop this gift").click()
    expect(window.get_by_role("heading", level=1)).to_have_text("Stop this gift?")
    look("yearly-1-from-the-notice")
    reader.live_past_collection()
    assert reader.letters() == ["receipt"]
    assert books() == ([12_000, 12_000], 2, 24_000)

    reader.live(days=345, step=7)
    assert reader.letters() == A_YEAR
    reader.open_letter("renewal_notice")
    window.get_by_role("link", name="Stop this gift").click()
    window.get_by_role("button", name="Stop this gift").click()
    expect(window.get_by_role("status")).to_contain_text("Your gift is stopped.")
    look("yearly-2-stopped")
    reader.settle()
    assert (reader.letters(), reader.state()) == (["stopped"], "ending")
    reader.live_past_collection()
    plan.refresh_from_db()
    assert (reader.letters(), plan.status) == ([], PlanStatus.ENDED)
    assert reader.sandbox.object(plan.stripe_id)["status"] == "canceled"
    assert reader.state() == "lapsed"
    assert books() == ([12_000, 12_000], 2, 24_000)
    reader.sign_in()
    look("yearly-3-over")
