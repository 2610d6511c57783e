"""Published rates are kept as they were published, and what they make of an amount is exact and final."""

import io
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from payments.currencies import KNOWN, exponent
from payments.errors import RatesUnreadable
from payments.ledger.ecb import PublishedRate, read_rates
from payments.ledger.rates import converted, rate_on, rates_known_until
from payments.models import DailyRate

TODAY = date(2026, 11, 27)
# As the European Central Bank writes them: spaces and a last comma in the one, N/A in the other.
DAILY = "Date, USD, JPY, GBP, \n26 November 2026, 1.0525, 161.28, 0.83058, \n"
HISTORY = (
    "Date,USD,JPY,GBP,RUB,\n"
    "2026-11-26,1.0525,161.28,0.83058,N/A,\n"
    "2026-11-25,1.05,160.00,0.84000,N/A,\n"
    "2026-11-20,1.04,159.5,0.835,N/A,\n"
)
Import = Callable[..., str]


def read(text: str) -> list[PublishedRate]:
    return read_rates(text.encode(), today=TODAY)


def zipped(**files: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, text in files.items():
            archive.writestr(f"{name}.csv", text)
    return data.getvalue()


@pytest.fixture
def load(db: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Import:
    """Import a file's text by the command; what it printed."""

    def run(text: str | bytes) -> str:
        file = tmp_path / "rates.csv"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        call_command("import_rates", str(file))
        return capsys.readouterr().out

    return run


def test_the_days_file_and_the_history_say_the_same() -> None:
    day = date(2026, 11, 26)
    expected = [
        PublishedRate("USD", day, Decimal("1.0525")),
        PublishedRate("JPY", day, Decimal("161.28")),
        PublishedRate("GBP", day, Decimal("0.83058")),
    ]
    assert read(DAILY) == expected
    assert read(HISTORY)[:3] == expected
    assert read_rates(zipped(eurofxref=DAILY), today=TODAY) == expected
    assert read("\ufeff" + DAILY.replace("\n", "\r\n")) == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "first line must begin with Date"),
        ("When,USD\n2026-11-26,1\n", "first line must begin with Date"),
        ("Date,dollar,\n2026-11-26,1,\n", "Line 1: 'dollar' is no currency code"),
        ("Date,USD,USD,\n2026-11-26,1,1,\n", "name each currency once"),
        ("Date,USD,\n", "holds no rates"),
        ("Date,USD,\n26/11/2026,1,\n", "Line 2: '26/11/2026' is no date"),
        ("Date,USD,\n31 February 2026,1,\n", "Line 2: '31 February 2026' is no date"),
        ("Date,USD,\n2026-11-28,1,\n", "Line 2: 2026-11-28 is still to come"),
        ('Date,USD,\n2026-11-25,1,\n2026-11-26,"1,05",\n', "Line 3: '1,05' is no rate for USD"),
        ("Date,USD,\n2026-11-26,0,\n", "must be above 0"),
        ("Date,USD,\n2026-11-26,Infinity,\n", "must be above 0"),
        ("Date,USD,\n2026-11-26,0.00000000001,\n", "too long to keep"),
        ("Date,USD,\n2026-11-26,1,2,\n", "more rates than line 1 has currencies"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_the_line(text: str, reason: str) -> None:
    with pytest.raises(RatesUnreadable, match=reason):
        read(text)


def test_an_archive_of_anything_else_is_refused() -> None:
    with pytest.raises(RatesUnreadable, match="exactly one CSV"):
        read_rates(zipped(a=DAILY, b=DAILY), today=TODAY)
    with pytest.raises(RatesUnreadable, match="is no text"):
        read_rates(b"\xff\xfe\x00", today=TODAY)


def test_an_import_adds_what_is_new_and_the_same_file_again_adds_nothing(load: Import) -> None:
    assert "9 new rates, 0 known before, 0 refused" in load(HISTORY)
    assert "0 new rates, 9 known before, 0 refused" in load(HISTORY)
    assert "0 new rates, 3 known before" in load(zipped(eurofxref=DAILY))
    assert DailyRate.objects.count() == 9
    assert set(DailyRate.objects.values_list("source", "base")) == {("ECB", "EUR")}


def test_a_rate_that_differs_from_the_stored_one_is_refused_and_listed(
    load: Import, capsys: pytest.CaptureFixture[str]
) -> None:
    load(DAILY)
    changed = HISTORY.replace("1.0525", "1.0625")
    with pytest.raises(CommandError, match="were refused"):
        load(changed)
    listed = capsys.readouterr().err
    assert "EUR/USD 2026-11-26: the file says 1.0625, 1.0525 from ECB is stored" in listed
    assert DailyRate.objects.get(currency="USD", day=date(2026, 11, 26)).rate == Decimal("1.0525")
    assert DailyRate.objects.count() == 9  # The rest of the file was taken.


def test_a_file_that_is_wrong_anywhere_stores_nothing(load: Import, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="Line 5: 'x' is no rate for USD"):
        load(HISTORY + "2026-11-19,x,1,1,1,\n")
    with pytest.raises(CommandError, match="No such file"):
        call_command("import_rates", str(tmp_path / "absent.csv"))
    assert not DailyRate.objects.exists()


def test_the_last_rate_on_or_before_a_day_counts(load: Import) -> None:
    load(HISTORY)
    for day, expected in (
        (date(2026, 11, 26), "1.0525"),
        (date(2026, 11, 24), "1.04"),
        (date(2026, 11, 20), "1.04"),
        (date(2026, 11, 19), None),
        (date(2026, 12, 6), "1.0525"),
        (date(2026, 12, 7), None),  # Nobody publishes it any more.
    ):
        rate = rate_on("USD", "EUR", day)
        assert (rate and str(rate.rate.normalize())) == expected, day
    assert rates_known_until() == date(2026, 11, 26)
    assert rate_on("RUB", "EUR", date(2026, 11, 26)) is None


def test_a_pair_without_the_euro_is_the_quotient_of_one_days_rates(load: Import) -> None:
    load(HISTORY)
    DailyRate.objects.create(
        base="EUR", currency="USD", day=TODAY, rate=2, source="ECB", imported_at="2026-11-27T00:00Z"
    )
    rate = rate_on("GBP", "USD", TODAY)
    assert rate is not None
    assert (rate.day, rate.source) == (date(2026, 11, 26), "ECB")  # The pound has none of the 27th.
    assert rate.rate == Decimal("0.789149643705463")  # 0.83058 / 1.0525
    back = rate_on("EUR", "GBP", date(2026, 11, 26))
    assert back is not None
    assert back.rate == Decimal("1.203977943124082")
    same = rate_on("JPY", "JPY", date(1999, 1, 1))
    assert same is not None
    assert (str(same.rate), same.day) == ("1", date(1999, 1, 1))


amounts = st.integers(-(10**15), 10**15)
rates = st.decimals("0.0000001", "200000", places=10, allow_nan=False).filter(bool)


@given(amounts, rates, st.sampled_from(sorted(KNOWN)), st.sampled_from(sorted(KNOWN)))
def test_a_conversion_is_the_exact_product_rounded_once_halves_to_even(
    amount: int, rate: Decimal, source: str, target: str
) -> None:
    exact = Fraction(amount, 10 ** exponent(source)) * Fraction(rate) * 10 ** exponent(target)
    # Fraction rounds halves to even as well, and knows no precision.
    assert converted(amount, rate=rate, source=source, target=target) == round(exact)


def test_currencies_of_no_and_three_decimals_convert_exactly() -> None:
    for amount, rate, source, target, expected in (
        (1000, "0.0066", "JPY", "GBP", 660),  # ¥1,000 is £6.60
        (660, "151.52", "GBP", "JPY", 1000),
        (5000, "2.59", "KWD", "GBP", 1295),  # KWD 5.000 is £12.95
        (1295, "0.386", "GBP", "KWD", 4999),
        (5, "0.5", "GBP", "USD", 2),  # Halves to even, up and down.
        (15, "0.5", "GBP", "USD", 8),
        (-5, "0.5", "GBP", "USD", -2),
        (10000, "0.0058", "ISK", "GBP", 58),  # Hundredths at Stripe, never used.
    ):
        found = converted(amount, rate=Decimal(rate), source=source, target=target)
        assert found == expected, (amount, source, target)


def test_a_day_within_ten_of_the_last_is_still_known_after_the_longest_pause(load: Import) -> None:
    """Easter closes the market from Friday to Monday; New Year and a weekend never do for longer."""
    load(HISTORY)
    last = rates_known_until()
    assert last is not None
    assert all(rate_on("USD", "EUR", last + timedelta(days=days)) for days in range(5))
