"""Supporters: found or made by a settled payment, claimed by a proven email, merged when they are one person."""

import threading
from concurrent.futures import ThreadPoolExecutor

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
from membership.supporters.actions import claim_supporter, refresh_due_statuses
from membership.supporters.attaching import attach_payment
from membership.supporters.queries import consents_of
from payments.models import Checkout
from tests.factories import (
    NOON,
    CheckoutFactory,
    SupporterFactory,
    UserFactory,
)
from tests.membership.givers import DAY, paid

pytestmark = pytest.mark.django_db


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
