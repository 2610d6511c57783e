"""How many decimals each currency has at Stripe, in charges and in payouts: its special cases, and all others."""

from payments.currencies import KNOWN, decimals, exponent, payout_step, step
from payments.money import Money, parse_amount
from tests.sandbox.engine import money as peer

# Currency: decimals of Stripe's minor unit, the least step of a charge and of a payout in it, decimals people use.
SPECIAL = {
    "GBP": (2, 1, 1, 2),
    "JPY": (0, 1, 1, 0),
    "KRW": (0, 1, 1, 0),
    "KWD": (3, 10, 10, 2),
    "TND": (3, 10, 10, 2),
    "ISK": (2, 100, 100, 0),
    "UGX": (2, 100, 100, 0),
    "HUF": (2, 1, 100, 2),
    "TWD": (2, 1, 100, 2),
}


def test_the_special_currencies_are_as_stripe_has_them() -> None:
    found = {
        currency: (exponent(currency), step(currency), payout_step(currency), decimals(currency))
        for currency in SPECIAL
    }
    assert found == SPECIAL


def test_no_other_currency_is_special() -> None:
    zero = {currency for currency in KNOWN if exponent(currency) == 0}
    assert zero == set(
        "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF".split()  # noqa: SIM905
    )
    assert {c for c in KNOWN if exponent(c) == 3} == {"BHD", "JOD", "KWD", "OMR", "TND"}
    assert {c for c in KNOWN if step(c) == 100} == {"ISK", "UGX"}
    assert {c for c in KNOWN if payout_step(c) == 100} == {"ISK", "UGX", "HUF", "TWD"}


def test_the_sandbox_counts_every_currency_as_we_do() -> None:
    for currency in KNOWN:
        there = currency.lower()
        ours = (exponent(currency), step(currency), payout_step(currency))
        theirs = (peer.decimals(there), peer.smallest_step(there), peer.payout_step(there))
        assert ours == theirs, currency


def test_what_is_typed_in_a_special_currency_can_be_charged_and_printed_back() -> None:
    for currency, typed, minor in (
        ("ISK", "1,500", 150_000),
        ("UGX", "20,000", 2_000_000),
        ("HUF", "1,234.50", 123_450),
        ("TWD", "99.90", 9_990),
        ("KWD", "1.25", 1_250),
        ("JPY", "1,500", 1_500),
    ):
        amount = parse_amount(typed, currency)
        assert amount == Money(minor, currency), currency
        assert minor % step(currency) == 0, currency
        assert Money.from_decimal(amount.to_decimal(), currency) == amount, currency
