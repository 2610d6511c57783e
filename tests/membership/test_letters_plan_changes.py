"""Which change of a recurring gift its payer is written about."""

from datetime import timedelta

import pytest

from membership.letters.plan_changes import change_context, letter_about
from payments.models import (
    Frequency,
    PlanChange,
    PlanChangeKind,
    PlanCommand,
    PlanCommandKind,
    PlanCommandState,
    RecurringPlan,
)
from tests.factories import NOON, CheckoutFactory

pytestmark = pytest.mark.django_db


def change(
    before: str, after: str, *, kind: str = PlanChangeKind.UPDATED, locale: str = "en-GB"
) -> PlanChange:
    checkout = CheckoutFactory.create(frequency=Frequency.MONTHLY, locale=locale)
    plan = RecurringPlan.objects.create(
        entity=checkout.campaign.entity,
        campaign=checkout.campaign,
        customer=checkout.customer,
        checkout=checkout,
        stripe_id="sub_changes",
        status=after or "active",
        frequency=Frequency.MONTHLY,
        currency="USD",
        amount=1000,
        started_at=NOON,
        current_period_end_at=NOON + timedelta(days=30),
    )
    states = ({"status": before}, {"status": after}) if after else ({"amount": 1}, {"amount": 2})
    return PlanChange.objects.create(
        plan=plan, kind=kind, cause="evt_1", before=states[0], after=states[1], made_at=NOON
    )


@pytest.mark.parametrize(
    ("before", "after", "letter"),
    [
        ("active", "ending", "stopped"),
        ("paused", "ending", "stopped"),
        ("past_due", "ending", "stopped"),
        ("ending", "active", "kept"),
        ("ending", "paused", "kept"),
        ("ending", "past_due", None),
        ("ending", "ended", None),
        ("past_due", "ended", "ended"),
        ("active", "paused", "paused"),
        ("paused", "active", "resumed"),
        ("active", "past_due", None),
        ("", "", "amount_changed"),
    ],
)
def test_each_change_that_a_payer_should_know_has_its_letter(
    before: str, after: str, letter: str | None
) -> None:
    assert letter_about(change(before, after)) == letter


@pytest.mark.parametrize(
    ("state", "letter"),
    [(PlanCommandState.ASKED, "stopped"), (PlanCommandState.REFUSED, "ended")],
)
def test_an_end_at_once_is_a_stop_where_somebody_wanted_it(state: str, letter: str | None) -> None:
    ended = change("past_due", "ended", kind=PlanChangeKind.ENDED)
    PlanCommand.objects.create(
        plan=ended.plan, kind=PlanCommandKind.END, state=state, asked_at=NOON
    )
    assert letter_about(ended) == letter
    assert change_context(ended)["ends_on"] == ""


def test_day_and_time_are_the_newspapers_in_the_readers_words() -> None:
    context = change_context(change("active", "ending", locale="en-US"))
    assert context["amount"] == "$10.00"
    # The spaces inside the time are Babel's narrow ones.
    assert context["made_at"].startswith("November 20, 2026 at 12:00:00")
    assert context["made_at"].endswith(("GMT", "UTC", "+0000"))
    assert context["ends_on"] == "December 20, 2026"
