"""What reports of giving must say, told in plain Python from one gift after another."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from payments.finance.columns import ControlTotals, Row, amount
from payments.finance.giving.counted import donor_years_counted
from payments.finance.giving.given import Given
from payments.finance.measures.donor_years import (
    ALL,
    DonorGroup,
    Giving,
    donor_years,
    groups_of,
)
from payments.finance.table import Table
from payments.finance.tables import TABLES
from payments.models import LegalEntity, Payment
from payments.periods import civil_date, fiscal_year

YEARS = range(2022, 2026)
_CHANGES = (DonorGroup.RAISED, DonorGroup.LOWERED)

Gift = tuple[int, Payment]


def assert_reports_are_the_gifts(entity: LegalEntity) -> None:
    """Compare lapsed donors, donor years and donors of every year with what the gifts themselves say."""
    entity = LegalEntity.objects.get(pk=entity.pk)
    people = _gifts_by_person(entity)
    given = Given(entity.slug)
    years = [year for gifts in people.values() for year, _ in gifts]
    assert given.last_year() == max(years, default=None)
    for first, last in ((None, None), (None, 2023), (2023, None), (2024, 2026)):
        told = [_giving(gifts, last or max(years)) for gifts in people.values()]
        asked = range(
            max(first or min(years), min(years)) if years else 0,
            (last or max(years)) + 1 if years else 0,
        )
        assert donor_years_counted(given, first, last) == donor_years(told, asked)
    for year in YEARS:
        filters = {"entity": entity.slug, "year": str(year)}
        told = _lapsed(people, year)
        assert_rows(TABLES["lapsed_donors"], filters, told, without=["until"])
        for lapse in ("lybunt", "sybunt"):
            chosen = [row for row in told if row[0] == lapse]
            assert_file(TABLES["lapsed_donors"], {**filters, "lapse": lapse}, chosen, ["until"])
        for currency in ("", "GBP"):
            asked = {**filters, "currency": currency}
            told = list(_donors(people, year, currency, ""))
            assert_rows(TABLES["donors"], asked, told, without=_DAYS)
            for group in DonorGroup.values:
                told = list(_donors(people, year, currency, group))
                assert_file(TABLES["donors"], {**asked, "group": group}, told, _DAYS)


_DAYS = ["first_day_before", "last_day_before", "first_day", "last_day"]


def assert_file(
    table: Table, filters: dict[str, str], told: list[tuple[Any, ...]], without: list[str]
) -> list[Row]:
    """Compare a file's rows with these, which lack some columns; returns them whole."""
    rows = list(table.rows(filters))
    kept = [place for place, column in enumerate(table.columns) if column.name not in without]
    assert [tuple(row[place] for place in kept) for row in rows] == told
    return rows


def assert_rows(
    table: Table, filters: dict[str, str], told: list[tuple[Any, ...]], *, without: list[str]
) -> None:
    """Compare a file's rows, a screen's and the totals with these rows, which lack some columns."""
    rows = assert_file(table, filters, told, without)
    assert table.screen is not None
    assert table.totals is not None
    screen = table.screen(filters)
    assert len(screen) == len(rows)
    assert list(screen[0:2]) == rows[0:2]
    totals = ControlTotals(table.columns)
    for row in rows:
        totals.add(row)
    assert table.totals(filters) == totals.figures()


def _gifts_by_person(entity: LegalEntity) -> dict[Any, list[Gift]]:
    """Return each known person's gifts with their years, in the order of their time."""
    settled = Payment.objects.filter(donation__entity=entity, status__in=Payment.SETTLED)
    people = defaultdict(list)
    for payment in settled.select_related("donation__customer").order_by("succeeded_at", "id"):
        party = payment.donation.customer.party
        if party is not None and payment.net_given and payment.succeeded_at:
            day = civil_date(payment.succeeded_at, entity.time_zone)
            start = entity.fiscal_year_start_month, entity.fiscal_year_start_day
            people[party].append((fiscal_year(day, *start), payment))
    return dict(sorted(people.items()))


def _giving(gifts: list[Gift], last_year: int) -> Giving:
    giving: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for year, gift in gifts:
        if year <= last_year:
            giving[year][gift.currency] += gift.net_given
    return {year: dict(each) for year, each in giving.items()}


def _lapsed(people: dict[Any, list[Gift]], year: int) -> list[tuple[Any, ...]]:
    rows = []
    for party, gifts in people.items():
        earlier = [each for each in gifts if each[0] < year]
        if not earlier or any(each == year for each, _ in gifts):
            continue
        lapse = "lybunt" if any(each == year - 1 for each, _ in gifts) else "sybunt"
        for currency in sorted({gift.currency for _, gift in earlier}):
            own = [gift for _, gift in earlier if gift.currency == currency]
            rows.append(
                (
                    lapse,
                    str(party),
                    max(gift.donation.customer.name for gift in own),
                    max(gift.donation.customer.email for gift in own),
                    currency,
                    own[-1].succeeded_at,
                    *amount(own[-1].net_given, currency),
                    *amount(max(gift.net_given for gift in own), currency),
                    *amount(sum(gift.net_given for gift in own), currency),
                    len(own),
                    len({each for each, gift in earlier if gift.currency == currency}),
                )
            )
    # Newest first; those of one instant stay in the order of person and currency.
    return sorted(rows, key=lambda row: row[5], reverse=True)


def _donors(
    people: dict[Any, list[Gift]], year: int, currency: str, wanted: str
) -> Iterator[tuple[Any, ...]]:
    for party, gifts in people.items():
        giving = _giving(gifts, year)
        groups = groups_of(giving, year, currency or ALL)
        if not (wanted in groups if wanted else groups - {DonorGroup.LAPSED}):
            continue
        now, before = giving.get(year, {}), giving.get(year - 1, {})
        payers = [gift.donation.customer for each, gift in gifts if each <= year]
        yield (
            str(year),
            *(str(group) for group in groups if group not in _CHANGES),
            next((str(group) for group in groups if group in _CHANGES), None),
            max(payer.name for payer in payers),
            max(payer.email for payer in payers),
            ", ".join(sorted(now or before)),
            currency or None,
            *amount(before.get(currency, 0), currency or None),
            *amount(now.get(currency, 0), currency or None),
            str(party),
        )
