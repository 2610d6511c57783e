"""Each package's file, byte for byte, and read back: it balances, keeps every amount, and splits whole journals."""

import csv
import io
import json
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from zipfile import ZipFile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from payments.errors import JournalTooLong, LedgerUnbalanced
from payments.finance.journals.formats import FORMATS
from payments.finance.journals.journal import Journal, JournalLine, Target
from payments.finance.journals.packing import packed

GOLDEN = Path(__file__).parent / "golden"

CLEARING = JournalLine(
    Target("615", "Tax Exempt"), "Stripe clearing", -3395, "stripe_clearing", is_clearing=True
)
PAYOUT = Journal(
    reference="po_1PqYx2LkdIwHu7ixQ8rT4nZ1",
    on=date(2026, 11, 3),
    narration="Stripe payout po_1PqYx2LkdIwHu7ixQ8rT4nZ1",
    currency="GBP",
    lines=(
        JournalLine(Target("090", "Tax Exempt"), "Payouts on their way", 3395, "bank_in_transit"),
        JournalLine(
            Target("200", "Tax Exempt", "Fund", "General"),
            "Contributions, Monthly, general",
            -2500,
            "contributions",
        ),
        JournalLine(
            Target("200", "Tax Exempt", "Fund", "Élections"),
            "Contributions, Once, élections",
            -1000,
            "contributions",
        ),
        JournalLine(Target("404", "Tax Exempt"), "Processing fees", 105, "processing_fees"),
        replace(CLEARING, amount=3395),
        CLEARING,
    ),
)
DAY = Journal(
    reference="2026-11-04",
    on=date(2026, 11, 4),
    narration="Stripe, 2026-11-04, GBP",
    currency="GBP",
    lines=(
        replace(CLEARING, amount=-700),
        JournalLine(Target("201", "Tax Exempt"), '=Refunds, "once"', 700, "refunds"),
    ),
)
YEN = replace(DAY, currency="JPY", narration="Stripe, 2026-11-04, JPY")
JOURNALS = [PAYOUT, DAY]


@pytest.mark.parametrize("form", FORMATS.values(), ids=FORMATS)
def test_a_file_is_the_golden_one_byte_for_byte(form: object) -> None:
    written = packed(JOURNALS, form, stem="journals", country="GB")  # type: ignore[arg-type]

    assert written.content == (GOLDEN / f"{form.name}.{form.extension}").read_bytes()  # type: ignore[attr-defined]


def rows(name: str, journals: list[Journal], country: str = "GB") -> list[dict[str, str]]:
    encoding = "cp1252" if name == "sage50" else "utf-8"
    content = FORMATS[name].write(journals, country).decode(encoding)
    return list(csv.DictReader(io.StringIO(content, newline="")))


def test_a_xero_journal_reads_back_balanced_with_debits_positive() -> None:
    read = rows("xero", JOURNALS)

    sums: dict[str, Decimal] = defaultdict(Decimal)
    for row in read:
        sums[row["*Narration"]] += Decimal(row["*Amount"])
    assert set(sums.values()) == {Decimal(0)}
    assert PAYOUT.reference in read[0]["*Narration"]
    assert [row["*Date"] for row in read][::6] == ["03/11/2026", "04/11/2026"]
    assert read[0]["*Amount"] == "33.95"
    assert {row["*TaxRate"] for row in read} == {"Tax Exempt"}


def test_a_xero_statement_moves_by_what_stripe_clearing_moves() -> None:
    read = rows("xero_statement", JOURNALS)

    assert [row["*Amount"] for row in read] == ["-33.95", "25.00", "10.00", "-1.05", "-7.00"]
    assert {row["Reference"] for row in read} == {PAYOUT.reference, DAY.reference}


@pytest.mark.parametrize(("country", "day"), [("GB", "03/11/2026"), ("US", "11/03/2026")])
def test_quickbooks_online_has_debits_and_credits_apart_and_dates_as_its_country(
    country: str, day: str
) -> None:
    read = rows("quickbooks_online", JOURNALS, country)

    for number in {row["Journal No"] for row in read}:
        mine = [row for row in read if row["Journal No"] == number]
        debits = sum(Decimal(row["Debits"] or 0) for row in mine)
        assert debits == sum(Decimal(row["Credits"] or 0) for row in mine) > 0
        assert all(bool(row["Debits"]) != bool(row["Credits"]) for row in mine)
    assert read[0]["Journal Date"] == day
    assert PAYOUT.reference.endswith(read[0]["Journal No"])
    assert PAYOUT.reference in read[0]["Description"]


def test_each_block_of_an_iif_file_sums_to_zero() -> None:
    text = FORMATS["quickbooks_iif"].write(JOURNALS, "GB").decode("cp1252")
    heads, *lines = [line.split("\t") for line in text.split("\r\n")[:-1]]

    assert heads[0] == "!TRNS"
    blocks = "\n".join("\t".join(line) for line in lines[2:]).split("ENDTRNS")
    assert len(blocks) == 3
    for block in blocks[:-1]:
        cells = [line.split("\t") for line in block.strip().split("\n")]
        assert [line[0] for line in cells] == ["TRNS", *["SPL"] * (len(cells) - 1)]
        assert sum(Decimal(line[5]) for line in cells) == 0
        assert datetime.strptime(cells[0][2], "%m/%d/%y")  # noqa: DTZ007  a civil day
    assert {len(line) for line in lines if line[0] in ("TRNS", "SPL")} == {8}


def test_sage_tells_debits_from_credits_by_type_with_positive_amounts() -> None:
    read = rows("sage50", JOURNALS)

    sums: Counter[str] = Counter()
    for row in read:
        amount = Decimal(row["Net Amount"])
        assert amount > 0
        sums[row["Reference"]] += amount if row["Type"] == "JD" else -amount  # type: ignore[assignment]
    assert dict(sums) == {PAYOUT.reference: 0, DAY.reference: 0}
    assert {len(row) for row in read} == {15}


def test_json_tells_amounts_twice_and_both_agree() -> None:
    facts = json.loads(FORMATS["json"].write([PAYOUT, YEN], "GB"))

    for journal in facts["journals"]:
        places = 0 if journal["currency"] == "JPY" else 2
        assert sum(line["amount_minor"] for line in journal["lines"]) == 0
        for line in journal["lines"]:
            assert Decimal(line["amount"]).scaleb(places) == line["amount_minor"]


@pytest.mark.parametrize("name", ["xero", "xero_statement", "quickbooks_online", "sage50"])
def test_text_that_a_spreadsheet_would_run_stays_text(name: str) -> None:
    content = FORMATS[name].write([DAY], "GB").decode("cp1252")

    cells = [cell for row in csv.reader(io.StringIO(content, newline="")) for cell in row]
    assert any("'=Refunds" in cell or ": =Refunds" in cell for cell in cells)
    assert not any(cell.startswith("=") for cell in cells)


def test_a_journal_that_does_not_balance_is_not_made() -> None:
    with pytest.raises(LedgerUnbalanced):
        replace(DAY, lines=DAY.lines[:1])


def test_more_lines_than_a_file_takes_come_as_several_files_of_whole_journals() -> None:
    many = [replace(DAY, reference=f"day {n}", narration=f"Journal {n}") for n in range(400)]

    written = packed(many, FORMATS["xero"], stem="journals", country="GB")

    assert written.filename == "journals.zip"
    with ZipFile(io.BytesIO(written.content)) as archive:
        names = archive.namelist()
        files = [archive.read(name).decode() for name in names]
    assert names == ["journals-GBP-01.csv", "journals-GBP-02.csv", "journals-GBP-03.csv"]
    found: list[str] = []
    for text in files:
        read = list(csv.DictReader(io.StringIO(text, newline="")))
        assert len(read) <= 300
        assert sum(Decimal(row["*Amount"]) for row in read) == 0
        found += [row["*Narration"] for row in read][::2]
    assert found == [each.narration for each in many]
    assert packed(many, FORMATS["xero"], stem="journals", country="GB") == written


def test_a_journal_is_never_cut_in_two() -> None:
    lines = tuple(replace(line, amount=line.amount) for _ in range(151) for line in DAY.lines)

    with pytest.raises(JournalTooLong, match=r"has 302 lines, and a file of this kind takes 300\."):
        packed([replace(DAY, lines=lines)], FORMATS["xero"], stem="journals", country="GB")


def test_a_package_without_a_column_for_currencies_gets_a_file_for_each() -> None:
    written = packed([PAYOUT, YEN], FORMATS["xero"], stem="journals", country="GB")

    with ZipFile(io.BytesIO(written.content)) as archive:
        assert archive.namelist() == ["journals-GBP.csv", "journals-JPY.csv"]
        assert ",-700," in archive.read("journals-JPY.csv").decode()


# The first draw of a process is slow on a busy machine.
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(st.integers(1, 10**11), min_size=1, max_size=10))
def test_any_amounts_read_back_exactly(amounts: list[int]) -> None:
    lines = [JournalLine(Target("1", "T"), "Line", amount) for amount in [*amounts, -sum(amounts)]]
    journal = replace(DAY, lines=tuple(line for line in lines if line.amount))

    read = [int(Decimal(row["*Amount"]).scaleb(2)) for row in rows("xero", [journal])]

    assert read == [line.amount for line in journal.lines]
