"""The month that the dashboard shows: chosen in the address, this one where none is."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms

from payments.entities.models import LegalEntity
from payments.finance.filters import ReportForm
from payments.finance.months.calendar import Month

_EARLIEST, _LATEST = 2000, 2100
_WORDS = "Write the month as 2026-11, from 2000 to 2100."


class MonthField(forms.CharField):
    """A month as browsers send it: 2026-11."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            widget=forms.TextInput({"type": "month"}), error_messages={"required": _WORDS}, **kwargs
        )

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", text, re.ASCII):
            raise forms.ValidationError(_WORDS)
        if not _EARLIEST <= int(text[:4]) <= _LATEST:
            raise forms.ValidationError(_WORDS)
        return Month.parse(text)


class DashboardForm(ReportForm):
    """Which newspaper's month is shown."""

    month = MonthField(label="Month")


def month_filters(entity: LegalEntity, month: Month, **others: str) -> Mapping[str, str]:
    """Return the filters of a report of this month, and those of the others that are not empty."""
    return {**month.filters(entity), **{name: value for name, value in others.items() if value}}


def months_before(month: Month, count: int) -> list[Month]:
    """Return `count` months that end with this one, oldest first."""
    months = [month]
    while len(months) < count:
        months.insert(0, months[0].previous)
    return months
