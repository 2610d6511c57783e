"""Supporters: found or made by a settled payment, claimed by a proven email, their status kept current."""

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from membership.errors import MergeRefused
from membership.models import (
    ConsentPurpose,
    ConsentRecord,
    StatusChange,
    Supporter,
    SupporterState,
)
from membership.supporters.actions import (
    attach_payment,
    claim_supporter,
    mark_payer_due,
    refresh_due_statuses,
    refresh_status,
)
from membership.supporters.queries import consents_of, statuses_due
from membership.supporters.tasks import derive_due_statuses
from payments.models import Checkout, Payment, PaymentStatus
from tests.factories import (
    NOON,
    CheckoutFactory,
    CustomerFactory,
    PaymentFactory,
    SupporterFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def paid(email: str = "reader@example.org", **fields: object) -> Payment:
    """A settled single gift through a checkout of its own."""
    customer = CustomerFactory.create(email=email)
    checkout = CheckoutFactory.create(customer=customer, email=email, name="A Reader", country="GB")
    return PaymentFactory.create(donation__customer=customer, donation__checkout=checkout, **fields)


def consent(checkout: Checkout | None, *, granted: bool = True) -> ConsentRecord:
    return ConsentRecord.objects.create(
        checkout=checkout,
        purpose=ConsentPurpose.NEWS,
        granted=granted,
        text="Send me news about your journalism.",
        text_version="2026-11",
        source="donation page",
        recorded_at=NOON,
    )


def test_the_first_settled_payment_makes_an_unproven_supporter() -> None:
    payment = paid("Reader@Example.ORG")

    supporter = attach_payment(payment.pk, now=NOON)

    assert supporter.email == "reader@example.org"
    assert (supporter.name, supporter.country) == ("A Reader", "GB")
    assert supporter.email_verified_at is None
    assert supporter.user is None
    payment.donation.customer.refresh_from_db()
    assert payment.donation.customer.party == supporter.reference


def test_spellings_of_one_mailbox_are_one_supporter() -> None:
    spellings = ["reader@example.org", "READER@EXAMPLE.ORG", "ｒｅａｄｅｒ@example.org"]

    found = {attach_payment(paid(email).pk, now=NOON).pk for email in spellings}

    assert len(found) == 1
    assert Supporter.objects.count() == 1


def test_attaching_twice_changes_nothing() -> None:
    payment = paid()
    first = attach_payment(payment.pk, now=NOON)

    assert attach_payment(payment.pk, now=NOON + DAY) == first
    assert Supporter.objects.count() == 1


def test_a_gift_never_changes_what_a_known_supporter_said_of_themselves() -> None:
    known = SupporterFactory.create(email="reader@example.org", name="Their own name")

    attach_payment(paid("reader@example.org").pk, now=NOON)

    known.refresh_from_db()
    assert known.name == "Their own name"


def test_a_signed_in_payer_is_the_supporter_whatever_address_they_typed() -> None:
    supporter = SupporterFactory.create(email="own@example.org")
    payment = paid("other@example.org")
    payment.donation.customer.party = supporter.reference
    payment.donation.customer.save()

    assert attach_payment(payment.pk, now=NOON) == supporter
    assert not Supporter.objects.filter(email="other@example.org").exists()


def test_consents_bind_only_when_the_payment_settles() -> None:
    payment = paid()
    given = consent(payment.donation.checkout)
    unpaid = consent(CheckoutFactory.create(email="reader@example.org"))

    supporter = attach_payment(payment.pk, now=NOON)

    given.refresh_from_db()
    unpaid.refresh_from_db()
    assert given.supporter == supporter
    assert unpaid.supporter is None


def test_two_supporters_of_one_email_are_refused_by_the_database() -> None:
    SupporterFactory.create(email="reader@example.org")

    with pytest.raises(IntegrityError), transaction.atomic():
        SupporterFactory.create(email="reader@example.org")


@pytest.mark.django_db(transaction=True)
def test_first_payments_at_the_same_moment_make_one_supporter() -> None:
    payments = [paid("reader@example.org").pk for _ in range(8)]
    start = threading.Barrier(len(payments))

    def attach(payment_id: int) -> Supporter:
        start.wait()
        try:
            return attach_payment(payment_id, now=NOON)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(payments)) as pool:
        found = set(pool.map(attach, payments))

    assert set(Supporter.objects.all()) == found
    assert len(found) == 1


def test_proving_the_email_claims_what_was_given_under_it() -> None:
    supporter = attach_payment(paid("reader@example.org").pk, now=NOON)
    user = UserFactory.create(email="reader@example.org")

    claimed = claim_supporter(user, now=NOON + DAY)

    assert claimed == supporter
    assert (claimed.user, claimed.email_verified_at) == (user, NOON + DAY)


def test_claiming_again_keeps_the_first_proof() -> None:
    user = UserFactory.create()
    first = claim_supporter(user, now=NOON)

    again = claim_supporter(user, now=NOON + DAY)

    assert (again, again.email_verified_at) == (first, NOON)


def test_a_user_who_never_gave_becomes_a_registered_supporter() -> None:
    supporter = claim_supporter(UserFactory.create(email="new@example.org"), now=NOON)

    assert (supporter.email, supporter.state) == ("new@example.org", SupporterState.REGISTERED)
    assert not StatusChange.objects.exists()


def test_a_new_address_brings_what_was_given_under_it_without_proof() -> None:
    user = UserFactory.create(email="old@example.org")
    own = claim_supporter(user, now=NOON)
    guest = attach_payment(paid("new@example.org").pk, now=NOON)
    given = ConsentRecord.objects.create(
        supporter=guest,
        purpose=ConsentPurpose.NEWS,
        granted=True,
        text="Send me news.",
        text_version="2026-11",
        source="donation page",
        recorded_at=NOON,
    )
    user.email = "new@example.org"
    user.save()

    merged = claim_supporter(user, now=NOON + DAY)

    refresh_due_statuses(limit=10, now=NOON + DAY)
    own.refresh_from_db()
    guest.refresh_from_db()
    assert (merged, own.email, own.state) == (own, "new@example.org", SupporterState.ONE_OFF)
    assert guest.merged_into == own
    assert list(consents_of(own)) == [given]


def test_a_payment_of_a_merged_supporter_goes_to_the_one_that_stayed() -> None:
    kept = SupporterFactory.create(email="kept@example.org")
    gone = SupporterFactory.create(email="gone@example.org", merged_into=kept)
    payment = paid("gone@example.org")
    payment.donation.customer.party = gone.reference
    payment.donation.customer.save()

    assert attach_payment(payment.pk, now=NOON) == kept


def test_a_proven_supporter_is_never_merged_away() -> None:
    user = UserFactory.create(email="old@example.org")
    claim_supporter(user, now=NOON)
    SupporterFactory.create(email="new@example.org", email_verified_at=NOON)
    user.email = "new@example.org"
    user.save()

    with pytest.raises(MergeRefused):
        claim_supporter(user, now=NOON + DAY)


def test_a_transition_is_written_once_with_its_reason_and_outdates_tokens() -> None:
    supporter = attach_payment(paid().pk, now=NOON)

    for _ in range(3):
        refresh_status(supporter.pk, now=NOON)

    supporter.refresh_from_db()
    change = StatusChange.objects.get()
    assert (change.from_state, change.to_state) == ("registered", "one_off")
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
    assert (broken.state, sound.state) == (SupporterState.REGISTERED, SupporterState.ONE_OFF)
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
