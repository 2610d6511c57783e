"""The month that the dashboard shows: chosen in the address, this one where none is."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.formats import date_format

from payments.finance.filters import ReportForm

_EARLIEST, _LATEST = 2000, 2100


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month of an entity's books, by its first day."""

    first: date

    @property
    def last(self) -> date:
        return self.following.first - timedelta(days=1)

    @property
    def previous(self) -> "Month":
        return Month((self.first - timedelta(days=1)).replace(day=1))

    @property
    def following(self) -> "Month":
        return Month((self.first + timedelta(days=31)).replace(day=1))

    @property
    def code(self) -> str:
        """The month as it stands in an address, for instance 2026-11."""
        return f"{self.first:%Y-%m}"

    @property
    def words(self) -> str:
        return date_format(self.first, "F Y")

    def filters(self, entity: str, **others: str) -> dict[str, str]:
        """Return the filters of a report of this month, and further ones that are not empty."""
        wanted = {"entity": entity, "first": str(self.first), "last": str(self.last), **others}
        return {name: value for name, value in wanted.items() if value}


class MonthField(forms.CharField):
    """A month as browsers send it: 2026-11."""

    default_error_messages = dict.fromkeys(
        ("required", "month"), "Write the month as 2026-11, from 2000 to 2100."
    )

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.TextInput({"type": "month"}), **kwargs)

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        found = re.fullmatch(r"(\d{4})-(\d{2})", text or "", re.ASCII)
        if not found:
            raise forms.ValidationError(self.error_messages["month"])
        year, number = int(found[1]), int(found[2])
        if not (_EARLIEST <= year <= _LATEST and 1 <= number <= 12):
            raise forms.ValidationError(self.error_messages["month"])
        return Month(date(year, number, 1))


class DashboardForm(ReportForm):
    """Which newspaper's month is shown."""

    month = MonthField(label="Month")
