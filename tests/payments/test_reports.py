"""What every report keeps: its page opens, its totals are the sums of its rows, names need a permission."""

import re

import pytest
from django.test import Client

from payments.finance.columns import ColumnKind, ControlTotals
from payments.finance.links import report_address, to_report
from payments.finance.table import Table
from payments.finance.tables import GROUPS, TABLES
from payments.models import AccessLog, Campaign, RefundStatus
from tests.factories import CustomerFactory
from tests.payments.admin_pages import as_role
from tests.payments.gifts import a_gift, a_refund

EVERYTHING = {"entity": "courier"}

every_report = pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)


@pytest.fixture
def book(campaign: Campaign) -> None:
    """Some of each kind of thing that reports tell of."""
    payer = CustomerFactory.create(name="=1+1", email="payer@example.org", country="GB")
    a_refund(a_gift(campaign, 2500, customer=payer), 1000)
    a_refund(a_gift(campaign, 700), 700, status=RefundStatus.FAILED)
    a_gift(campaign, 500, currency="JPY", frequency="monthly")
    a_gift(campaign, 4000, currency="USD", is_booked=False)


@every_report
def test_a_report_opens_with_its_meaning_and_is_written_down(
    table: Table, client: Client, book: None
) -> None:
    page = as_role(client, "finance lead").get(report_address(table.name, EVERYTHING))

    assert page.status_code == 200
    words = page.content.decode()
    assert table.title in words
    assert table.code in words
    assert AccessLog.objects.get().report == table.name


@every_report
def test_a_report_opens_with_its_usual_period(table: Table, client: Client, book: None) -> None:
    assert as_role(client, "auditor").get(table.get_absolute_url()).status_code == 200


@every_report
def test_the_totals_are_the_sums_of_the_rows(table: Table, book: None) -> None:
    added = ControlTotals(table.columns)
    for row in table.rows(EVERYTHING):
        added.add(row)

    assert table.figures(EVERYTHING) == added.figures()


@every_report
def test_a_page_shows_the_rows_that_the_file_has(table: Table, book: None) -> None:
    if table.screen is None:
        return
    on_screen = table.screen(EVERYTHING)

    assert len(on_screen) == table.figures(EVERYTHING).row_count
    assert sorted(map(repr, on_screen[:1000])) == sorted(map(repr, table.rows(EVERYTHING)))


@every_report
def test_columns_are_well_formed(table: Table, book: None) -> None:
    names = [column.name for column in table.columns]
    assert len(set(names)) == len(names)
    for column in table.columns:
        assert re.fullmatch(r"[a-z][a-z0-9_]*", column.name)
        if column.kind in (ColumnKind.MONEY, ColumnKind.MINOR):
            assert column.currency in names, f"{column.name} has no currency column"
        if column.kind is ColumnKind.MONEY:
            assert f"{column.name}_minor" in names
    assert {len(row) for row in table.rows(EVERYTHING)} <= {len(names)}


@every_report
def test_the_same_rows_come_in_the_same_order(table: Table, book: None) -> None:
    assert list(table.rows(EVERYTHING)) == list(table.rows(EVERYTHING))


@every_report
def test_names_and_emails_are_not_on_the_page_without_their_permission(
    table: Table, client: Client, book: None
) -> None:
    page = as_role(client, "finance").get(report_address(table.name, EVERYTHING))

    assert "payer@example.org" not in page.content.decode()


@every_report
def test_a_report_is_closed_to_those_without_its_permission(
    table: Table, client: Client, book: None
) -> None:
    assert as_role(client, "support").get(table.get_absolute_url()).status_code == 403


def test_no_two_reports_share_a_name_or_a_code() -> None:
    tables = [table for tables in GROUPS.values() for table in tables]

    assert len(TABLES) == len(tables)
    assert len({table.code for table in tables}) == len(tables)


def test_the_index_lists_what_one_may_see(book: None) -> None:
    for role in ("finance", "finance lead"):
        client = as_role(Client(), role)
        page = client.get("/finance/reports/").content.decode()

        for table in TABLES.values():
            may_see = client.get(table.get_absolute_url()).status_code == 200
            assert (table.get_absolute_url() in page) == may_see, (role, table.name)
            assert may_see or role == "finance"


def test_a_report_that_there_is_not_is_not_found(client: Client, book: None) -> None:
    assert as_role(client, "finance").get("/finance/reports/nothing/").status_code == 404


def test_a_figure_leads_to_the_rows_behind_it_and_no_others() -> None:
    link = to_report("gift_register", campaign="campaign", currency="currency")

    address = link(
        {"campaign": "autumn", "currency": None, "gifts": 3},
        {"entity": "courier", "first": "2026-11-01", "frequency": "monthly"},
    )

    assert address == (
        "/finance/reports/gift_register/?first=2026-11-01&last=&entity=courier&campaign=autumn"
    )
