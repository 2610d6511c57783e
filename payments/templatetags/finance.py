from decimal import Decimal
from fractions import Fraction

from babel import Locale
from babel.numbers import format_decimal
from django import template

from payments.money import Money, exponent
from payments.templatetags.money import active_locale

register = template.Library()


@register.filter
def figures(minor: int | None, currency: str) -> str:
    """Print an amount of minor units for a table: all decimals, no symbol, a true minus sign.

    The currency stands in a column of its own, so that amounts line up and copy as numbers.
    """
    if minor is None:
        return ""
    decimals = exponent(currency)
    pattern = f"#,##0.{'0' * decimals}" if decimals else "#,##0"
    printed = format_decimal(
        Money(minor, currency).to_decimal(),
        format=pattern,
        locale=Locale.parse(active_locale(), sep="-"),
    )
    return printed.replace("-", "\N{MINUS SIGN}")


@register.filter
def per_thousand(minor: float | None, currency: str) -> str:
    """Print a figure that is not a whole number of minor units, rounded to one; empty for None."""
    return "" if minor is None else figures(round(minor), currency)


@register.filter
def percent(share: Fraction | Decimal | None) -> str:
    """Print a share of a whole with one decimal, halves to even; empty for None."""
    if share is None:
        return ""
    exact = Fraction(share) * 1000
    return f"{Decimal(round(exact)) / 10:.1f} %"


@register.filter
def whole_percent(share: Fraction | Decimal | None) -> str:
    """Print a share of a whole without decimals, halves to even; empty for None."""
    return "" if share is None else f"{round(Fraction(share) * 100)} %"
