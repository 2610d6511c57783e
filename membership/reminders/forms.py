from datetime import date

from django import forms
from django.http import QueryDict

from membership.accounts.addresses import ReachableEmailField
from membership.accounts.models import normalise_email
from membership.reminders.months import month_name

_CHOOSE = "Choose the month in which we may write to you."


class ReminderForm(forms.Form):
    """A month of the coming twelve, and where to write."""

    month = forms.ChoiceField(
        widget=forms.RadioSelect,
        error_messages={"required": _CHOOSE, "invalid_choice": _CHOOSE},
    )
    email = ReachableEmailField(
        max_length=254, error_messages={"required": "Enter the email address to write to."}
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        months: list[date],
        locale: str,
        initial: dict[str, str] | None = None,
    ) -> None:
        super().__init__(data, auto_id="%s", initial=initial)
        choices = [(f"{month:%Y-%m}", month_name(month, locale)) for month in months]
        self.fields["month"].choices = choices  # type: ignore[attr-defined]

    def clean_month(self) -> date:
        return date.fromisoformat(f"{self.cleaned_data['month']}-01")

    def clean_email(self) -> str:
        return normalise_email(self.cleaned_data["email"])
