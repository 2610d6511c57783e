"""A card has no money left; its holder follows the link in the letter, and the gift is collected at once."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from payments.models import PlanStatus
from tests.journeys.reader import Reader, books

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Look = Callable[[str], None]
OTHER_CARD = "5555555555554444"


def test_a_failing_card_heals_from_the_link_in_the_letter(reader: Reader, look: Look) -> None:
    window = reader.window
    plan = reader.give("frequency=monthly&amount=10")
    assert sorted(reader.letters()) == ["agreement", "receipt"]
    reader.run_out_of_money()

    reader.live_past_collection()
    assert (reader.letters(), reader.state()) == (["payment_failed"], "payment_failing")
    reader.live(days=3)
    assert reader.letters() == ["payment_failed"]
    plan.refresh_from_db()
    assert plan.status == PlanStatus.PAST_DUE
    assert books() == ([1000], 1, 1000)

    letter = reader.open_letter("payment_failed")
    assert "ending 9995" in str(letter.body)
    window.get_by_role("link", name="Change the card").click()
    expect(window.get_by_text("Ending in 9995")).to_be_visible()
    expect(window.get_by_role("main")).to_contain_text("£10, is collected with it at once")
    expect(window.get_by_role("main")).not_to_contain_text("Ada Reader")
    look("heal-1-from-the-letter")
    window.get_by_role("button", name="Enter a new card").click()
    expect(window.get_by_label("Card number")).to_be_visible()
    look("heal-2-hosted-page")
    reader.type_card(OTHER_CARD)
    expect(window.get_by_role("status")).to_contain_text("the payment that was open is collected")
    look("heal-3-healed")

    reader.settle()
    assert sorted(reader.letters()) == ["card_changed", "receipt", "recovered"]
    assert reader.state() == "recurring"
    assert books() == ([1000, 1000], 2, 2000)
    assert reader.sandbox.object(plan.stripe_id)["status"] == "active"

    # Days 7 and 14 bring no letter any more, and the next month is collected from the new card.
    reader.live(days=14)
    assert reader.letters() == []
    reader.live_past_collection()
    assert reader.letters() == ["receipt"]
    assert books() == ([1000, 1000, 1000], 3, 3000)
    reader.sign_in()
    expect(window.get_by_text("Mastercard ending in 4444")).to_be_visible()
    look("heal-4-my-support")
