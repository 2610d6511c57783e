from datetime import date, timedelta
from typing import Any, cast

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from membership.results.selections import DIMENSIONS, ResultsSelection

_EARLIEST, _LATEST = date(2000, 1, 1), date(2100, 12, 31)
# A picture of more days says no more, and each day is looked at.
LONGEST = timedelta(days=731)
_TOGETHER = "all"


def _day(label: str) -> forms.DateField:
    words = "Choose a day from 1 January 2000 to 31 December 2100."
    return forms.DateField(
        label=label,
        widget=forms.DateInput({"type": "date", "min": _EARLIEST, "max": _LATEST}, "%Y-%m-%d"),
        validators=[MinValueValidator(_EARLIEST, words), MaxValueValidator(_LATEST, words)],
        error_messages={"required": "Choose a day."},
    )


class ResultsForm(forms.Form):
    """The filters of a campaign's results, as they stand in the address of its page."""

    first = _day("From")
    last = _day("To")
    slot = forms.ChoiceField(label="Slot", required=False)
    country = forms.ChoiceField(label="Country", required=False)
    state = forms.ChoiceField(label="Reader", required=False)
    by = forms.ChoiceField(
        label="Told apart by",
        required=False,
        choices=[
            ("", "Variant"),
            ("slot", "Variant and slot"),
            ("country", "Variant and country"),
            ("state", "Variant and reader"),
            (_TOGETHER, "Everything"),
        ],
    )

    def __init__(
        self,
        data: dict[str, str],
        *,
        campaign: str,
        entity: str,
        zone: str,
        known: dict[str, list[str]],
    ) -> None:
        super().__init__(data)
        self._fixed = {"campaign": campaign, "entity": entity, "zone": zone}
        for name, values in known.items():
            choices = [("", "All"), *((value, value) for value in values if value)]
            cast(forms.ChoiceField, self.fields[name]).choices = choices

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            self.add_error("last", "This day is before the first one.")
        elif first and last and last - first > LONGEST:
            self.add_error("last", "Choose at most two years.")
        return cleaned

    @property
    def selection(self) -> ResultsSelection:
        """What a valid form selects."""
        values: dict[str, Any] = {**self._fixed, **self.cleaned_data}
        del values["by"]
        return ResultsSelection(**values)

    @property
    def dimensions(self) -> tuple[str, ...]:
        """By what the table tells results apart."""
        by = self.cleaned_data["by"]
        if by == _TOGETHER:
            return DIMENSIONS
        return ("variant", by) if by else ("variant",)
