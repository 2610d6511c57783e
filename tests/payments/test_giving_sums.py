"""Sums of giving: whatever is given, goes back and is summed in whatever order, reports say what the gifts do."""

from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from payments.customers.actions import assign_party
from payments.donations.giving import actions
from payments.donations.giving.actions import sum_changed_givers
from payments.donations.giving.checking import check_giving_sums
from payments.donations.giving.tasks import check_giving_sums as check_task
from payments.donations.giving.tasks import sum_changed_givers as sum_task
from payments.finance.tables.lapsed import LAPSED
from payments.models import (
    Campaign,
    Customer,
    GivingCalendar,
    GivingChange,
    GivingYear,
    LegalEntity,
    Payment,
)
from tests.factories import LegalEntityFactory, SupporterFactory, make_newspaper
from tests.payments.giving_acts import (
    INSTANTS,
    a_report,
    give_together,
    gives,
    goes_back,
    is_disputed,
    is_returned,
    payers,
)
from tests.payments.giving_plainly import assert_reports_are_the_gifts

_SUMMER = INSTANTS[7]
picks = st.integers(0, 20)
amounts = st.integers(50, 60)
steps = st.one_of(
    st.tuples(st.just("give"), picks, st.sampled_from(INSTANTS), amounts, st.sampled_from(["GBP", "EUR"])),
    st.tuples(st.just("back"), picks, st.sampled_from([10, 50]), st.sampled_from(["succeeded", "failed"])),
    st.tuples(st.just("dispute"), picks, st.sampled_from(["needs_response", "lost", "won"])),
    st.tuples(st.just("return"), picks),
    st.tuples(st.just("merge"), picks, picks),
    st.tuples(
        st.just("calendar"), st.sampled_from([1, 4]), st.sampled_from([1, 6]),
        st.sampled_from(["Europe/London", "Pacific/Auckland"]),
    ),
    st.tuples(st.just("night"), st.sampled_from([1, 2, 5000])),
    st.tuples(st.just("broken night"), st.integers(1, 3)),
)  # fmt: skip


class TestAnySequence(TestCase):
    # Each example makes its own newspaper, which takes as long as the machine is busy.
    @settings(deadline=None, max_examples=12, suppress_health_check=list(HealthCheck))
    @given(st.lists(steps, max_size=16))
    def test_reports_are_what_the_gifts_say(self, told: list[tuple[object, ...]]) -> None:
        campaign = make_newspaper()
        people = payers(campaign)
        for number, step in enumerate(told, start=1):
            _take(campaign, people, number, step)
        assert_reports_are_the_gifts(campaign.entity)
        assert check_giving_sums() == 0
        sum_changed_givers()
        assert not GivingChange.objects.exists()
        assert_reports_are_the_gifts(campaign.entity)
        assert check_giving_sums() == 0


def _take(
    campaign: Campaign, people: list[Customer], number: int, step: tuple[object, ...]
) -> None:
    match step:
        case ("give", int(who), datetime() as at, int(amount), str(currency)):
            payer = people[who % len(people)]
            gives(campaign, payer, number, at=at, amount=amount, currency=currency)
        case ("merge", int(one), int(other)):
            party = Customer.objects.get(pk=people[other % len(people)].pk).party
            if party:
                assign_party(people[one % len(people)].pk, party=party)
        case ("calendar", int(month), int(day), str(zone)):
            LegalEntity.objects.update(
                fiscal_year_start_month=month, fiscal_year_start_day=day, time_zone=zone
            )
        case ("night", int(chunk)):
            _night(chunk)
        case ("broken night", int(chunks)):
            _broken_night(chunks)
        case (str(), int(pick), *told) if payments := list(Payment.objects.order_by("pk")):
            _goes(payments[pick % len(payments)], number, step[0], told)


def _goes(payment: Payment, number: int, what: object, told: list[object]) -> None:
    match what, told:
        case "back", [int(amount), str(status)]:
            goes_back(payment, number, amount, status)
        case "dispute", [str(status)]:
            is_disputed(payment, status)
        case "return", []:
            is_returned(payment)


def _night(chunk: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(actions, "_CHUNK", chunk)
        sum_changed_givers()


def _broken_night(chunks: int) -> None:
    """Sum payers until the process dies, after some chunks and in the middle of one."""
    keep, left = actions.keep_sums, iter(range(chunks))

    def keep_some(*told: object) -> None:
        keep(*told)  # type: ignore[arg-type]
        if next(left, None) is None:
            raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(actions, "_CHUNK", 1)
        patch.setattr(actions, "keep_sums", keep_some)
        try:
            sum_changed_givers()
        except KeyboardInterrupt:
            return


@pytest.mark.django_db
def test_what_is_kept_is_read_and_what_changed_is_added_up(
    campaign: Campaign, entity: LegalEntity
) -> None:
    people = payers(campaign)
    for number, payer in enumerate(people, start=1):
        gives(campaign, payer, number, at=_SUMMER)
    sum_changed_givers()
    assert GivingYear.objects.count() == len(people)
    # What stands in the sums is believed, but for the payer who gives again.
    GivingYear.objects.update(given=1)
    gives(campaign, people[0], 99, at=INSTANTS[8], amount=500)
    assert list(GivingChange.objects.values_list("customer", flat=True)) == [people[0].pk]
    with pytest.raises(AssertionError):
        assert_reports_are_the_gifts(entity)
    assert check_giving_sums() == len(people) - 1
    assert_reports_are_the_gifts(entity)


@pytest.mark.django_db
def test_a_batch_leaves_its_marks_in_one_statement_and_none_where_nothing_changed(
    campaign: Campaign,
) -> None:
    people = payers(campaign)
    reports = [
        a_report(campaign, payer, number, at=_SUMMER)
        for number, payer in enumerate([*people, people[0]], start=1)
    ]
    assert _marking(lambda: give_together(reports)) == 1
    assert GivingChange.objects.count() == len(people)
    assert _marking(lambda: give_together(reports)) == 0
    payment = Payment.objects.get(stripe_id="pi_1")
    assert _marking(lambda: goes_back(payment, 1, 100)) == 1
    assert _marking(lambda: goes_back(payment, 1, 100)) == 0
    # What is held for now still stands.
    assert _marking(lambda: is_disputed(payment, "needs_response")) == 0
    assert _marking(lambda: is_disputed(payment, "lost")) == 1
    assert _marking(lambda: is_disputed(payment, "lost")) == 0
    assert _marking(lambda: is_returned(Payment.objects.get(stripe_id="pi_2"))) == 1


def _marking(act: object) -> int:
    """Return how many statements of an act set marks."""
    assert callable(act)
    with CaptureQueriesContext(connection) as captured:
        act()
    table = GivingChange._meta.db_table
    return sum(f'INSERT INTO "{table}"' in query["sql"] for query in captured)


@pytest.mark.django_db
def test_sums_that_are_not_those_of_the_gifts_are_made_again_with_an_error(
    campaign: Campaign, entity: LegalEntity, caplog: pytest.LogCaptureFixture
) -> None:
    people = payers(campaign)
    for number, payer in enumerate(people, start=1):
        gives(campaign, payer, number, at=_SUMMER)
    sum_changed_givers()
    assert check_giving_sums() == 0
    caplog.clear()
    GivingYear.objects.filter(customer=people[0]).update(largest=999)
    GivingYear.objects.filter(customer=people[1]).delete()
    Payment.objects.filter(donation__customer=people[2]).update(refunded_amount=1000)
    assert check_giving_sums() == 3
    assert caplog.text.count("are made again") == 3
    assert_reports_are_the_gifts(entity)
    assert not GivingChange.objects.exists()
    assert check_giving_sums() == 0


@pytest.mark.django_db
def test_the_tasks_sum_and_check(campaign: Campaign, entity: LegalEntity) -> None:
    gives(campaign, payers(campaign)[0], 1, at=_SUMMER)
    sum_task.delay()
    assert GivingYear.objects.exists()
    GivingYear.objects.update(last_given=1)
    check_task.delay()
    assert sum(check_giving_sums(part=part) for part in range(7)) <= 1
    assert_reports_are_the_gifts(entity)
    assert [check_giving_sums(part=part) for part in range(7)] == [0] * 7


@pytest.mark.django_db
def test_each_newspaper_has_the_sums_of_its_own_years(
    campaign: Campaign, entity: LegalEntity
) -> None:
    april = LegalEntityFactory.create(slug="gazette", fiscal_year_start_month=4)
    other = make_newspaper(slug="other", entity=april)
    # One payer of both, as no checkout makes it but nothing forbids.
    payer = payers(campaign)[0]
    gives(campaign, payer, 1, at=INSTANTS[1], amount=500)
    gives(other, payer, 2, at=INSTANTS[1], amount=800)
    sum_changed_givers()
    kept = GivingYear.objects.order_by("entity")
    assert list(kept.values_list("entity__slug", "year", "given")) == [
        ("courier", 2023, 500),
        ("gazette", 2022, 800),
    ]
    for each in (entity, april):
        assert_reports_are_the_gifts(each)


@pytest.mark.django_db
def test_two_people_that_turn_out_to_be_one_need_no_new_sums(
    campaign: Campaign, entity: LegalEntity
) -> None:
    people = payers(campaign)
    for number, payer in enumerate(people, start=1):
        gives(campaign, payer, number, at=INSTANTS[number], amount=1000 + number)
    sum_changed_givers()
    one = SupporterFactory.create().reference
    for payer in people[:4]:
        assign_party(payer.pk, party=one)
    assert not GivingChange.objects.exists()
    assert_reports_are_the_gifts(entity)
    assert check_giving_sums() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("is_kept", [False, True])
def test_of_gifts_of_one_instant_the_one_recorded_last_is_the_last(
    is_kept: bool, campaign: Campaign, entity: LegalEntity
) -> None:
    ann, ann_again, ben, *_ = payers(campaign)
    for number, (payer, amount) in enumerate(
        [(ann, 50), (ann_again, 60), (ann, 55), (ben, 70), (ben, 65)], start=1
    ):
        gives(campaign, payer, number, at=_SUMMER, amount=amount)
    if is_kept:
        sum_changed_givers()
    rows = LAPSED.rows({"entity": entity.slug, "year": "2025"})
    place = [column.name for column in LAPSED.columns].index("last_minor")
    assert sorted(row[place] for row in rows) == [55, 65]
    assert_reports_are_the_gifts(entity)


@pytest.mark.django_db
def test_before_the_first_night_nothing_is_kept_and_then_all_is(
    campaign: Campaign, entity: LegalEntity
) -> None:
    gives(campaign, payers(campaign)[0], 1, at=_SUMMER)
    # As after an upgrade, when no change before it left a mark.
    GivingChange.objects.all().delete()
    assert not GivingCalendar.objects.exists()
    assert_reports_are_the_gifts(entity)
    assert sum_changed_givers() == 1
    assert GivingYear.objects.count() == 1
    assert_reports_are_the_gifts(entity)
