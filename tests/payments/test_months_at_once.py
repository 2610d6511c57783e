"""A month is closed while others book into it: what is booked first is in it, what is booked after is not."""

from datetime import date
from threading import Event

import pytest
from django.db import transaction

from payments.models import Campaign, LedgerPosting, LegalEntity
from tests.payments.gifts import a_gift
from tests.payments.months import THEN, close, lock, october
from tests.payments.test_receipts_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)

# So long the one who is to wait has to show that it does not.
_PATIENCE = 0.7

# A gift that its fee takes whole, so that Stripe's balance is what it was, whoever looks at it when.
_ALL_FEE = 35


def test_whoever_closes_waits_for_those_who_are_booking(
    campaign: Campaign, entity: LegalEntity
) -> None:
    october(campaign)
    booked, closed = Event(), Event()

    def book() -> bool:
        with transaction.atomic():
            a_gift(campaign, _ALL_FEE, at=THEN)
            booked.set()
            return closed.wait(_PATIENCE)

    def close_meanwhile() -> None:
        assert booked.wait(20)
        close(entity)
        closed.set()

    was_closed_meanwhile, _ = at_once([book, close_meanwhile])

    assert not was_closed_meanwhile
    days = LedgerPosting.objects.values_list("accounting_on", flat=True)
    assert set(days) == {date(2026, 10, 15)}


def test_whoever_books_waits_for_a_close_and_counts_in_the_next_month(
    campaign: Campaign, entity: LegalEntity
) -> None:
    october(campaign)
    closed, booked = Event(), Event()

    def close_slowly() -> bool:
        with transaction.atomic():
            close(entity)
            closed.set()
            return booked.wait(_PATIENCE)

    def book_meanwhile() -> None:
        assert closed.wait(20)
        a_gift(campaign, _ALL_FEE, at=THEN)
        booked.set()

    was_booked_meanwhile, _ = at_once([close_slowly, book_meanwhile])

    assert not was_booked_meanwhile
    late = LedgerPosting.objects.latest("posted_at", "accounting_on")
    assert (late.accounting_on, late.original_on) == (date(2026, 11, 1), date(2026, 10, 15))


def test_only_one_of_several_people_closes_and_one_locks(
    campaign: Campaign, entity: LegalEntity
) -> None:
    october(campaign)

    def outcome_of(act: object) -> str:
        try:
            act(entity)  # type: ignore[operator]
        except Exception as refusal:  # noqa: BLE001  what was refused is what is looked at
            return type(refusal).__name__
        return "done"

    closes = at_once([lambda: outcome_of(close)] * 3)
    locks = at_once([lambda: outcome_of(lock)] * 3)

    assert sorted(closes) == ["InvalidTransition", "InvalidTransition", "done"]
    assert sorted(locks) == ["InvalidTransition", "InvalidTransition", "done"]
