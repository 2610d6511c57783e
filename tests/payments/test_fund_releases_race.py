"""Several people at the desk of releases at the same moment."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from threading import Event

import pytest
from django.db import connection, transaction

from payments.desk.releases.actions import approve_release, ask_release, take_back_release
from payments.errors import ReleaseRefused
from payments.models import Campaign, Fund, FundRelease, LedgerEntry, LedgerPosting
from tests.factories import NOON, UserFactory
from tests.payments.gifts import a_gift
from tests.payments.releases import a_release, an_order, restrict
from tests.payments.test_receipts_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def fund(campaign: Campaign) -> Fund:
    """A restricted fund that holds £10."""
    a_gift(campaign, 1_000, at=NOON - timedelta(days=10))
    return restrict(campaign)


def by_each_of_four(act: Callable[..., object], *args: object, **fields: object) -> list[object]:
    """Let four people do the same at once; returns what became of each, in alphabetical order."""

    def attempt(actor: object) -> str:
        try:
            act(*args, actor=actor, now=NOON, **fields)
        except ReleaseRefused:
            return "refused"
        return "done"

    return sorted(at_once([partial(attempt, UserFactory.create()) for _ in range(4)]))  # type: ignore[type-var]


def test_releases_at_once_cannot_overdraw_the_fund(fund: Fund) -> None:
    def ask(**by: object) -> None:
        ask_release(an_order(fund, 600), **by)  # type: ignore[arg-type]

    assert by_each_of_four(ask) == ["done", "refused", "refused", "refused"]
    assert LedgerEntry.objects.filter(account="funds_released", fund=fund).count() == 1


def test_one_page_sent_several_times_at_once_makes_one_release(fund: Fund) -> None:
    order, person = an_order(fund, 300), UserFactory.create()
    made = at_once([lambda: ask_release(order, actor=person, now=NOON).pk] * 4)
    assert len(set(made)) == 1
    assert LedgerPosting.objects.filter(release__isnull=False).count() == 1


def test_those_who_approve_and_take_back_at_once_book_once_each(fund: Fund) -> None:
    fund.entity.release_approval_limit = 0
    fund.entity.save()
    key = a_release(fund, 600).pk

    approved = by_each_of_four(approve_release, key, note="Seen.")
    taken_back = by_each_of_four(take_back_release, key, reason="Wrong.")

    assert approved == taken_back == ["done", "refused", "refused", "refused"]
    assert LedgerPosting.objects.filter(release=key).count() == 2
    assert FundRelease.objects.get().state == "reversed"


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
def test_gifts_to_a_fund_are_booked_while_money_of_it_is_released(
    campaign: Campaign, fund: Fund
) -> None:
    released, booked = Event(), Event()
    person = UserFactory.create()

    def release_slowly() -> bool:
        with transaction.atomic():
            ask_release(an_order(fund, 600), actor=person, now=NOON)
            released.set()
            return booked.wait(20)

    def book_meanwhile() -> None:
        assert released.wait(20)
        a_gift(campaign, 100, at=NOON)
        booked.set()

    was_booked_meanwhile, _ = at_once([release_slowly, book_meanwhile])
    assert was_booked_meanwhile
