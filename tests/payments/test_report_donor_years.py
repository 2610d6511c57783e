"""Donor years and lapsed donors: four years worked out by hand, and what holds whatever people give."""

from typing import Any

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from payments.finance.links import report_address
from payments.finance.measures.donor_years import ALL, DonorKind, donor_years
from payments.finance.tables.donor_years import DONOR_YEARS, DonorYearForm
from payments.finance.tables.lapsed import LAPSED
from payments.models import Campaign
from tests.payments.admin_pages import as_role
from tests.payments.giving_book import give, giver, write_giving

YEARS = """
    year gave_in donors new retained recaptured lapsed raised lowered given
    2022 all          1   1        0          0      0      0       0 -
    2022 GBP          1   1        0          0      0      0       0 5000
    2023 all          2   2        0          0      1      0       0 -
    2023 GBP          2   2        0          0      1      0       0 3000
    2024 all          4   3        1          0      1      1       0 -
    2024 GBP          3   2        1          0      1      1       0 4700
    2024 USD          1   1        0          0      0      0       0 4000
    2025 all          5   1        3          1      1      0       1 -
    2025 GBP          5   1        3          1      1      1       1 8900
    2025 USD          0   0        0          0      0      0       0 0
"""
EVERYTHING = {"entity": "courier"}


@pytest.fixture
def book(campaign: Campaign) -> Campaign:
    write_giving(campaign)
    return campaign


def _years(**filters: str) -> list[dict[str, Any]]:
    names = [column.name for column in DONOR_YEARS.columns]
    rows = DONOR_YEARS.rows({**EVERYTHING, **filters})
    return [dict(zip(names, row, strict=True)) for row in rows]


def _lapsed(year: int, lapse: str = "") -> list[dict[str, Any]]:
    names = [column.name for column in LAPSED.columns]
    rows = LAPSED.rows({**EVERYTHING, "year": str(year), "lapse": lapse})
    return [dict(zip(names, row, strict=True)) for row in rows]


def test_four_years_are_as_worked_out_by_hand(book: Campaign) -> None:
    names, *expected = (line.split() for line in YEARS.strip().splitlines())

    told = [
        [
            "-" if value is None else str(value)
            for name, value in line.items()
            if name in names[:-1] or name == "given_minor"
        ]
        for line in _years()
    ]

    assert told == expected


def test_what_was_given_is_told_by_who_gave_it(book: Campaign) -> None:
    pounds = next(line for line in _years() if (line["year"], line["gave_in"]) == ("2025", "GBP"))

    assert pounds["given_new_minor"] == 100
    assert pounds["given_retained_minor"] == 1500 + 2500 + 1800
    assert pounds["given_recaptured_minor"] == 3000


def test_retention_is_of_the_people_of_the_year_before(book: Campaign) -> None:
    kept = {line["year"]: line["kept"] for line in _years() if line["gave_in"] == ALL}

    assert {year: str(share) for year, share in kept.items()} == {
        "2022": "None",
        "2023": "0.000000",
        "2024": "0.500000",
        "2025": "0.750000",
    }


def test_a_year_of_its_own_knows_the_years_before(book: Campaign) -> None:
    last = [line for line in _years() if line["year"] == "2025"]

    assert _years(first_year="2025", last_year="2025") == last


def test_lapsed_people_are_told_with_what_they_gave(book: Campaign) -> None:
    cat, dan = _lapsed(2025)

    assert (cat["lapse"], cat["supporter"]) == ("lybunt", str(giver("cat")))
    assert (cat["last_minor"], cat["largest_minor"], cat["lifetime_minor"]) == (700, 700, 1200)
    assert (cat["gifts"], cat["years"]) == (2, 1)
    assert (dan["lapse"], dan["supporter"], dan["last_minor"]) == ("sybunt", str(giver("dan")), 5000)  # fmt: skip


def test_the_lapsed_of_a_year_are_the_people_that_its_figure_leads_to(book: Campaign) -> None:
    for line in _years():
        if line["gave_in"] == ALL:
            people = {row["supporter"] for row in _lapsed(int(line["year"]), "lybunt")}
            assert len(people) == line["lapsed"], line["year"]


def test_the_last_evening_belongs_to_the_newspapers_own_year(campaign: Campaign) -> None:
    campaign.entity.fiscal_year_start_month, campaign.entity.fiscal_year_start_day = 4, 6
    campaign.entity.save()
    # Half an hour before midnight in London, and half an hour after.
    give(campaign, "ann", "2025-04-05T22:30", 1000)
    give(campaign, "ben", "2025-04-05T23:30", 1000)

    told = [(line["year"], line["donors"]) for line in _years() if line["gave_in"] == ALL]

    assert told == [("2024", 1), ("2025", 1)]


def test_years_in_the_wrong_order_are_refused(campaign: Campaign) -> None:
    form = DonorYearForm({**EVERYTHING, "first_year": "2025", "last_year": "2024"})

    assert not form.is_valid()
    assert form.errors["last_year"] == ["This year is before the first one."]


def test_pages_take_few_statements_however_many_people(
    book: Campaign, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    signed_in = as_role(client, "finance")
    with django_assert_max_num_queries(24):
        page = signed_in.get(report_address("donor_years", EVERYTHING))
    assert "group=lapsed" in page.content.decode()
    with django_assert_max_num_queries(24):
        page = signed_in.get(report_address("lapsed_donors", {**EVERYTHING, "year": "2025"}))
    assert "50.00" in page.content.decode()
    assert "cat@example.org" not in page.content.decode()


givings = st.lists(
    st.dictionaries(
        st.integers(2020, 2026),
        st.dictionaries(st.sampled_from(["GBP", "USD"]), st.integers(1, 10**6), min_size=1),
        min_size=1,
    )
)


@given(givings)
@settings(max_examples=100, deadline=None)
def test_new_retained_and_recaptured_are_the_donors_and_the_rest_lapsed(
    people: list[dict[int, dict[str, int]]],
) -> None:
    told = {
        line.year: line for line in donor_years(people, range(2020, 2027)) if line.currency == ALL
    }
    for year, line in told.items():
        assert sum(line.counts.values()) == sum(year in giving for giving in people)
        assert line.before == sum(year - 1 in giving for giving in people)
        assert line.counts[DonorKind.RETAINED] == line.before - line.lapsed
        assert line.raised + line.lowered <= line.counts[DonorKind.RETAINED]
    for line in donor_years(people, range(2020, 2027)):
        if line.currency != ALL:
            theirs = [giving.get(line.year, {}).get(line.currency, 0) for giving in people]
            assert sum(line.given.values()) == sum(theirs)
            assert line.donors == sum(map(bool, theirs))
