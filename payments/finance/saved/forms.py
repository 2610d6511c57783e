from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms

from payments.finance.filters import usual_periods


class NameForm(forms.Form):
    """What a saved view is called."""

    name = forms.CharField(
        max_length=80, error_messages={"required": "Give the view a name that you will know it by."}
    )


class SaveForm(NameForm):
    """A name, whether the days follow the calendar, and who sees it."""

    period = forms.ChoiceField(label="Days", required=False)
    shared = forms.BooleanField(label="Share it with the whole desk", required=False)

    field_order = ("name", "period", "shared")

    def __init__(
        self, *args: Any, filters: Mapping[str, str], today: date, may_share: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        period: Any = self.fields["period"]
        usual = usual_periods(today)
        period.choices = [
            ("", "These days"),
            *((words, words) for words in usual if words != "All"),
        ]
        days = {name: filters.get(name, "") for name in ("first", "last")}
        # "This month" ends today, and stays this month tomorrow.
        period.initial = next(
            (words for words, each in usual.items() if each == days and words != "All"), ""
        )
        if not may_share:
            del self.fields["shared"]
