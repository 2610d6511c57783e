"""Follow the links of reports: what a figure says, and what the rows that it leads to come to."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from payments.finance.columns import Value
from payments.finance.measures.movements import MovementKind
from payments.finance.table import Table
from payments.finance.tables import TABLES

Line = dict[str, Any]
# From the rows behind a figure and the line that it stands in to what the figure should be.
Proof = Callable[[list[Line], Line], Any]

REPORT = "/finance/reports/"


def lines_of(report: str, filters: Mapping[str, str]) -> list[Line]:
    """Return a report's rows by column name, through the form that its page has."""
    table = TABLES[report]
    form = table.form(filters)
    assert form.is_valid(), (report, filters, form.errors)
    names = [column.name for column in table.columns]
    return [dict(zip(names, row, strict=True)) for row in table.rows(form.as_filters())]


def lines_behind(address: str) -> list[Line]:
    """Return the rows of the report page that an address leads to."""
    parts = urlsplit(address)
    assert parts.path.startswith(REPORT)
    return lines_of(parts.path.removeprefix(REPORT).strip("/"), dict(parse_qsl(parts.query)))


@dataclass(frozen=True, slots=True)
class Followed:
    """One link of a report: the figure, as a minor amount where it is one, and where it leads."""

    report: str
    column: str
    line: Line
    figure: Value
    address: str


def links_of(table: Table, filters: Mapping[str, str]) -> Iterator[Followed]:
    """Yield every link on the rows of a report, personal columns and columns of files included."""
    for line in lines_of(table.name, filters):
        for column in table.columns:
            value = line[column.name]
            if column.link is None or value in (None, ""):
                continue
            if address := column.link(line, filters):
                figure = line.get(f"{column.name}_minor", value)
                yield Followed(table.name, column.name, line, figure, address)


def count(rows: list[Line], line: Line) -> int:
    return len(rows)


def total(column: str) -> Proof:
    return lambda rows, line: sum(row[f"{column}_minor"] or 0 for row in rows)


def of_one(column: str) -> Proof:
    """The rows are those of what the cell names; there may be none."""

    def prove(rows: list[Line], line: Line) -> Any:
        assert {row[column] for row in rows} <= {line[column]}
        return line[column]

    return prove


def _years(rows: list[Line], line: Line) -> int:
    # The newspaper of these books counts calendar years.
    return len({row["settled_at"].year for row in rows})


def _of_clearing(rows: list[Line], line: Line) -> Any:
    """Gifts, refunds and payouts of Stripe's balance; Stripe's balance falls by what is paid out."""
    name, currency = line["line"], line["currency"]
    events = {"gifts": ["gift"], "refunds": ["refund", "refund_failed", "late_failure"]}
    if name == "payouts":
        told = -sum(row["amount_minor"] for row in rows if row["currency"] == currency)
    else:
        told = sum(
            row["gross_minor"] or 0
            for row in rows
            if row["event"] in events[name] and row["settlement_currency"] == currency
        )
    assert told == line["amount_minor"], (name, currency, told)
    return name


def _of_gift(rows: list[Line], line: Line) -> Any:
    assert {row["gift_reference"] for row in rows} == {line["gift"]}
    return line["gift"]


def _of_prompt(rows: list[Line], line: Line) -> Any:
    assert {row["prompt"] for row in rows} <= {line["prompt"]}
    return line["prompt"]


_PEOPLE = ("donors", "new", "retained", "recaptured", "lapsed", "raised", "lowered")


def _of_fund(rows: list[Line], line: Line) -> Any:
    assert {row["fund"] for row in rows} <= {line["fund"]}
    return line["fund_name"]


def _of_decline(rows: list[Line], line: Line) -> Any:
    assert len(rows) == line["failed_count"]
    for name in ("failed_minor", "recovered_minor"):
        assert sum(row[name] for row in rows) == line[name]
    return line["decline_code"]


_OF_FUNDS = ("opening", "received", "given_back", "released", "closing")
PROOFS: dict[tuple[str, str], Proof] = {
    ("cohorts", "begun_gifts"): count,
    ("cohorts", "standing_gifts"): count,
    ("cohorts", "begun"): total("begun"),
    ("cohorts", "standing"): total("standing"),
    ("cohort_gifts", "supporter"): of_one("supporter"),
    ("lapsed_donors", "supporter"): of_one("supporter"),
    ("lapsed_donors", "last"): lambda rows, line: rows[-1]["stands_minor"],
    ("lapsed_donors", "largest"): lambda rows, line: max(row["stands_minor"] for row in rows),
    ("lapsed_donors", "lifetime"): total("stands"),
    ("lapsed_donors", "gifts"): count,
    ("lapsed_donors", "years"): _years,
    **{("donor_years", name): count for name in _PEOPLE},
    ("donor_years", "given"): total("given"),
    **{("donor_years", f"given_{kind}"): total("given") for kind in _PEOPLE[1:4]},
    ("donors", "supporter"): of_one("supporter"),
    ("donors", "given_before"): total("stands"),
    ("donors", "given"): total("stands"),
    ("standing_gifts", "gift"): _of_gift,
    **{("recurring_revenue", kind): total("monthly") for kind in MovementKind.values},
    ("clearing", "line"): _of_clearing,
    ("attribution", "prompt"): _of_prompt,
    ("funds", "fund_name"): _of_fund,
    **{("funds", name): total("amount") for name in _OF_FUNDS},
    ("declines", "decline_code"): _of_decline,
}
