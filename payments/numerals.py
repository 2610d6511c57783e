"""Read the number that a person typed: any script's digits, any custom of separators, and never a guess.

Everything here works on the written digits, so nothing is rounded and no size overflows.
"""

import re
import unicodedata

from payments.errors import AmountRefused

_SEPARATORS = frozenset(".,' ")
_MINUS = ("-", "\N{MINUS SIGN}", "\N{EN DASH}")
# Threes, with one kind of separator throughout, or the Indian lakh and crore.
_GROUPED = re.compile(r"\d{1,3}([ '.,])\d{3}(?:\1\d{3})*|\d{1,2}(?:,\d{2})+,\d{3}")
# The dash that stands for no cents: 5,- and 5.–
_NO_CENTS = re.compile(r"[.,][-\N{EN DASH}\N{EM DASH}]+$")
_PLAIN = str.maketrans(
    {
        "\N{FULLWIDTH FULL STOP}": ".",
        "\N{FULLWIDTH COMMA}": ",",
        "\N{FULLWIDTH HYPHEN-MINUS}": "-",
        "\N{FULLWIDTH YEN SIGN}": "¥",
        "\N{FULLWIDTH POUND SIGN}": "£",
        "\N{FULLWIDTH DOLLAR SIGN}": "$",
        "\N{ARABIC DECIMAL SEPARATOR}": ".",
        "\N{ARABIC THOUSANDS SEPARATOR}": "'",
        "\N{RIGHT SINGLE QUOTATION MARK}": "'",
    }
)


def plain(text: str) -> str:
    """Return `text` with ASCII digits, plain spaces and separators, folded, without invisible marks.

    Only decimal digits are read as digits: a superscript or circled number is left to be refused.
    """
    return "".join(_plain_character(char) for char in text.translate(_PLAIN)).strip().casefold()


def _plain_character(char: str) -> str:
    category = unicodedata.category(char)
    if category == "Nd":
        return str(unicodedata.decimal(char))
    if category == "Zs" or char in "\t\n":
        return " "
    return "" if category == "Cf" else char


def take_minus(text: str) -> tuple[str, bool]:
    """Return plain `text` without its leading or trailing minus, and whether it had one."""
    text = _NO_CENTS.sub("", text)
    for minus in _MINUS:
        if text.startswith(minus) or text.endswith(minus):
            return text.strip(minus + " "), True
    return text, False


def split_number(text: str, *, decimal: str, decimals: int) -> tuple[str, str]:
    """Return the digits before and after the decimal separator of plain `text`.

    `decimal` is the separator of the reader's language and decides where one separator stands before three digits:
    1,000 is a thousand to an English reader. Where the currency has three `decimals`, a foreign separator there could
    mean either and is refused. Raises AmountRefused: not_a_number, ambiguous.
    """
    if not any(char.isdecimal() for char in text) or not all(
        char.isdecimal() or char in _SEPARATORS for char in text
    ):
        raise AmountRefused("not_a_number")
    marks = [char for char in text if char in ".,"]
    whole, fraction = text, ""
    if len(set(marks)) == 2:
        whole, fraction = text.rsplit(marks[-1], 1)
    elif len(marks) == 1:
        before, after = text.split(marks[0])
        if marks[0] == decimal or not _could_be_group(before, after):
            whole, fraction = before, after
        elif decimals == 3:
            raise AmountRefused("ambiguous")
    return _ungroup(whole), _digits(fraction)


def _could_be_group(before: str, after: str) -> bool:
    return (
        len(after) == 3 and after.isdecimal() and re.fullmatch(r"[1-9]\d{0,2}", before) is not None
    )


def _ungroup(text: str) -> str:
    if _GROUPED.fullmatch(text):
        return "".join(char for char in text if char.isdecimal())
    return _digits(text)


def _digits(text: str) -> str:
    if text and not text.isdecimal():
        raise AmountRefused("not_a_number")
    return text
