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
    kind: str,
    before: str = "active",
    after: str = "active",
    *,
    locale: str = "en-GB",
    **fields: object,
) -> PlanChange:
    """A change after which the plan is `after`, that says so, and that touched `fields` besides."""
    checkout = CheckoutFactory.create(frequency=Frequency.MONTHLY, locale=locale)
    plan = RecurringPlan.objects.create(
        entity=checkout.campaign.entity,
        campaign=checkout.campaign,
        customer=checkout.customer,
        checkout=checkout,
        stripe_id="sub_changes",
        status=after,
        frequency=Frequency.MONTHLY,
        currency="USD",
        amount=1000,
        started_at=NOON,
        current_period_end_at=NOON + timedelta(days=30),
    )
    return PlanChange.objects.create(
        plan=plan,
        kind=kind,
        cause="evt_1",
        before={"status": before, **fields},
        after={"status": after, **fields},
        made_at=NOON,
    )


@pytest.mark.parametrize(
    ("kind", "before", "after", "letter"),
    [
        (PlanChangeKind.STARTED, "incomplete", "active", "agreement"),
        (PlanChangeKind.STOPPING, "active", "ending", "stopped"),
        (PlanChangeKind.STOPPED, "paused", "ending", "stopped"),
        (PlanChangeKind.UNDONE, "ending", "active", "kept"),
        (PlanChangeKind.UNDONE, "ending", "paused", "kept"),
        (PlanChangeKind.UNDONE, "ending", "past_due", None),
        (PlanChangeKind.ENDED, "ending", "ended", None),
        (PlanChangeKind.ENDED, "past_due", "ended", "ended"),
        (PlanChangeKind.PAUSED, "active", "paused", "paused"),
        (PlanChangeKind.RESUMED, "paused", "active", "resumed"),
        (PlanChangeKind.AMOUNT, "active", "active", "amount_changed"),
        (PlanChangeKind.FREQUENCY, "active", "active", "frequency_changed"),
        (PlanChangeKind.DATE, "active", "active", "date_changed"),
        (PlanChangeKind.PAST_DUE, "active", "past_due", None),
        (PlanChangeKind.RECOVERED, "past_due", "active", None),
        (PlanChangeKind.RENEWED, "active", "active", None),
        (PlanChangeKind.UPDATED, "active", "active", None),
    ],
)
def test_each_change_that_a_payer_should_know_has_its_letter(
    kind: str, before: str, after: str, letter: str | None
) -> None:
    assert letter_about(change(kind, before, after)) == letter


def test_another_card_is_written_about_and_one_that_the_bank_renewed_is_not() -> None:
    assert letter_about(change(PlanChangeKind.CARD, payment_method_id="pm_2")) == "card_changed"
    RecurringPlan.objects.update(stripe_id="sub_other")
    assert letter_about(change(PlanChangeKind.CARD, card_last4="1111")) is None


@pytest.mark.parametrize(
    ("state", "letter"),
    [(PlanCommandState.ASKED, "stopped"), (PlanCommandState.REFUSED, "ended")],
)
def test_an_end_at_once_is_a_stop_where_somebody_wanted_it(state: str, letter: str | None) -> None:
    ended = change(PlanChangeKind.ENDED, "past_due", "ended")
    PlanCommand.objects.create(
        plan=ended.plan, kind=PlanCommandKind.END, state=state, asked_at=NOON
    )
    assert letter_about(ended) == letter
    assert change_context(ended)["ends_on"] == ""


def test_day_and_time_are_the_newspapers_in_the_readers_words() -> None:
    context = change_context(change(PlanChangeKind.STOPPING, "active", "ending", locale="en-US"))
    assert context["amount"] == "$10.00"
    # The spaces inside the time are Babel's narrow ones.
    assert context["made_at"].startswith("November 20, 2026 at 12:00:00")
    assert context["made_at"].endswith(("GMT", "UTC", "+0000"))
    assert context["ends_on"] == "December 20, 2026"
