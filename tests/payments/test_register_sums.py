"""Sums of the gift register's days: whatever happened and was summed in whatever order, a read gives what rows do."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from payments.donations.changes import note_changes
from payments.finance.register_sums.actions import sum_register_days
from payments.finance.register_sums.checking import check_register_sums
from payments.finance.register_sums.queries import register_groups
from payments.finance.register_sums.tasks import check_register_sums as check_task
from payments.finance.register_sums.tasks import sum_register_days as sum_task
from payments.finance.register_totals import register_totals
from payments.finance.selections import GiftSelection
from payments.models import (
    Campaign,
    LegalEntity,
    Payment,
    PaymentChange,
    Refund,
    RefundStatus,
    RegisterDay,
    RegisterSum,
)
from tests.factories import LegalEntityFactory, make_newspaper
from tests.payments.breaking import alter_line, beneath_the_guards
from tests.payments.gifts import a_gift, a_refund
from tests.payments.register_sums import assert_sums_are_the_rows

# Summer time ends on 25 October: the days around it are not of one length.
BEGIN = datetime(2026, 10, 21, 12, tzinfo=UTC)
# Ten days later the first seven or eight days are summed.
NOW = BEGIN + timedelta(days=10)

hours = st.integers(-30, 24 * 6)
days = st.integers(-2, 6)
currencies = st.sampled_from(["GBP", "EUR"])
steps = st.one_of(
    st.tuples(st.just("gift"), hours, currencies, st.booleans()),
    st.tuples(st.just("refund"), st.integers(0, 50), hours, st.sampled_from(RefundStatus)),
    st.tuples(st.just("sum"), st.integers(0, 8)),
    st.tuples(st.just("read"), st.none() | days, st.none() | days, st.just("") | currencies),
)


class TestAnySequence(TestCase):
    # Each example makes its own newspaper, which takes as long as the machine is busy.
    @settings(deadline=None, max_examples=15, suppress_health_check=list(HealthCheck))
    @given(st.lists(steps, max_size=12))
    def test_reads_are_what_the_rows_add_up_to(self, told: list[tuple[object, ...]]) -> None:
        campaign = make_newspaper()
        entity = campaign.entity
        for number, step in enumerate([*told, ("read", None, None, "")]):
            match step:
                case ("gift", int(hour), str(currency), bool(is_booked)):
                    at = BEGIN + timedelta(hours=hour)
                    gift = a_gift(
                        campaign, 500 + number, at=at, currency=currency, is_booked=is_booked
                    )
                    note_changes([gift.pk])
                case ("refund", int(pick), int(hour), RefundStatus() as status):
                    gifts = list(Payment.objects.filter(refunded_amount=0).order_by("id"))
                    if gifts:
                        gift = gifts[pick % len(gifts)]
                        at = BEGIN + timedelta(hours=hour)
                        a_refund(gift, 100 + number, at=at, status=status)
                        note_changes([gift.pk])
                case ("sum", int(day)):
                    sum_register_days(now=BEGIN + timedelta(days=day))
                case ("read", first, last, str(currency)):
                    assert_sums_are_the_rows(
                        entity, _day(first), _day(last), currency=currency, starts=_starts(first)
                    )
        assert check_register_sums(now=NOW) == 0


def _day(ahead: object) -> date | None:
    return BEGIN.date() + timedelta(days=ahead) if isinstance(ahead, int) else None


def _starts(first: object) -> list[date]:
    begin = _day(first)
    return [begin + timedelta(days=each) for each in (0, 3, 4)] if begin else []


@pytest.mark.django_db
def test_days_are_summed_once_they_ended_two_days_ago_those_without_events_too(
    campaign: Campaign, entity: LegalEntity
) -> None:
    a_gift(campaign, at=BEGIN)
    a_gift(campaign, at=BEGIN + timedelta(days=3))
    assert sum_register_days(now=BEGIN + timedelta(days=2)) == 0
    assert sum_register_days(now=NOW) == 8
    assert sum_register_days(now=NOW) == 0
    told = [BEGIN.date() + timedelta(days=each) for each in range(8)]
    assert list(RegisterDay.objects.values_list("day", flat=True)) == told
    with_events = RegisterSum.objects.filter(event_count=1).values_list("day__day", flat=True)
    assert list(with_events.order_by("day")) == [told[0], told[3]]


@pytest.mark.django_db
def test_what_changes_late_is_read_at_once_and_summed_again_by_the_next_run(
    campaign: Campaign, entity: LegalEntity
) -> None:
    gift = a_gift(campaign, at=BEGIN)
    sum_register_days(now=NOW)
    assert not PaymentChange.objects.exists()
    a_refund(gift, 300, at=BEGIN + timedelta(days=2))
    assert PaymentChange.objects.exists()
    assert RegisterDay.objects.count() == 8
    assert_sums_are_the_rows(entity)
    assert register_totals(GiftSelection(entity.slug)).given[0].stands == 700

    assert sum_register_days(now=NOW) == 2
    assert not PaymentChange.objects.exists()
    assert_sums_are_the_rows(entity)
    assert RegisterSum.objects.filter(kind="refund", amount=-300).exists()


@pytest.mark.django_db
def test_days_that_are_kept_are_read_from_their_sums_alone(
    campaign: Campaign, entity: LegalEntity
) -> None:
    for day in range(10):
        a_gift(campaign, at=BEGIN + timedelta(days=day))
    sum_register_days(now=NOW)
    RegisterSum.objects.filter(event_count=1).update(amount=1)
    week = GiftSelection(entity.slug, BEGIN.date(), BEGIN.date() + timedelta(days=6))
    with CaptureQueriesContext(connection) as captured:
        assert sum(each.amount for each in register_groups(week, entity, with_clearing=True)) == 7
    assert len(captured) == 2
    everything = GiftSelection(entity.slug)
    with CaptureQueriesContext(connection) as captured:
        told = register_groups(everything, entity, with_clearing=True)
        assert sum(each.amount for each in told) == 8 * 1 + 2 * 1000
    assert len(captured) == 4
    of_a_fund = GiftSelection(entity.slug, fund=campaign.fund.code)
    assert sum(each.amount for each in register_groups(of_a_fund, entity)) == 10_000


@pytest.mark.django_db
def test_where_very_many_days_lost_their_sums_all_rows_are_read(
    campaign: Campaign, entity: LegalEntity, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("payments.finance.register_sums.queries._MOST_GAPS", 2)
    for day in range(10):
        a_gift(campaign, at=BEGIN + timedelta(days=day))
    sum_register_days(now=NOW)
    for day in (1, 3, 5):
        a_gift(campaign, at=BEGIN + timedelta(days=day))
    assert_sums_are_the_rows(entity)


@pytest.mark.django_db
def test_another_time_zone_of_the_newspaper_makes_other_days(
    campaign: Campaign, entity: LegalEntity
) -> None:
    a_gift(campaign, at=datetime(2026, 10, 21, 22, 30, tzinfo=UTC))
    sum_register_days(now=NOW)
    entity.time_zone = "Asia/Tokyo"
    entity.save()
    on_the_next = date(2026, 10, 22)
    assert_sums_are_the_rows(entity, on_the_next, on_the_next)
    assert register_totals(GiftSelection(entity.slug, on_the_next, on_the_next)).row_count == 1
    sum_register_days(now=NOW)
    assert set(RegisterDay.objects.values_list("time_zone", flat=True)) == {"Asia/Tokyo"}
    assert_sums_are_the_rows(entity, on_the_next, on_the_next)


@pytest.mark.django_db
def test_sums_that_are_not_those_of_the_rows_are_made_again_with_an_error(
    campaign: Campaign, entity: LegalEntity, caplog: pytest.LogCaptureFixture
) -> None:
    gift = a_gift(campaign, at=BEGIN)
    a_refund(gift, 100, at=BEGIN + timedelta(days=5))
    later = BEGIN + timedelta(days=9)
    sum_register_days(now=later)
    assert check_register_sums(now=later) == 0
    assert not caplog.records
    with beneath_the_guards():
        alter_line(gift.balance_transactions.get(reporting_category="charge"), by=50)
    Refund.objects.update(amount=900)
    assert check_register_sums(now=later) == 2
    assert caplog.text.count("are made again") == 2
    assert check_register_sums(now=later) == 0
    assert_sums_are_the_rows(entity)


@pytest.mark.django_db
def test_the_tasks_sum_and_check(campaign: Campaign, entity: LegalEntity) -> None:
    a_gift(campaign, at=BEGIN)
    sum_task.delay()
    assert RegisterDay.objects.exists()
    RegisterSum.objects.update(fee=0)
    check_task.delay()
    assert_sums_are_the_rows(entity)


@pytest.mark.django_db
def test_each_entity_has_the_sums_of_its_own_days(campaign: Campaign, entity: LegalEntity) -> None:
    other = make_newspaper(slug="other", entity=LegalEntityFactory.create(slug="gazette"))
    a_gift(campaign, 500, at=BEGIN)
    a_gift(other, 800, at=BEGIN)
    sum_register_days(now=NOW)
    PaymentChange.objects.all().delete()
    totals = [register_totals(GiftSelection(whose.slug)) for whose in (entity, other.entity)]
    assert [each.given[0].gifts for each in totals] == [500, 800]
    assert [each.settled[0].ledger for each in totals] == [500 - 35, 800 - 35]
