from datetime import date
from typing import Any

from django import forms

_EARLIEST, _LATEST = date(2000, 1, 1), date(2099, 12, 31)


def _day(label: str) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=forms.DateInput({"type": "date", "min": _EARLIEST, "max": _LATEST}, "%Y-%m-%d"),
        error_messages={
            "required": "Choose a day.",
            "invalid": "Write the day as 2026-11-27.",
        },
    )


class AuditForm(forms.Form):
    """Which days of the books are compared with Stripe's, and whether what is found is healed."""

    first = _day("From")
    last = _day("To")
    repair = forms.BooleanField(label="Repair what is found", required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            self.add_error("last", "This day is before the first one.")
        if first and last and not (_EARLIEST <= first <= _LATEST and _EARLIEST <= last <= _LATEST):
            self.add_error("first", "Choose days from 2000 to 2099.")
        return cleaned
