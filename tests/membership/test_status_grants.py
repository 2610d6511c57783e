"""Who is granted which status token, and how pages of ours keep it current."""

from collections.abc import Iterator

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from membership.models import Supporter, SupporterState
from membership.supporters.actions import claim_supporter, refresh_due_statuses
from membership.supporters.attaching import attach_payment
from membership.supporters.queries import reader_for
from membership.supporters.status_token import (
    grant_for_payment,
    grant_for_supporter,
)
from payments.models import PaymentStatus, PlanStatus
from tests.factories import NOON, PaymentFactory, UserFactory
from tests.membership.browsers import request_of, respond, token_of
from tests.membership.givers import DAY, recurring_payment, signed_in_giver

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


def test_a_single_gift_is_known_for_ninety_days_without_signing_in(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    request = request_of()
    grant_for_payment(request, PaymentFactory.create())

    with django_assert_num_queries(0):
        status = reader_for(request_of(token=token_of(request))).status

    assert (status.state, status.until) == (SupporterState.ONE_OFF, NOON + 90 * DAY)


def test_a_standing_gift_is_known_as_recurring() -> None:
    request = request_of()
    grant_for_payment(request, recurring_payment())

    assert reader_for(request).status.state == SupporterState.RECURRING


@pytest.mark.parametrize(
    "fields",
    [
        {"status": PaymentStatus.PROCESSING, "succeeded_at": None},
        {"status": PaymentStatus.FAILED, "succeeded_at": None},
        {"status": PaymentStatus.REFUNDED, "refunded_amount": 1000},
    ],
)
def test_a_payment_without_money_that_stands_grants_nothing(fields: dict[str, object]) -> None:
    request = request_of()

    grant_for_payment(request, PaymentFactory.create(**fields))

    assert not respond(request).cookies


def test_a_payment_grants_nothing_of_the_owner_of_the_typed_email() -> None:
    standing = recurring_payment()
    owner = attach_payment(standing.pk, now=NOON)
    refresh_due_statuses(limit=9, now=NOON)
    guest = PaymentFactory.create(donation__customer__party=owner.reference)
    request = request_of()

    grant_for_payment(request, guest)

    assert reader_for(request).status.state == SupporterState.ONE_OFF


def test_a_single_gift_does_not_hide_a_standing_one() -> None:
    first, second = request_of(), None
    grant_for_payment(first, recurring_payment())
    second = request_of(token=token_of(first))

    grant_for_payment(second, PaymentFactory.create())

    assert not respond(second).cookies


def test_a_day_later_the_payment_is_looked_up_again(clock: time_machine.Traveller) -> None:
    payment = PaymentFactory.create()
    first = request_of()
    grant_for_payment(first, payment)
    token = token_of(first)
    payment.refunded_amount = payment.amount
    payment.save()

    clock.shift(DAY)
    later = request_of(token=token)

    assert reader_for(later).status.state == SupporterState.ANONYMOUS
    assert respond(later).cookies["status"]["max-age"] == 0


def test_a_standing_gift_that_fails_is_known_a_day_later(clock: time_machine.Traveller) -> None:
    payment = recurring_payment()
    first = request_of()
    grant_for_payment(first, payment)
    token = token_of(first)
    payment.donation.plan.status = PlanStatus.PAST_DUE
    payment.donation.plan.save()

    clock.shift(DAY)
    later = request_of(token=token)

    assert reader_for(later).status.state == SupporterState.PAYMENT_FAILING
    assert "failing" in respond(later).cookies["status-twin"].value


def test_signing_in_tells_the_supporters_own_status(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    supporter = signed_in_giver(recurring_payment())
    request = request_of()
    grant_for_supporter(request, supporter)
    token = token_of(request)

    assert reader_for(request_of(token=token)).status.state == SupporterState.RECURRING
    again = request_of(supporter.user, token)
    with django_assert_num_queries(1):
        assert reader_for(again).status.state == SupporterState.RECURRING
    assert not respond(again).cookies


def test_a_transition_renews_the_token_of_a_signed_in_reader() -> None:
    payment = recurring_payment()
    supporter = signed_in_giver(payment)
    request = request_of()
    grant_for_supporter(request, supporter)
    token = token_of(request)
    payment.donation.plan.status = PlanStatus.PAST_DUE
    payment.donation.plan.save()
    Supporter.objects.update(status_due_at=NOON)

    before_the_sweep = request_of(supporter.user, token)
    assert reader_for(before_the_sweep).status.state == SupporterState.PAYMENT_FAILING
    refresh_due_statuses(limit=9, now=NOON)

    after = request_of(supporter.user, token)
    assert reader_for(after).status.state == SupporterState.PAYMENT_FAILING
    assert "failing" in respond(after).cookies["status-twin"].value


def test_signing_in_keeps_the_thanks_for_a_gift_under_another_address() -> None:
    guest = request_of()
    grant_for_payment(guest, PaymentFactory.create())
    token = token_of(guest)
    supporter = claim_supporter(UserFactory.create(), now=NOON)
    request = request_of(supporter.user, token)

    grant_for_supporter(request, supporter)

    assert not respond(request).cookies
    assert reader_for(request).status.state == SupporterState.ONE_OFF


def test_signing_in_replaces_what_a_refunded_gift_of_ones_own_had_granted() -> None:
    payment = PaymentFactory.create()
    guest = request_of()
    grant_for_payment(guest, payment)
    token = token_of(guest)
    payment.refunded_amount = payment.amount
    payment.save()
    supporter = signed_in_giver(payment)

    request = request_of(supporter.user, token)
    grant_for_supporter(request, supporter)

    assert reader_for(request).status.state == SupporterState.REGISTERED


def test_someone_signed_in_without_a_gift_is_registered() -> None:
    assert reader_for(request_of(UserFactory.create())).status.state == SupporterState.REGISTERED


def test_quiet_time_travels_with_the_token() -> None:
    supporter = claim_supporter(UserFactory.create(), now=NOON)
    supporter.quiet_until = NOON + 60 * DAY
    supporter.save()
    request = request_of()
    grant_for_supporter(request, supporter)

    reader = reader_for(request_of(token=token_of(request)))

    assert reader.quiet_until == NOON + 60 * DAY
