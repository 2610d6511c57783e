"""What staff say of a release: how much of which day, what it was spent on, and why it is taken back."""

from typing import Any

from django import forms

from payments.desk.forms import read_amount, words_field
from payments.finance.filters import day_field
from payments.money import Money

_AMOUNT_PROBLEMS = {
    "empty": "Enter the amount that was spent.",
    "zero": "Enter an amount above zero.",
    "negative": "Enter the amount without a minus sign.",
    "too_many_decimals": "This amount has more decimals than the currency.",
    "other_currency": "Enter the amount in {currency}, the currency of what the fund holds.",
    "too_large": "The fund holds {most}.",
}


class ReleaseForm(forms.Form):
    """One release of the fund and currency that the page shows; `amount` is cleaned to minor units."""

    reference = forms.UUIDField(widget=forms.HiddenInput())
    amount = forms.CharField(
        max_length=40,
        required=False,
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
    )
    released_on = day_field("Spent on")
    purpose = words_field("What it was spent on", "Say what the money was spent on.")

    def __init__(self, *args: Any, held: Money, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.held = held
        self.fields["amount"].label = f"Amount spent, in {held.currency}"
        day = self.fields["released_on"]
        day.required = True
        day.error_messages["required"] = "Choose the day on which it was spent."

    def clean_amount(self) -> int:
        return read_amount(self.cleaned_data["amount"], self.held, _AMOUNT_PROBLEMS)


class TakeBackForm(forms.Form):
    """Why a release is taken back."""

    reason = words_field("Why it is taken back", "Say why, so that it can be understood in a year.")
