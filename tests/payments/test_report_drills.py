"""Every figure of every report leads to rows that sum or count to it, and a filter that makes no sense says so."""

from collections import Counter
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from payments.finance.columns import ColumnKind
from payments.finance.links import report_address
from payments.finance.measures.donor_years import (
    DonorGroup,
    DonorKind,
    donor_years,
    groups_of,
)
from payments.finance.table import Table
from payments.finance.tables import TABLES
from payments.models import Campaign, RefundStatus
from tests.payments.admin_pages import as_role
from tests.payments.drills import PROOFS, REPORT, lines_behind, lines_of, links_of
from tests.payments.failures_book import write_failures
from tests.payments.gifts import a_gift, a_refund
from tests.payments.giving_book import giver, write_giving
from tests.payments.recurring_book import write_book
from tests.payments.releases import a_release, restrict

EVERYTHING = {"entity": "courier"}
# What stands behind these is an object with a page of its own, whose figures that page tells.
OBJECTS = ["payouts", "exceptions", "audit_trail", "fund_movements"]
# Where everything at once does not show every figure.
SELECTIONS = {
    "funds": [{**EVERYTHING, "first": "2026-11-21"}],
    "donors": [
        {**EVERYTHING, "year": year, "currency": currency, "group": group}
        for year, currency, group in [
            ("2025", "GBP", ""),
            ("2024", "USD", ""),
            ("2025", "GBP", "lapsed"),
        ]
    ],
}
# Figures that are made of people or gifts rather than of one thing.
DERIVED = ["cohorts", "lapsed_donors", "donor_years", "donors"]
derived = pytest.mark.parametrize("report", DERIVED)

pytestmark = pytest.mark.usefixtures("told_rendering")


@pytest.fixture
def book(campaign: Campaign) -> None:
    """Years of one-off gifts, two of recurring ones, failed collections, and booked gifts with every kind of refund."""
    write_giving(campaign)
    write_book(campaign)
    write_failures(campaign)
    spring = {"prompt": "spring", "arm": "b", "country": "GB"}
    a_refund(a_gift(campaign, 2500, attribution=spring), 1000)
    a_refund(a_gift(campaign, 700, attribution=spring), 700, status=RefundStatus.FAILED)
    a_gift(campaign, 4000, currency="USD")
    a_release(restrict(campaign), 300)


def test_following_each_figure_arrives_at_rows_that_make_it(
    client: Client, book: None, subtests: pytest.Subtests
) -> None:
    finance = as_role(client, "finance lead")
    for table in TABLES.values():
        with subtests.test(table.name):
            selections = SELECTIONS.get(table.name, [EVERYTHING])
            walked = {name for each in selections for name in _walk(table, each, finance)}
            linked = {column.name for column in table.columns if column.link}
            assert walked == linked or table.name in OBJECTS


def _walk(table: Table, filters: dict[str, str], finance: Client) -> set[str]:
    """Follow every link of a selection, and return the columns that had one."""
    followed = list(links_of(table, filters))
    for each in followed:
        if table.name not in OBJECTS:
            behind = lines_behind(each.address)
            assert PROOFS[table.name, each.column](behind, each.line) == each.figure, each
    for address in list(dict.fromkeys(each.address for each in followed))[:3]:
        assert finance.get(address).status_code == 200
    return {each.column for each in followed}


@derived
def test_no_figure_made_of_others_is_without_its_rows(report: str, book: None) -> None:
    """A share is the quotient of two figures that have theirs; an age and the like count nothing."""
    figures = {
        column.name
        for column in TABLES[report].columns
        if column.kind in (ColumnKind.INTEGER, ColumnKind.MONEY) and column.name != "age"
    }

    assert figures == {name for each, name in PROOFS if each == report and name != "supporter"}


def test_a_cohort_seen_at_an_age_is_its_gifts_on_that_day(book: None) -> None:
    february = {"entity": "courier", "first": "2025-02-01", "last": "2025-02-28"}

    (kept,) = lines_of("cohort_gifts", {**february, "until": "2026-01-31"})
    (lost,) = lines_of("cohort_gifts", {**february, "until": "2026-02-28"})

    assert (kept["begun_minor"], kept["standing_minor"]) == (12000, 12000)
    assert (lost["begun_minor"], lost["standing_minor"]) == (12000, None)
    assert lines_of("cohort_gifts", {**february, "until": "2026-02-28", "standing": "on"}) == []


def test_the_triangle_leads_where_its_rows_lead(client: Client, book: None) -> None:
    days = {"entity": "courier", "first": "2025-02-01", "last": "2025-02-28", "until": "2026-03-15"}
    page = as_role(client, "finance").get(report_address("cohorts", days))

    (triangle,) = page.context["every"].triangles()
    (line,) = triangle.gifts
    rows = lines_of("cohorts", days)
    assert len(lines_behind(line.address)) == line.begun_count
    for cell, row in zip(line.cells, rows, strict=True):
        assert bool(cell.address) == bool(row["standing_gifts"])
        if cell.address:
            assert len(lines_behind(cell.address)) == row["standing_gifts"]
            assert dict(parse_qsl(urlsplit(cell.address).query))["until"] == str(row["seen_on"])
    # The last month is seen only until the day that was asked for.
    assert str(rows[-1]["seen_on"]) == "2026-03-15"


def test_a_person_of_several_currencies_is_one_line_and_told_in_each(book: None) -> None:
    eve = str(giver("eve"))

    (of_all,) = [
        row for row in lines_of("donors", {**EVERYTHING, "year": "2025"}) if row["supporter"] == eve
    ]
    (in_pounds,) = [
        row
        for row in lines_of("donors", {**EVERYTHING, "year": "2025", "currency": "GBP"})
        if row["supporter"] == eve
    ]

    assert (of_all["kind"], of_all["change"], of_all["given_minor"]) == ("retained", None, None)
    assert (in_pounds["change"], in_pounds["given_minor"]) == ("raised", 2500)
    assert in_pounds["given_before_minor"] == 0


def test_a_gift_that_stands_leads_to_what_happened_to_it(book: None) -> None:
    (refunded,) = [
        row
        for row in lines_of("standing_gifts", EVERYTHING)
        if row["refunded_minor"] == 1000 and row["taken_back_minor"] == 0
    ][:1]
    (link,) = [column.link for column in TABLES["standing_gifts"].columns if column.name == "gift"]
    assert link is not None

    events = lines_behind(link(refunded, EVERYTHING))

    assert {row["gift_reference"] for row in events} == {refunded["gift"]}


def test_the_register_of_one_supporter_is_all_of_theirs(book: None) -> None:
    rows = lines_of("gift_register", {**EVERYTHING, "supporter": str(giver("hal"))})

    assert [row["amount_minor"] for row in rows] == [3000, 1800]
    assert {row["supporter"] for row in rows} == {str(giver("hal"))}


def test_gifts_as_they_stand_do_not_tell_names_without_the_permission(
    client: Client, book: None
) -> None:
    for report in ("standing_gifts", "donors"):
        address = report_address(
            report, {**EVERYTHING, "year": "2025"} if report == "donors" else EVERYTHING
        )
        assert "@example.org" not in as_role(Client(), "finance").get(address).content.decode()
        assert "hal@example.org" in as_role(Client(), "finance lead").get(address).content.decode()


@pytest.mark.parametrize(
    ("report", "chosen", "words"),
    [
        ("gift_register", {"supporter": "eve"}, "This is no reference of a supporter"),
        ("gift_register", {"gift": "\x00"}, "This is no reference of a gift"),
        ("standing_gifts", {"supporter": "0f8fad5b"}, "This is no reference of a supporter"),
        ("standing_gifts", {"currency": "XXX"}, "There are no amounts in XXX"),
        ("donors", {"year": "1066"}, "Ensure this value is greater than or equal to 2000."),
        ("donors", {"group": "friends"}, "friends is not one of the available choices."),
        ("cohort_gifts", {"until": "2025-02-30"}, "Enter a valid date."),
        ("cohort_gifts", {"until": "2024-12-31"}, "before the last one on which gifts began"),
    ],
)
def test_a_filter_that_makes_no_sense_is_answered_with_a_sentence(
    report: str, chosen: dict[str, str], words: str, client: Client, book: None
) -> None:
    days = {"first": "2025-01-01", "last": "2025-12-31"}
    form = TABLES[report].form.base_fields
    known = {each: day for each, day in days.items() if each in form}

    page = as_role(client, "finance").get(f"{REPORT}{report}/", {**known, **chosen})

    assert page.status_code == 400
    assert words in page.content.decode()


def test_a_currency_that_no_campaign_asks_for_any_more_can_still_be_looked_at(
    campaign: Campaign, client: Client, book: None
) -> None:
    campaign.currencies.filter(currency="USD").delete()

    page = as_role(client, "finance").get(
        report_address("standing_gifts", {**EVERYTHING, "currency": "USD"})
    )

    assert page.status_code == 200
    assert page.context["page"].paginator.count == len(
        lines_of("standing_gifts", {**EVERYTHING, "currency": "USD"})
    )
    assert '<option value="USD" selected>' in page.content.decode()


@pytest.mark.parametrize("report", ["donors", "standing_gifts", "cohort_gifts"])
def test_a_list_of_people_or_gifts_takes_few_statements(
    report: str, client: Client, book: None, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    signed_in = as_role(client, "finance")
    with django_assert_max_num_queries(24):
        signed_in.get(report_address(report, EVERYTHING))


people = st.lists(
    st.dictionaries(
        st.integers(2020, 2025),
        st.dictionaries(st.sampled_from(["GBP", "USD"]), st.integers(1, 9), min_size=1),
        min_size=1,
    ),
    max_size=12,
)


@given(people)
@settings(max_examples=100, deadline=None)
def test_the_groups_of_people_are_what_the_years_count(
    givings: list[dict[int, dict[str, int]]],
) -> None:
    for line in donor_years(givings, range(2020, 2027)):
        told = Counter(
            group for giving in givings for group in groups_of(giving, line.year, line.currency)
        )
        assert told == +Counter(
            {
                **{DonorGroup(kind.value): line.counts[kind] for kind in DonorKind},
                DonorGroup.LAPSED: line.lapsed,
                DonorGroup.RAISED: line.raised,
                DonorGroup.LOWERED: line.lowered,
            }
        )
