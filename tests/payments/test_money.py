"""Amounts are exact: read as typed, kept in minor units, printed as the reader expects."""

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from payments.currencies import KNOWN, decimals, exponent, step
from payments.errors import AmountRefused, CurrencyMismatch
from payments.money import Money, parse_amount, proportion

CURRENCIES = st.sampled_from(sorted(KNOWN))


def minor(text: str, currency: str = "GBP", locale: str = "en-GB") -> int:
    return parse_amount(text, currency, locale).minor


def reason(text: str, currency: str = "GBP", locale: str = "en-GB") -> str:
    with pytest.raises(AmountRefused) as refused:
        parse_amount(text, currency, locale)
    return refused.value.reason


@pytest.mark.parametrize("separator", [".", ","])
def test_every_amount_from_1_00_to_999_99_is_read_exactly(separator: str) -> None:
    for amount in range(100, 100_000):
        pounds, pence = divmod(amount, 100)
        assert parse_amount(f"{pounds}{separator}{pence:02}", "GBP") == Money(amount, "GBP")


def test_every_amount_from_1_00_to_999_99_survives_decimal() -> None:
    for amount in range(100, 100_000):
        money = Money(amount, "USD")
        assert Money.from_decimal(money.to_decimal(), "USD") == money


def test_yen_and_hundredths_of_a_dinar_are_exact() -> None:
    for amount in range(1, 10_000):
        assert minor(str(amount), "JPY") == amount
        dinars, rest = divmod(amount, 100)
        assert minor(f"{dinars}.{rest:02}", "KWD") == amount * 10


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5", 500),
        ("5.00", 500),
        ("5,00", 500),
        ("5.5", 550),
        ("5.", 500),
        (".5", 50),
        ("007", 700),
        ("1,000", 100_000),
        ("1,000.00", 100_000),
        ("1.000,00", 100_000),
        ("1,234,567.89", 123_456_789),
        ("1.234.567,89", 123_456_789),
        ("1,00,000.50", 10_000_050),
        ("1 000", 100_000),
        ("1\N{NARROW NO-BREAK SPACE}000,50", 100_050),
        ("1'000.50", 100_050),
        ("1\N{RIGHT SINGLE QUOTATION MARK}000", 100_000),
        ("\N{NO-BREAK SPACE}5\N{NO-BREAK SPACE}", 500),
        ("\N{RIGHT-TO-LEFT MARK}5", 500),
        ("£5", 500),
        ("5 £", 500),
        ("GBP 5.50", 550),
        ("5gbp", 500),
        ("\N{FULLWIDTH POUND SIGN}５", 500),
        ("٥٫٥٠", 550),
        ("१२.५०", 1250),
        ("5,-", 500),
        ("19.99", 1999),
    ],
)
def test_what_readers_type_is_read(text: str, expected: int) -> None:
    assert minor(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "empty"),
        (" \N{NO-BREAK SPACE}\t", "empty"),
        ("\N{ZERO WIDTH SPACE}", "empty"),
        ("0", "zero"),
        ("0.00", "zero"),
        ("-5", "negative"),
        ("£-5", "negative"),
        ("\N{MINUS SIGN}5.00", "negative"),
        ("5-", "negative"),
        ("-0", "negative"),
        ("abc", "not_a_number"),
        ("£", "not_a_number"),
        (",", "not_a_number"),
        ("5..0", "not_a_number"),
        ("5 00", "not_a_number"),
        ("12,34,56", "not_a_number"),
        ("1.2.3", "not_a_number"),
        ("5²", "not_a_number"),
        ("½", "not_a_number"),
        ("①", "not_a_number"),
        ("五", "not_a_number"),
        ("10^30", "not_a_number"),
        ("1e3", "not_a_number"),
        ("0x10", "not_a_number"),
        ("nan", "not_a_number"),
        ("inf", "not_a_number"),
        ("5+5", "not_a_number"),
        ("$5", "other_currency"),
        ("5 USD", "other_currency"),
        ("€5", "other_currency"),
        ("5.123", "too_many_decimals"),
        ("5.000", "too_many_decimals"),
        ("0,125", "too_many_decimals"),
        ("1234,567", "too_many_decimals"),
        ("1" + "0" * 30, "too_large"),
        ("9" * 10_000, "too_large"),
    ],
)
def test_what_is_no_amount_is_refused_with_its_reason(text: str, expected: str) -> None:
    assert reason(text) == expected


def test_one_separator_before_three_digits_means_what_it_means_in_the_readers_language() -> None:
    assert minor("1,000", locale="en-GB") == 100_000
    assert minor("1.000", locale="de-DE") == 100_000
    assert reason("1.000", locale="en-GB") == "too_many_decimals"
    assert reason("1,000", locale="de-DE") == "too_many_decimals"


def test_three_decimals_after_a_foreign_separator_are_refused_as_ambiguous() -> None:
    assert reason("1,230", "KWD", "en-GB") == "ambiguous"
    assert reason("1.230", "KWD", "de-DE") == "ambiguous"
    assert minor("1.230", "KWD", "en-GB") == 1230


def test_stripes_special_currencies_are_charged_as_stripe_takes_them() -> None:
    assert minor("500", "ISK") == 50_000
    assert minor("500.00", "UGX") == 50_000
    assert reason("500.50", "ISK") == "too_many_decimals"
    assert reason("500.5", "JPY") == "too_many_decimals"
    assert minor("500.00", "JPY") == 500
    assert reason("1.234", "KWD") == "too_many_decimals"
    # Currencies that CLDR prints without decimals and that Stripe takes in hundredths.
    assert minor("5.50", "RSD") == 550
    assert minor("5", "LBP") == 500


def test_a_dollar_sign_is_the_dollar_that_is_asked_for() -> None:
    assert minor("$5", "USD", "en-GB") == 500
    assert minor("$5", "CAD", "en-GB") == 500
    assert minor("US$5", "USD", "de-DE") == 500
    assert reason("US$5", "CAD") == "other_currency"
    assert minor("500円", "JPY") == 500


@given(CURRENCIES, st.integers(1, 10**9), st.sampled_from(["en-GB", "en-US", "de-DE", "fr-FR"]))
@example("OMR", 2_486_700, "en-GB")
@example("KWD", 500, "de-DE")
def test_what_we_print_is_read_back(currency: str, units: int, locale: str) -> None:
    money = Money(units * step(currency), currency)
    assert parse_amount(money.format(locale), currency, locale) == money


@given(CURRENCIES, st.integers(-(10**40), 10**40))
def test_decimal_round_trips_at_any_size(currency: str, amount: int) -> None:
    money = Money(amount, currency)
    assert Money.from_decimal(money.to_decimal(), currency) == money


@given(st.text(max_size=40), CURRENCIES)
def test_any_text_is_a_chargeable_amount_or_a_named_refusal(text: str, currency: str) -> None:
    try:
        money = parse_amount(text, currency)
    except AmountRefused:
        return
    assert 0 < money.minor < 10**12
    assert money.minor % step(currency) == 0


def test_a_decimal_with_too_many_decimals_is_no_amount() -> None:
    with pytest.raises(ValueError, match="more decimals"):
        Money.from_decimal(Decimal("19.999"), "GBP")
    with pytest.raises(ValueError, match="more decimals"):
        Money.from_decimal(Decimal("1" + "0" * 30 + ".001"), "GBP")


@pytest.mark.parametrize(
    ("money", "locale", "expected"),
    [
        (Money(500, "GBP"), "en-GB", "£5"),
        (Money(550, "GBP"), "en-GB", "£5.50"),
        (Money(123_456, "USD"), "en-US", "$1,234.56"),
        (Money(500, "EUR"), "de-DE", "5\N{NO-BREAK SPACE}€"),
        (Money(550, "EUR"), "fr-FR", "5,50\N{NO-BREAK SPACE}€"),
        (Money(500, "JPY"), "ja-JP", "￥500"),
        (Money(1230, "KWD"), "en-GB", "KWD\N{NO-BREAK SPACE}1.230"),
        (Money(50_000, "ISK"), "en-GB", "ISK\N{NO-BREAK SPACE}500"),
        (Money(550, "RSD"), "en-GB", "RSD\N{NO-BREAK SPACE}5.50"),
        (Money(-550, "GBP"), "en-GB", "-£5.50"),
        (Money(0, "GBP"), "en-GB", "£0"),
    ],
)
def test_amounts_are_printed_as_the_reader_expects(
    money: Money, locale: str, expected: str
) -> None:
    assert money.format(locale) == expected


def test_two_currencies_never_mix() -> None:
    with pytest.raises(CurrencyMismatch):
        Money(1, "GBP") + Money(1, "USD")
    with pytest.raises(CurrencyMismatch):
        _ = Money(1, "GBP") < Money(1, "USD")
    assert Money(3, "GBP") - Money(5, "GBP") == Money(-2, "GBP")


@given(st.integers(-(10**9), 10**9), st.integers(0, 10**6), st.integers(1, 10**6))
def test_a_proportion_is_the_nearest_unit_and_leaves_the_exact_rest(
    amount: int, part: int, whole: int
) -> None:
    part = min(part, whole)
    share = proportion(amount, part, whole)
    assert abs(2 * (share * whole - amount * part)) <= whole
    assert proportion(amount, whole, whole) == amount
    assert proportion(-amount, part, whole) == -share


@given(CURRENCIES)
def test_a_step_is_one_unit_of_the_decimals_in_use(currency: str) -> None:
    assert step(currency) == 10 ** (exponent(currency) - decimals(currency))
