"""Sums of past days: whatever was booked, corrected and summed in whatever order, a read gives what the rows do."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.db.models import Count, Sum
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from payments.ledger.actions import book_balance_transaction
from payments.ledger.corrections import reverse_posting
from payments.ledger.queries import trial_balance
from payments.ledger.sums.actions import sum_past_days
from payments.ledger.sums.checking import check_day_sums
from payments.ledger.sums.queries import entries_moved, lines_moved
from payments.ledger.sums.spans import whole_days
from payments.ledger.sums.tasks import check_day_sums as check_task
from payments.ledger.sums.tasks import sum_past_days as sum_task
from payments.models import (
    BalanceTransaction,
    Campaign,
    EntryDay,
    EntrySum,
    LedgerEntry,
    LedgerPosting,
    LegalEntity,
    LineDay,
    LineSum,
)
from tests.factories import LegalEntityFactory, make_newspaper
from tests.payments.breaking import alter_line, beneath_the_guards
from tests.payments.gifts import a_gift, a_refund
from tests.payments.snapshots import a_balance_transaction

BEGIN = datetime(2026, 10, 1, 12, tzinfo=UTC)
# Ten days later the first seven days are summed.
NOW = BEGIN + timedelta(days=10)


def _lines_added_up(begin: datetime | None, end: datetime | None) -> dict[tuple[str, str], object]:
    rows = BalanceTransaction.objects.order_by()
    rows = rows.filter(created_at__gte=begin) if begin else rows
    rows = rows.filter(created_at__lt=end) if end else rows
    sums = rows.values_list("currency", "reporting_category")
    return {
        (currency, category): tuple(figures)
        for currency, category, *figures in sums.annotate(
            Count("id"), Sum("amount"), Sum("fee"), Sum("net")
        )
    }


def _entries_added_up(first: date | None, last: date | None) -> dict[object, list[int]]:
    rows = LedgerEntry.objects.all()
    rows = rows.filter(posting__accounting_on__gte=first) if first else rows
    rows = rows.filter(posting__accounting_on__lte=last) if last else rows
    found: dict[object, list[int]] = {}
    for each in rows:
        key = (each.currency, each.account, each.gift_class, each.fund_id)
        sums = found.setdefault(key, [0, 0, 0])
        sums[0] += 1
        sums[1 if each.amount > 0 else 2] += abs(each.amount)
    return found


@pytest.mark.parametrize(
    ("begin", "end", "days"),
    [
        ((1, 0), (3, 0), [1, 2]),
        ((1, 1), (3, 23), [2]),
        ((1, 1), (1, 2), []),
        ((1, 0), (1, 23), []),
    ],
)
def test_a_day_is_taken_from_its_sums_only_where_all_of_it_is_asked_for(
    begin: tuple[int, int], end: tuple[int, int], days: list[int]
) -> None:
    first, until = whole_days(
        datetime(2026, 10, *begin, tzinfo=UTC), datetime(2026, 10, *end, tzinfo=UTC)
    )
    assert first is not None
    assert until is not None
    assert list(range(first.day, until.day)) == days
    assert whole_days(None, None) == (None, None)


def assert_reads_are_the_rows(
    entity: LegalEntity, begin: datetime | None, end: datetime | None
) -> None:
    assert {
        (each.currency, each.category): (each.count, each.amount, each.fee, each.net)
        for each in lines_moved(begin, end)
    } == _lines_added_up(begin, end)
    first, last = begin and begin.date(), end and end.date()
    assert {
        (each.currency, each.account, each.gift_class, each.fund_id): [
            each.count,
            each.debit,
            each.credit,
        ]
        for each in entries_moved(entity, first=first, last=last)
    } == _entries_added_up(first, last)


hours = st.integers(-30, 24 * 12)
steps = st.one_of(
    st.tuples(st.just("gift"), hours, st.sampled_from(["GBP", "EUR"])),
    st.tuples(st.just("fee"), hours, st.sampled_from(["GBP", "EUR"])),
    st.tuples(st.just("correct"), st.integers(0, 50)),
    st.tuples(st.just("sum"), st.integers(0, 14)),
    st.tuples(st.just("read"), st.none() | hours, st.none() | hours),
)


class TestAnySequence(TestCase):
    # Each example makes its own newspaper, which takes as long as the machine is busy.
    @settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))
    @given(st.lists(steps, max_size=14))
    def test_reads_are_what_the_rows_add_up_to(self, told: list[tuple[object, ...]]) -> None:
        campaign = make_newspaper()
        entity = campaign.entity
        for number, step in enumerate([*told, ("read", None, None)]):
            match step:
                case ("gift", int(hour), str(currency)):
                    at = BEGIN + timedelta(hours=hour)
                    a_gift(campaign, 500 + number, at=at, currency=currency)
                case ("fee", int(hour), str(currency)):
                    bill = a_balance_transaction(
                        f"txn_{number}", -7, fee=0, currency=currency, category="fee", source=""
                    )
                    at = BEGIN + timedelta(hours=hour)
                    book_balance_transaction(replace(bill, created_at=at), now=NOW)
                case ("correct", int(pick)):
                    booked = LedgerPosting.objects.filter(corrects=None, corrections=None)
                    keys = list(booked.order_by("posted_at", "id").values_list("pk", flat=True))
                    if keys:
                        posting = keys[pick % len(keys)]
                        reverse_posting(posting, reason="Wrong", by=None, now=NOW)
                case ("sum", int(day)):
                    sum_past_days(now=BEGIN + timedelta(days=day))
                case ("read", begin, end):
                    assert_reads_are_the_rows(
                        entity,
                        None if begin is None else BEGIN + timedelta(hours=begin),  # type: ignore[arg-type]
                        None if end is None else BEGIN + timedelta(hours=end),  # type: ignore[arg-type]
                    )
        assert check_day_sums(now=NOW) == 0


@pytest.mark.django_db
def test_days_are_summed_once_they_ended_two_days_ago_those_without_rows_too(
    campaign: Campaign, entity: LegalEntity
) -> None:
    a_gift(campaign, at=BEGIN)
    a_gift(campaign, at=BEGIN + timedelta(days=3))
    assert sum_past_days(now=BEGIN + timedelta(days=2)) == 0
    assert sum_past_days(now=NOW) == 2 * 8
    assert sum_past_days(now=NOW) == 0
    days = [BEGIN.date() + timedelta(days=each) for each in range(8)]
    assert list(LineDay.objects.values_list("day", flat=True)) == days
    assert list(EntryDay.objects.values_list("day", "entity")) == [(d, entity.pk) for d in days]
    assert list(LineSum.objects.values_list("day__day", "count")) == [(days[0], 1), (days[3], 1)]


@pytest.mark.django_db
def test_what_is_booked_or_corrected_late_is_read_at_once_and_summed_by_night(
    campaign: Campaign, entity: LegalEntity
) -> None:
    gift = a_gift(campaign, at=BEGIN)
    sum_past_days(now=NOW)
    late = a_gift(campaign, 2500, at=BEGIN + timedelta(days=1))
    reverse_posting(_posting(gift).pk, reason="Wrong", by=None, now=NOW)
    assert_reads_are_the_rows(entity, None, None)
    assert LineDay.objects.count() == 7
    assert EntryDay.objects.count() == 6
    assert sum_past_days(now=NOW) == 3
    assert_reads_are_the_rows(entity, None, None)
    assert EntrySum.objects.filter(day__day=late.succeeded_at).exists()


@pytest.mark.django_db
def test_summed_days_are_read_from_their_sums_alone_in_two_statements(
    campaign: Campaign, entity: LegalEntity
) -> None:
    for day in range(10):
        a_gift(campaign, at=BEGIN + timedelta(days=day))
    sum_past_days(now=NOW)
    LineSum.objects.update(amount=1)
    EntrySum.objects.update(debit=1, credit=1)
    whole = datetime(2026, 10, 2, tzinfo=UTC), datetime(2026, 10, 7, tzinfo=UTC)
    with CaptureQueriesContext(connection) as captured:
        assert [each.amount for each in lines_moved(*whole)] == [5]
        days = {"first": date(2026, 10, 2), "last": date(2026, 10, 6)}
        assert {each.debit for each in entries_moved(entity, **days)} == {5}
    assert len(captured) == 2
    with CaptureQueriesContext(connection) as captured:
        # A part of the first day and the last two days come from the rows.
        assert lines_moved(BEGIN - timedelta(hours=1))[0].amount == 1000 + 7 + 2000
    assert len(captured) == 2
    with CaptureQueriesContext(connection) as captured:
        lines_moved(BEGIN, BEGIN + timedelta(hours=30))
    assert len(captured) == 1


@pytest.mark.django_db
def test_where_very_many_days_lost_their_sums_all_rows_are_read(
    campaign: Campaign, entity: LegalEntity, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("payments.ledger.sums.queries._MOST_GAPS", 2)
    for day in range(10):
        a_gift(campaign, at=BEGIN + timedelta(days=day))
    sum_past_days(now=NOW)
    for day in (1, 3, 5):
        a_gift(campaign, at=BEGIN + timedelta(days=day))
    assert_reads_are_the_rows(entity, None, NOW)


@pytest.mark.django_db
def test_sums_that_are_not_those_of_the_rows_are_made_again_with_an_error(
    campaign: Campaign, entity: LegalEntity, caplog: pytest.LogCaptureFixture
) -> None:
    gift = a_gift(campaign, at=BEGIN)
    a_refund(gift, 100, at=BEGIN + timedelta(days=40))
    later = BEGIN + timedelta(days=60)
    sum_past_days(now=later)
    assert check_day_sums(now=later) == 0
    assert not caplog.records
    with beneath_the_guards():
        alter_line(gift.balance_transactions.get(reporting_category="charge"), by=50)
    LineSum.objects.filter(day__day=BEGIN + timedelta(days=40)).delete()
    assert check_day_sums(now=later) == 3
    assert caplog.text.count("are made again") == 3
    assert check_day_sums(now=later) == 0
    assert_reads_are_the_rows(entity, None, None)


@pytest.mark.django_db
def test_the_tasks_sum_and_check(campaign: Campaign, entity: LegalEntity) -> None:
    a_gift(campaign, at=BEGIN)
    sum_task.delay()
    assert LineDay.objects.exists()
    LineSum.objects.update(fee=0)
    check_task.delay()
    assert_reads_are_the_rows(entity, None, None)


@pytest.mark.django_db
def test_each_entity_has_the_sums_of_its_own_days(campaign: Campaign, entity: LegalEntity) -> None:
    other = make_newspaper(slug="other", entity=LegalEntityFactory.create(slug="gazette"))
    a_gift(campaign, 500, at=BEGIN)
    a_gift(other, 800, at=BEGIN)
    sum_past_days(now=NOW)
    clearing = [
        [each.balance for each in trial_balance(whose) if each.account == "stripe_clearing"]
        for whose in (entity, other.entity)
    ]
    assert clearing == [[500 - 35], [800 - 35]]


def _posting(payment: object) -> LedgerPosting:
    return LedgerPosting.objects.get(balance_transaction__payment=payment)
