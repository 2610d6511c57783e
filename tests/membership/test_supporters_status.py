"""The stored status of supporters: due by a fact or by time, derived once, written with its reason."""

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from membership.models import (
    StatusChange,
    Supporter,
    SupporterState,
)
from membership.supporters.actions import (
    claim_supporter,
    lapse_due_statuses,
    mark_payer_due,
    refresh_due_statuses,
    refresh_status,
)
from membership.supporters.attaching import attach_payment, mark_statuses_due
from membership.supporters.queries import statuses_due
from membership.supporters.tasks import derive_due_statuses
from payments.models import PaymentStatus
from tests.factories import NOON, UserFactory
from tests.membership.givers import DAY, paid

pytestmark = pytest.mark.django_db


def test_a_transition_is_written_once_with_its_reason_and_outdates_tokens() -> None:
    supporter = attach_payment(paid().pk, now=NOON)

    for _ in range(3):
        refresh_status(supporter.pk, now=NOON)

    supporter.refresh_from_db()
    change = StatusChange.objects.get()
    assert (change.from_state, change.to_state) == ("anonymous", "one_off")
    assert (change.cause, change.reason) == (
        "payment_succeeded",
        "A single gift was given in the last 90 days.",
    )
    assert supporter.token_version == 2
    assert supporter.state_until == supporter.status_due_at == NOON + 90 * DAY


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_one_supporter_write_one_transition() -> None:
    supporter = attach_payment(paid().pk, now=NOON)
    start = threading.Barrier(4)

    def refresh(_worker: int) -> None:
        start.wait()
        try:
            refresh_status(supporter.pk, now=NOON)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(refresh, range(4)))

    assert StatusChange.objects.count() == 1


def test_the_same_fact_again_gives_no_second_transition() -> None:
    payment = paid()
    for _ in range(2):
        supporter = attach_payment(payment.pk, now=NOON)
        refresh_due_statuses(limit=10, now=NOON)

    assert StatusChange.objects.filter(supporter=supporter).count() == 1


def test_time_alone_ends_a_status_and_only_due_rows_are_looked_at() -> None:
    supporter = attach_payment(paid().pk, now=NOON)
    refresh_due_statuses(limit=10, now=NOON)

    assert refresh_due_statuses(limit=10, now=NOON + 89 * DAY) == 0
    assert refresh_due_statuses(limit=10, now=NOON + 90 * DAY) == 1

    supporter.refresh_from_db()
    assert (supporter.state, supporter.status_due_at) == (SupporterState.LAPSED, None)
    assert StatusChange.objects.last().cause == "clock"


def test_those_whom_time_lapses_do_so_together_and_facts_in_between_count() -> None:
    supporters = [attach_payment(paid(f"{n}@example.org").pk, now=NOON) for n in range(4)]
    refresh_due_statuses(limit=10, now=NOON)
    later = NOON + 90 * DAY
    mark_statuses_due([supporters[0].reference], cause="payment_succeeded", now=later)
    before = {each.pk: each.token_version for each in Supporter.objects.all()}

    with CaptureQueriesContext(connection) as captured:
        assert lapse_due_statuses(now=later) == 3

    assert len(captured) < 12
    lapsed = Supporter.objects.filter(state=SupporterState.LAPSED).order_by("pk")
    assert [each.pk for each in lapsed] == [each.pk for each in supporters[1:]]
    for each in lapsed:
        assert (each.status_due_at, each.state_until, each.state_since) == (None, None, later)
        assert each.token_version == before[each.pk] + 1
        change = StatusChange.objects.filter(supporter=each).last()
        assert (change.from_state, change.to_state) == ("one_off", "lapsed")
        assert (change.cause, change.reason) == ("clock", "Gave before; nothing is current.")
    assert refresh_due_statuses(limit=10, now=later) == 1


def test_a_refund_takes_the_status_back() -> None:
    payment = paid()
    supporter = attach_payment(payment.pk, now=NOON)
    refresh_due_statuses(limit=10, now=NOON)
    payment.status, payment.refunded_amount = PaymentStatus.REFUNDED, payment.amount
    payment.save()

    mark_payer_due(payment.pk, cause="payment_refunded", now=NOON + DAY)
    refresh_due_statuses(limit=10, now=NOON + DAY)

    supporter.refresh_from_db()
    assert (supporter.state, supporter.token_version) == (SupporterState.REGISTERED, 3)


def test_a_payer_without_a_supporter_is_not_due() -> None:
    payment = paid()

    mark_payer_due(payment.pk, cause="payment_failed", now=NOON)

    assert not Supporter.objects.exists()


def test_whoever_registered_before_giving_was_registered() -> None:
    claim_supporter(UserFactory.create(email="reader@example.org"), now=NOON)
    supporter = attach_payment(paid("reader@example.org").pk, now=NOON)

    refresh_status(supporter.pk, now=NOON)

    change = StatusChange.objects.get()
    assert (change.from_state, change.to_state) == ("registered", "one_off")


def test_one_status_that_cannot_be_derived_stops_no_other(
    caplog: pytest.LogCaptureFixture,
) -> None:
    # Ninety days after the last day of the calendar is no date.
    broken_gift = paid("0@example.org", succeeded_at=datetime.max.replace(tzinfo=UTC))
    broken = attach_payment(broken_gift.pk, now=NOON)
    sound = attach_payment(paid("1@example.org").pk, now=NOON)

    with caplog.at_level(logging.ERROR):
        assert refresh_due_statuses(limit=10, now=NOON) == 2

    broken.refresh_from_db()
    sound.refresh_from_db()
    assert (broken.state, sound.state) == (SupporterState.ANONYMOUS, SupporterState.ONE_OFF)
    assert broken.status_due_at is not None
    assert NOON < broken.status_due_at < NOON + DAY
    assert f"supporter {broken.pk}" in caplog.text


def test_the_task_derives_what_is_due() -> None:
    supporter = attach_payment(paid().pk, now=NOON)

    derive_due_statuses()

    supporter.refresh_from_db()
    assert supporter.status_due_cause == ""
    assert supporter.state in {SupporterState.ONE_OFF, SupporterState.LAPSED}


def test_the_sweep_of_due_rows_uses_its_index() -> None:
    queryset = statuses_due(NOON).values_list("pk", flat=True)[:500]

    if connection.vendor == "postgresql":
        # A table of a few rows is read whole unless told otherwise.
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
    assert "supporter_status_due" in queryset.explain()
