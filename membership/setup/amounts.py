"""What a first campaign asks for in each currency; the answers are amounts of the default one."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from membership.setup.questions import Answers, AnswersRefused
from payments.currencies import KNOWN, decimals
from payments.errors import AmountRefused
from payments.magnitudes import magnitude
from payments.models import Frequency
from payments.money import Money, parse_amount


@dataclass(frozen=True, slots=True)
class Terms:
    """The limits, the fee and the suggestions of one currency, in its minor units.

    A fee of nothing means that its rate is not known, and then covering it is not offered.
    """

    currency: str
    is_default: bool
    minimum: int
    maximum: int
    fee_basis_points: int
    fee_fixed: int
    suggested: dict[Frequency, list[int]]

    @property
    def has_fee(self) -> bool:
        return bool(self.fee_basis_points or self.fee_fixed)


def terms_of(answers: Answers) -> list[Terms]:
    """Return the terms of every currency, the default one first. Raises AnswersRefused."""
    default = answers["default_currency"].strip().upper()
    codes = list(dict.fromkeys(code.strip().upper() for code in answers["currencies"].split(",")))
    for code in codes:
        if code not in KNOWN:
            raise AnswersRefused({"currencies": f"Stripe takes no {code or 'nameless currency'}."})
    if default not in codes:
        raise AnswersRefused(
            {"currencies": f"{default}, the currency of the books, is not among them."}
        )
    codes.sort(key=lambda code: code != default)
    return [_terms(code, default, answers) for code in codes]


def _terms(currency: str, default: str, answers: Answers) -> Terms:
    minimum = _amount("minimum", answers["minimum"], currency, default)
    maximum = _amount("maximum", answers["maximum"], currency, default)
    if minimum < 1:
        raise AnswersRefused({"minimum": "The smallest gift must be more than nothing."})
    if maximum < minimum:
        raise AnswersRefused({"maximum": "The largest gift is below the smallest."})
    # Stripe's rate is another in every currency, and only the default one's was asked for.
    is_default = currency == default
    return Terms(
        currency=currency,
        is_default=is_default,
        minimum=minimum,
        maximum=maximum,
        fee_basis_points=_basis_points(answers["fee_percent"]) if is_default else 0,
        fee_fixed=_amount("fee_fixed", answers["fee_fixed"], default, default) * is_default,
        suggested={
            frequency: _suggested(frequency, answers, currency, default, (minimum, maximum))
            for frequency in Frequency
        },
    )


def _suggested(
    frequency: Frequency, answers: Answers, currency: str, default: str, limits: tuple[int, int]
) -> list[int]:
    minimum, maximum = limits
    texts = answers[frequency].split(",")
    amounts = list(dict.fromkeys(_amount(frequency, text, currency, default) for text in texts))
    for amount in amounts:
        if not minimum <= amount <= maximum:
            printed, low, high = (
                Money(minor, currency).format() for minor in (amount, minimum, maximum)
            )
            raise AnswersRefused(
                {frequency: f"{printed} is outside the limits of a gift, {low} to {high}."}
            )
    return amounts


def _amount(name: str, text: str, currency: str, default: str) -> int:
    """Return minor units of `currency` for an amount that was written for the default currency."""
    try:
        value = Decimal(text.strip())
        if currency != default:
            value = value * magnitude(currency) / magnitude(default)
            value = value.quantize(Decimal(1).scaleb(-decimals(currency)), ROUND_HALF_UP)
        return parse_amount(format(value, "f"), currency).minor if value else 0
    except (InvalidOperation, AmountRefused) as error:
        raise AnswersRefused({name: f'"{text.strip()}" is no amount in {currency}.'}) from error


def _basis_points(percent: str) -> int:
    try:
        points = Decimal(percent.strip()) * 100
        is_fee = 0 <= points < 10_000 and points == int(points)
    except InvalidOperation as error:
        raise AnswersRefused({"fee_percent": f'"{percent}" is no percentage.'}) from error
    if not is_fee:
        raise AnswersRefused(
            {"fee_percent": "The fee is 0 or more and below 100 per cent, with two decimals."}
        )
    return int(points)
