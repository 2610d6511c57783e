"""Recurring revenue of an entity, month by month: in each gift's currency, or all in the newspaper's own."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from django import forms

from payments.currencies import exponent
from payments.entities.models import LegalEntity
from payments.finance.filters import PeriodForm, currency_field
from payments.finance.measures.movements import Roll, Sums, rolls
from payments.finance.measures.recurring_revenue import MONTHLY, Valued
from payments.finance.recurring_days.telling import Told, recurring_told
from payments.finance.selections import PeriodSelection
from payments.ledger.rates import LOOK_BACK, RateTable
from payments.periods import civil_date, midnight

# The choice of `stated_in` that turns every amount into the newspaper's own currency.
OWN = "own"


@dataclass(frozen=True, slots=True)
class RecurringSelection(PeriodSelection):
    """Months from `first` to `last`; the first and last one only as far as those days go."""

    currency: str = ""
    stated_in: str = ""


class RecurringForm(PeriodForm):
    """The filters of recurring revenue."""

    initial_period = "This year"

    currency = currency_field("Currency of the gifts")
    stated_in = forms.ChoiceField(
        label="Amounts in",
        required=False,
        choices=[("", "Each gift's currency"), (OWN, "The newspaper's own currency")],
    )


@dataclass(frozen=True, slots=True)
class RecurringMonth:
    """What is printed as one line: the roll-forwards of a month in one printed currency.

    `valued` is None where a rate that it takes is not known, that of one of the currencies in `unrated`.
    """

    first: date
    last: date
    currency: str
    rolls: dict[str, Roll]
    valued: list[Valued] | None
    unrated: tuple[str, ...] = ()


def recurring_months(
    selection: RecurringSelection, *, entity: LegalEntity | None = None, is_each: bool = False
) -> Iterator[RecurringMonth]:
    """Yield the months, oldest first, and within one the currencies in the order of their codes.

    Six statements at most, however many the gifts are, five where the `entity` is known already. A currency in which
    nothing stood or moved in a month has no line in it. With `is_each` the roll-forwards have every single movement.
    """
    entity = entity or LegalEntity.objects.get(slug=selection.entity)
    zone = entity.time_zone
    told = recurring_told(entity, selection.first, selection.last, is_each=is_each)
    if selection.currency:
        told = _only(told, selection.currency)
    months = _months(selection, told, zone)
    ends = [midnight(last + timedelta(days=1), zone) for _, last in months]
    kept: list[dict[str, Sums]] = [told.sums.get(first.replace(day=1), {}) for first, _ in months]
    stretches = rolls(told.opening, told.movements, ends, kept)
    own = entity.default_currency
    rates = _Rates(own, {currency for each in stretches for currency in each}, months)
    for (first, last), stretch in zip(months, stretches, strict=True):
        if selection.stated_in == OWN:
            valued, unrated = rates.valued(stretch, first, last)
            yield RecurringMonth(first, last, own, stretch, valued, unrated)
            continue
        for currency, roll in sorted(stretch.items()):
            if roll.opening.count or roll.moved:
                yield RecurringMonth(first, last, currency, {currency: roll}, [Valued(roll)])


def _only(told: Told, currency: str) -> Told:
    return Told(
        {each: stock for each, stock in told.opening.items() if each == currency},
        [movement for movement in told.movements if movement.currency == currency],
        {
            month: {currency: sums[currency]}
            for month, sums in told.sums.items()
            if currency in sums
        },
    )


class _Rates:
    """What a minor unit a year of each currency is worth a month in one currency, at the end of a day."""

    def __init__(self, own: str, currencies: set[str], months: list[tuple[date, date]]) -> None:
        self._own = own
        abroad = currencies - {own}
        self._table = (
            RateTable({own, *abroad}, months[0][0] - timedelta(days=1), months[-1][1])
            if abroad and months
            else None
        )

    def valued(
        self, stretch: dict[str, Roll], first: date, last: date
    ) -> tuple[list[Valued] | None, tuple[str, ...]]:
        """Return what a month is worth, or None and the currencies without a rate for it."""
        told, unrated = [], []
        for currency, roll in sorted(stretch.items()):
            before = self._unit(currency, first - timedelta(days=1))
            # The end of a month that still runs has no rate yet, so its latest one holds.
            at_end = self._unit(currency, last, since=first)
            if before is None or at_end is None:
                unrated.append(currency)
            else:
                told.append(Valued(roll, before, at_end))
        return (None if unrated else told), tuple(unrated)

    def _unit(self, currency: str, day: date, since: date | None = None) -> Fraction | None:
        """Return the value by the rate of a day; where none holds then, by the last one published since another."""
        if currency == self._own:
            return MONTHLY
        places = exponent(self._own) - exponent(currency)
        while self._table:
            if rate := self._table.on(self._own, currency, day):
                return MONTHLY * Fraction(rate.rate) * Fraction(10) ** places
            day -= LOOK_BACK
            if since is None or day < since:
                break
        return None


def _months(selection: RecurringSelection, told: Told, zone: str) -> list[tuple[date, date]]:
    """Return the months that are looked at, cut to the selection's days.

    Without a first day they begin with the first movement, without a last one they end with the last.
    """
    # Of a movement that is known by its month's sums alone, its month is known.
    days = [*told.sums, *(civil_date(movement.at, zone) for movement in told.movements)]
    first = selection.first or min((day.replace(day=1) for day in days), default=None)
    last = selection.last or max([*days, *([first] if first else [])], default=None)
    return civil_months(first, last, is_cut=selection.last is not None)


def civil_months(
    first: date | None, last: date | None, *, is_cut: bool = True
) -> list[tuple[date, date]]:
    """Return the months from one day to another as (first, last) days, none where one is None.

    The first begins with `first`; the last ends with `last` where it `is_cut`, else with its month.
    """
    months: list[tuple[date, date]] = []
    while first and last and first <= last:
        following = (first.replace(day=1) + timedelta(days=31)).replace(day=1)
        ends = following - timedelta(days=1)
        months.append((first, min(last, ends) if is_cut else ends))
        first = following
    return months
