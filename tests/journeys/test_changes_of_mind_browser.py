"""A supporter raises the gift, pauses it, goes on early, stops, and keeps it after all."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from payments.models import PlanChange, PlanChangeKind, PlanStatus, RecurringPlan
from tests.journeys.reader import Reader, books

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Look = Callable[[str], None]
Kind = PlanChangeKind


def test_a_gift_is_raised_paused_resumed_stopped_and_kept(reader: Reader, look: Look) -> None:
    plan = reader.give("frequency=monthly&amount=10")
    reader.sign_in()
    reader.letters()

    _raise_to(reader, look, "15")
    assert reader.letters() == ["amount_changed"]
    assert books() == ([1000], 1, 1000)
    reader.live_past_collection()
    assert reader.letters() == ["receipt"]
    assert books() == ([1000, 1500], 2, 2500)

    _pause(reader, look)
    assert reader.letters() == ["paused"]
    reader.live(days=40, step=8)
    assert (reader.letters(), reader.state()) == (["statement"], "paused")
    assert reader.sandbox.object(plan.stripe_id)["pause_collection"]["behavior"] == "void"

    _resume(reader, look)
    assert reader.letters() == ["resumed"]
    assert reader.state() == "recurring"
    assert reader.sandbox.object(plan.stripe_id)["pause_collection"] is None
    reader.live_past_collection()
    assert reader.letters() == ["receipt"]
    assert books() == ([1000, 1500, 1500], 3, 4000)

    # More than ninety days have passed since the last sign-in.
    reader.sign_in()
    _stop(reader, look)
    assert (reader.letters(), reader.state()) == (["stopped"], "ending")
    assert reader.sandbox.object(plan.stripe_id)["cancel_at_period_end"]
    reader.clock.advance(hours=20)
    _keep(reader, look)
    assert (reader.letters(), reader.state()) == (["kept"], "recurring")
    assert not reader.sandbox.object(plan.stripe_id)["cancel_at_period_end"]
    reader.live_past_collection()
    assert reader.letters() == ["receipt"]
    assert books() == ([1000, 1500, 1500, 1500], 4, 5500)

    kinds = PlanChange.objects.filter(plan=plan).exclude(kind=Kind.UPDATED)
    assert list(kinds.values_list("kind", flat=True)) == [
        Kind.STARTED,
        Kind.AMOUNT,
        Kind.RENEWED,
        Kind.PAUSED,
        Kind.RESUMED,
        Kind.RENEWED,
        Kind.STOPPING,
        Kind.UNDONE,
        Kind.RENEWED,
    ]
    plan.refresh_from_db()
    assert plan.status == PlanStatus.ACTIVE


def _raise_to(reader: Reader, look: Look, amount: str) -> None:
    window = reader.window
    reader.choose("Change the amount")
    window.get_by_label("New amount a month, in GBP").fill(amount)
    look("mind-1-amount")
    window.get_by_role("button", name="Go on").click()
    expect(window.get_by_text("Nothing is charged today.")).to_be_visible()
    look("mind-2-amount-preview")
    window.get_by_role("button", name="Change the amount").click()
    expect(window.get_by_role("status")).to_contain_text("Your gift is changed.")
    expect(window.get_by_role("heading", name=f"£{amount} a month")).to_be_visible()
    reader.settle()


def _pause(reader: Reader, look: Look) -> None:
    window = reader.window
    reader.choose("Pause")
    window.get_by_label("Leave out 3 payments").check()
    look("mind-3-pause")
    window.get_by_role("button", name="Go on").click()
    expect(window.get_by_text("Nothing is charged before that day.")).to_be_visible()
    look("mind-4-pause-preview")
    window.get_by_role("button", name="Pause the gift").click()
    expect(window.get_by_text("Paused until")).to_be_visible()
    look("mind-5-paused")
    reader.settle()


def _resume(reader: Reader, look: Look) -> None:
    window = reader.window
    reader.choose("Go on now")
    look("mind-6-resume")
    window.get_by_role("button", name="Go on giving").click()
    next_at = RecurringPlan.objects.get().current_period_end_at
    expect(
        window.get_by_text(f"The next payment is collected on {next_at:%-d %B %Y}.")
    ).to_be_visible()
    reader.settle()


def _stop(reader: Reader, look: Look) -> None:
    window = reader.window
    reader.choose("Stop this gift")
    look("mind-7-stop")
    window.get_by_role("button", name="Stop this gift").click()
    expect(window.get_by_role("status")).to_contain_text("Your gift is stopped.")
    look("mind-8-stopped")
    reader.settle()


def _keep(reader: Reader, look: Look) -> None:
    window = reader.window
    window.goto("/support/")
    window.get_by_role("button", name="Keep giving").click()
    expect(window.get_by_role("status")).to_contain_text("your gift goes on")
    look("mind-9-kept")
    reader.settle()
