"""Payers are summed while they give: what commits meanwhile is in the sums or leaves its mark."""

from collections.abc import Callable
from threading import Event

import pytest
from django.db import connection, transaction

from payments.donations.giving import actions
from payments.donations.giving.actions import sum_changed_givers
from payments.donations.giving.checking import check_giving_sums
from payments.donations.giving.marks import mark_givers
from payments.models import Campaign, GivingChange, GivingYear, LegalEntity, Payment
from tests.payments.giving_acts import INSTANTS, gives, goes_back, payers
from tests.payments.giving_plainly import assert_reports_are_the_gifts
from tests.payments.test_receipts_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)

# So long the one who is to wait has to show that it does not.
_PATIENCE = 0.7
_AT = INSTANTS[7]


@pytest.fixture
def payment(campaign: Campaign) -> Payment:
    return gives(campaign, payers(campaign)[0], 1, at=_AT)


@pytest.mark.parametrize("comes_after", [False, True], ids=["before the sums", "after the sums"])
def test_a_change_that_commits_once_the_marks_are_read_keeps_its_own(
    comes_after: bool, payment: Payment, entity: LegalEntity, monkeypatch: pytest.MonkeyPatch
) -> None:
    sum_changed_givers()
    mark_givers([payment.donation.customer_id])
    reading, changed = Event(), Event()
    keep = actions.keep_sums

    def keep_slowly(*told: object) -> None:
        if comes_after:
            keep(*told)  # type: ignore[arg-type]
        reading.set()
        changed.wait(_PATIENCE)
        if not comes_after:
            keep(*told)  # type: ignore[arg-type]

    def change() -> None:
        assert reading.wait(20)
        goes_back(payment, 1, 400)
        changed.set()

    monkeypatch.setattr(actions, "keep_sums", keep_slowly)
    at_once([sum_changed_givers, change])
    monkeypatch.setattr(actions, "keep_sums", keep)
    assert GivingChange.objects.exists()
    assert_reports_are_the_gifts(entity)
    sum_changed_givers()
    assert not GivingChange.objects.exists()
    assert_reports_are_the_gifts(entity)
    assert check_giving_sums() == 0


def test_a_change_that_is_not_committed_yet_leaves_its_mark_for_the_next_night(
    payment: Payment, entity: LegalEntity
) -> None:
    changed, summed = Event(), Event()

    def change_slowly() -> None:
        with transaction.atomic():
            goes_back(payment, 1, 400)
            changed.set()
            summed.wait(_PATIENCE)

    def sum_meanwhile() -> None:
        assert changed.wait(20)
        sum_changed_givers()
        summed.set()

    at_once([change_slowly, sum_meanwhile])
    assert_reports_are_the_gifts(entity)
    sum_changed_givers()
    assert not GivingChange.objects.exists()
    assert_reports_are_the_gifts(entity)
    assert check_giving_sums() == 0


def test_several_who_sum_and_compare_at_once_leave_each_sum_once(
    payment: Payment, campaign: Campaign, entity: LegalEntity
) -> None:
    for number, payer in enumerate(payers(campaign), start=2):
        gives(campaign, payer, number, at=_AT)
    acts: list[Callable[[], object]] = [sum_changed_givers] * 3
    *_, wrong = at_once([*acts, check_giving_sums])
    assert wrong == 0
    assert GivingYear.objects.count() == 7
    assert not GivingChange.objects.exists()
    assert_reports_are_the_gifts(entity)


def test_nobody_who_marks_a_payer_waits_for_another(payment: Payment) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("On SQLite whoever writes is alone.")
    customer = payment.donation.customer_id
    marked, other_marked = Event(), Event()

    def mark_slowly() -> bool:
        with transaction.atomic():
            mark_givers([customer])
            marked.set()
            return other_marked.wait(20)

    def mark_too() -> None:
        assert marked.wait(20)
        mark_givers([customer])
        other_marked.set()

    was_not_alone, _ = at_once([mark_slowly, mark_too])
    assert was_not_alone
