"""A card fails to the end; three months later its holder comes back by the link in the last letter."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from membership.models import Supporter
from payments.models import PlanChange, PlanChangeKind, PlanStatus, RecurringPlan
from tests.journeys.reader import Reader, books

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Look = Callable[[str], None]
LETTERS = ["payment_failed"] * 4 + ["ended"]


def test_a_reader_returns_three_months_after_the_card_failed(reader: Reader, look: Look) -> None:
    window = reader.window
    lost = reader.give("frequency=monthly&amount=10")
    reader.letters()
    reader.run_out_of_money()
    reader.live_past_collection()
    reader.sign_in()
    expect(window.get_by_text("did not go through")).to_be_visible()
    look("lost-1-failing")

    reader.live(days=30)
    assert reader.letters() == LETTERS
    lost.refresh_from_db()
    assert (lost.status, lost.end_reason) == (PlanStatus.ENDED, "payment_failed")
    assert reader.sandbox.object(lost.stripe_id)["status"] == "canceled"
    assert reader.state() == "lapsed"
    assert books() == ([1000], 1, 1000)
    window.goto("/support/")
    expect(window.get_by_role("heading", name="Gifts that have ended")).to_be_visible()
    look("lost-2-ended")

    reader.live(days=90, step=10)
    assert reader.letters() == ["statement"]
    reader.open_letter("ended")
    window.get_by_role("link", name="Begin again").click()
    expect(window.locator("button[data-once]")).to_have_text("Give £10 a month")
    look("lost-3-begin-again")
    window.get_by_label("Email address").fill("reader@example.org")
    window.locator("button[data-once]").click()
    reader.type_card()
    window.wait_for_url("**/thank-you/**")
    reader.settle()
    assert sorted(reader.letters()) == ["agreement", "receipt"]
    assert books() == ([1000, 1000], 2, 2000)
    assert reader.state() == "recurring"
    assert Supporter.objects.count() == 1
    assert PlanChange.objects.filter(plan=lost, kind=PlanChangeKind.RESTARTED).count() == 1
    reader.sign_in()
    expect(window.get_by_role("article")).to_have_count(1)
    expect(window.get_by_role("heading", name="Gifts that have ended")).to_be_hidden()
    look("lost-4-back")
    back = RecurringPlan.objects.exclude(pk=lost.pk).get()
    assert reader.sandbox.object(back.stripe_id)["status"] == "active"
