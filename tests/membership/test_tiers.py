"""Standings: due by a fact or by time, derived once, written down with their reason."""

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from membership.models import (
    Tier,
    TierChange,
    TierStanding,
)
from membership.supporters.actions import claim_supporter
from membership.supporters.attaching import attach_payment
from membership.tiers.actions import (
    apply_changed_tiers,
    mark_merged_due,
    mark_payers_due,
    mark_tiers_due,
    refresh_due_tiers,
    refresh_tier,
)
from membership.tiers.queries import standings_due
from membership.tiers.tasks import derive_due_tiers
from payments.donations.disputes import record_dispute
from payments.gateway.snapshots import DisputeSnapshot
from payments.models import PaymentStatus, RecurringPlan
from tests.factories import (
    NOON,
    DonationFactory,
    PaymentFactory,
    UserFactory,
)
from tests.membership.givers import DAY, paid
from tests.membership.tiers import changes, derive_tier_of, make_tiers, monthly_supporter, tier_of

pytestmark = pytest.mark.django_db


def test_a_monthly_gift_earns_its_tier_once() -> None:
    make_tiers()
    supporter, payment = monthly_supporter()
    for _ in range(3):
        mark_payers_due([payment.pk], cause="payment_succeeded", now=NOON)
        refresh_due_tiers(limit=9, now=NOON)

    assert tier_of(supporter) == "friend"
    assert changes() == [("None", "Friend", "payment_succeeded")]
    change = TierChange.objects.get()
    assert change.reason.startswith("Recurring gifts")
    assert change.changed_at == NOON


def test_a_refund_demotes() -> None:
    make_tiers()
    supporter, payment = monthly_supporter()
    derive_tier_of(supporter)
    payment.status, payment.refunded_amount = PaymentStatus.REFUNDED, payment.amount
    payment.save()

    mark_payers_due([payment.pk], cause="payment_refunded", now=NOON + DAY)
    refresh_due_tiers(limit=9, now=NOON + DAY)

    assert tier_of(supporter) is None
    assert changes()[-1] == ("Friend", "None", "payment_refunded")


def test_a_dispute_demotes_and_one_that_is_won_restores(
    django_capture_on_commit_callbacks: object,
) -> None:
    make_tiers()
    supporter, payment = monthly_supporter(2000)
    derive_tier_of(supporter)

    def hear(status: str, *, is_withdrawn: bool) -> None:
        snapshot = DisputeSnapshot(
            id="du_1",
            status=status,
            amount=2000,
            currency="GBP",
            reason="fraudulent",
            payment_intent_id=payment.stripe_id,
            created_at=NOON,
            taken=2000 if is_withdrawn else 0,
        )
        with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
            record_dispute(snapshot, cause="test", now=NOON)

    hear("warning_needs_response", is_withdrawn=False)
    assert tier_of(supporter) == "patron"
    hear("needs_response", is_withdrawn=True)
    assert tier_of(supporter) is None
    hear("won", is_withdrawn=False)
    assert tier_of(supporter) == "patron"
    hear("needs_response", is_withdrawn=True)
    hear("lost", is_withdrawn=True)
    assert tier_of(supporter) is None
    assert {cause for *_, cause in changes()[1:]} == {"dispute_changed"}


def test_time_alone_ends_a_tier_and_only_due_rows_are_looked_at() -> None:
    make_tiers()
    supporter = derive_tier_of(attach_payment(paid(amount=6000).pk, now=NOON))
    assert tier_of(supporter) == "friend"

    assert refresh_due_tiers(limit=9, now=NOON + 364 * DAY) == 0
    assert refresh_due_tiers(limit=9, now=NOON + 365 * DAY) == 1

    assert tier_of(supporter) is None
    assert changes()[-1] == ("Friend", "None", "clock")
    assert not standings_due(NOON + 9999 * DAY).exists()


def test_a_tier_is_kept_for_its_grace_while_a_payment_fails() -> None:
    make_tiers()
    supporter, payment = monthly_supporter()
    derive_tier_of(supporter)
    RecurringPlan.objects.update(status="past_due")
    PaymentFactory.create(
        donation=DonationFactory.create(
            customer=payment.donation.customer, plan=payment.donation.plan, sequence=2
        ),
        status=PaymentStatus.FAILED,
        succeeded_at=None,
        first_failed_at=NOON + 30 * DAY,
    )

    derive_tier_of(supporter, now=NOON + 31 * DAY)
    standing = TierStanding.objects.get()
    assert (tier_of(supporter), standing.is_in_grace) == ("friend", True)
    assert standing.next_at == NOON + 60 * DAY
    refresh_due_tiers(limit=9, now=NOON + 60 * DAY)
    assert tier_of(supporter) is None


def test_a_newspaper_without_tiers_writes_no_standing() -> None:
    supporter, _payment = monthly_supporter()

    mark_tiers_due([supporter.reference], cause="payment_succeeded", now=NOON)

    assert not TierStanding.objects.exists()


def test_a_changed_tier_makes_every_supporter_due_once() -> None:
    supporter, _payment = monthly_supporter()
    friend, _patron = make_tiers()
    Tier.objects.update(applied_at=None)

    assert apply_changed_tiers(now=NOON) == 1
    assert apply_changed_tiers(now=NOON) == 0
    refresh_due_tiers(limit=9, now=NOON)
    assert tier_of(supporter) == "friend"
    friend.amounts.update(amount=501)
    Tier.objects.filter(pk=friend.pk).update(changed_at=NOON + DAY)
    assert apply_changed_tiers(now=NOON + DAY) == 1
    refresh_due_tiers(limit=9, now=NOON + DAY)
    assert changes()[-1] == ("Friend", "None", "tiers changed")


def test_what_a_merged_supporter_gave_counts_for_the_one_they_became() -> None:
    make_tiers()
    user = UserFactory.create(email="old@example.org")
    supporter = claim_supporter(user, now=NOON)
    attach_payment(paid("new@example.org", amount=6000).pk, now=NOON)
    user.email = "new@example.org"
    user.save()
    claim_supporter(user, now=NOON)

    mark_merged_due(user, now=NOON)
    refresh_due_tiers(limit=9, now=NOON)

    assert tier_of(supporter) == "friend"


def test_one_tier_that_cannot_be_derived_stops_no_other(caplog: pytest.LogCaptureFixture) -> None:
    make_tiers()
    # A year after the last day of the calendar is no date.
    gift = paid("0@example.org", succeeded_at=NOON.max.replace(tzinfo=NOON.tzinfo))
    broken = attach_payment(gift.pk, now=NOON)
    sound, _payment = monthly_supporter()
    mark_tiers_due([broken.reference, sound.reference], cause="test", now=NOON)

    with caplog.at_level(logging.ERROR):
        assert refresh_due_tiers(limit=9, now=NOON) == 2

    assert tier_of(sound) == "friend"
    waits = TierStanding.objects.get(supporter=broken).next_at
    assert waits is not None
    assert NOON < waits < NOON + timedelta(hours=1)
    assert f"supporter {broken.pk}" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_one_supporter_write_one_change() -> None:
    make_tiers()
    supporter, payment = monthly_supporter()
    mark_payers_due([payment.pk], cause="test", now=NOON)
    start = threading.Barrier(4)

    def refresh(_worker: int) -> None:
        start.wait()
        try:
            refresh_tier(supporter.pk, now=NOON)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(refresh, range(4)))

    assert TierChange.objects.count() == 1


def test_the_task_derives_what_is_due() -> None:
    make_tiers()
    supporter, payment = monthly_supporter()
    mark_payers_due([payment.pk], cause="payment_succeeded", now=NOON)

    derive_due_tiers()

    assert tier_of(supporter) == "friend"


def test_the_sweep_of_due_rows_uses_its_index() -> None:
    queryset = standings_due(NOON).values_list("supporter_id", flat=True)[:500]

    if connection.vendor == "postgresql":
        # A table of a few rows is read whole unless told otherwise.
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
    assert "tierstanding_due" in queryset.explain()
