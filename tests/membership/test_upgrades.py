"""Who gives for a year is asked once, if they agreed to that, whether they would give a little more."""

import itertools
from datetime import datetime, timedelta

import pytest
from django.core import mail

from membership.letters.catalogue import Stream
from membership.letters.sending import send_due
from membership.letters.tasks import ask_for_upgrades as task
from membership.letters.upgrading import ask_for_upgrades
from membership.models import (
    ConsentPurpose,
    ConsentRecord,
    Letter,
    LetterState,
    Supporter,
    SupporterState,
)
from membership.supporters.attaching import attach_payment
from payments.models import PlanChange, PlanChangeKind, PlanStatus, RecurringPlan
from tests.factories import NOON
from tests.membership.givers import DAY, recurring_payment, signed_in_giver

pytestmark = pytest.mark.django_db

# Eleven months after noon on 20 November 2026.
ELEVEN = datetime(2027, 10, 20, 12, 0, tzinfo=NOON.tzinfo)


@pytest.fixture
def supporter() -> Supporter:
    """Somebody with a monthly gift since NOON who agreed to appeals."""
    supporter = signed_in_giver(recurring_payment())
    consent(supporter)
    return supporter


def consent(supporter: Supporter, *, granted: bool = True) -> None:
    ConsentRecord.objects.create(
        supporter=supporter,
        purpose=ConsentPurpose.APPEALS,
        granted=granted,
        text="Yes",
        text_version="1",
        source="test",
        recorded_at=NOON,
    )


def asked(now: datetime) -> int:
    return ask_for_upgrades(limit=9, now=now)


@pytest.mark.usefixtures("supporter")
def test_the_question_comes_after_eleven_months_and_once() -> None:
    assert asked(ELEVEN - DAY) == 0
    assert [asked(ELEVEN + hours * timedelta(hours=1)) for hours in range(24)] == [1] + [0] * 23
    assert asked(ELEVEN + 13 * DAY) == 0
    assert Letter.objects.filter(kind="upgrade").count() == 1


@pytest.mark.deep
@pytest.mark.usefixtures("supporter")
def test_never_two_within_a_year_for_ten_years() -> None:
    for day in range(0, 3653, 6):
        asked(NOON + day * DAY)

    times = list(Letter.objects.order_by("created_at").values_list("created_at", flat=True))
    assert len(times) >= 9
    gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
    assert min(gaps) >= 365 * DAY


def test_who_missed_the_days_is_asked_a_year_later(supporter: Supporter) -> None:
    assert asked(ELEVEN + 15 * DAY) == 0
    assert asked(ELEVEN + 366 * DAY) == 1


def test_nobody_is_asked_who_did_not_agree(supporter: Supporter) -> None:
    consent(supporter, granted=False)

    assert asked(ELEVEN) == 0


@pytest.mark.parametrize("status", [PlanStatus.PAUSED, PlanStatus.PAST_DUE, PlanStatus.ENDING])
@pytest.mark.usefixtures("supporter")
def test_a_gift_that_is_not_collected_is_left_alone(status: PlanStatus) -> None:
    RecurringPlan.objects.update(status=status)

    assert asked(ELEVEN) == 0


def test_a_failing_supporter_and_one_who_wants_quiet_are_left_alone(supporter: Supporter) -> None:
    Supporter.objects.update(state=SupporterState.PAYMENT_FAILING)
    assert asked(ELEVEN) == 0
    Supporter.objects.update(state=SupporterState.RECURRING, quiet_until=ELEVEN + DAY)
    assert asked(ELEVEN) == 0
    Supporter.objects.update(quiet_until=ELEVEN)
    assert asked(ELEVEN) == 1


@pytest.mark.usefixtures("supporter")
def test_who_changed_the_amount_within_a_year_is_not_asked() -> None:
    PlanChange.objects.create(
        plan=RecurringPlan.objects.get(),
        kind=PlanChangeKind.AMOUNT,
        cause="test",
        made_at=ELEVEN - 100 * DAY,
    )

    assert asked(ELEVEN) == 0


def test_of_two_gifts_one_is_asked_about(supporter: Supporter) -> None:
    other = recurring_payment()
    customer = other.donation.customer
    customer.party = supporter.reference
    customer.save()
    attach_payment(other.pk, now=NOON)

    assert asked(ELEVEN) == 1
    assert asked(ELEVEN + DAY) == 0


def test_the_letter_is_marketing_with_a_link_of_ones_own(supporter: Supporter) -> None:
    asked(ELEVEN)

    send_due(now=ELEVEN, stream=Stream.MARKETING)

    letter, (message,) = Letter.objects.get(), mail.outbox
    assert letter.state == LetterState.SENT
    assert message.to == [supporter.email]
    assert "/letters/upgrade/" in str(message.body)
    assert "List-Unsubscribe-Post" in message.extra_headers
    assert "£5" in str(message.body)


@pytest.mark.parametrize(
    ("model", "fields"),
    [
        (RecurringPlan, {"status": PlanStatus.ENDING}),
        (Supporter, {"state": SupporterState.PAYMENT_FAILING}),
    ],
)
@pytest.mark.usefixtures("supporter")
def test_a_letter_that_is_overtaken_is_withheld(
    model: type[RecurringPlan | Supporter], fields: dict[str, str]
) -> None:
    asked(ELEVEN)
    model.objects.update(**fields)

    send_due(now=ELEVEN, stream=Stream.MARKETING)

    assert Letter.objects.get().state == LetterState.WITHHELD
    assert mail.outbox == []


@pytest.mark.usefixtures("supporter")
def test_the_letter_waits_for_the_morning() -> None:
    asked((ELEVEN + DAY).replace(hour=2))

    # Nine o'clock in London, where it is summer still.
    assert Letter.objects.get().due_at == (ELEVEN + DAY).replace(hour=8)


def test_the_task_finds_nobody_too_early(supporter: Supporter) -> None:
    task()

    assert not Letter.objects.filter(kind="upgrade").exists()
