"""What staff say at the desk: which payment they mean, what goes back, and how they decide."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import get_language, to_locale

from payments.desk.models import RefundReason
from payments.errors import AmountRefused
from payments.money import Money, parse_amount

_AMOUNT_PROBLEMS = {
    "empty": "Enter the amount that goes back.",
    "zero": "Enter an amount above zero.",
    "negative": "Enter the amount without a minus sign.",
    "too_many_decimals": "This amount has more decimals than the currency.",
    "other_currency": "Enter the amount in the payment’s own currency, {currency}.",
    "too_large": "At most {most} of this payment can still be given back.",
}


def read_amount(text: str, most: Money, problems: Mapping[str, str]) -> int:
    """Return what was typed in minor units of `most`'s currency.

    Raises ValidationError with the sentence of `problems` for what is wrong with it.
    """
    locale = to_locale(get_language() or "en-gb").replace("_", "-")
    try:
        return parse_amount(text, most.currency, locale).minor
    except AmountRefused as error:
        sentence = problems.get(error.reason, "Enter an amount, for instance {most}.")
        printed = most.format(locale)
        raise forms.ValidationError(
            sentence.format(most=printed, currency=most.currency)
        ) from error


def words_field(label: str, missing: str, *, most: int = 2000) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=most,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": missing},
    )


class FindForm(forms.Form):
    """Which payment is meant."""

    q = forms.CharField(label="Find a payment", max_length=254, required=False)


class RefundForm(forms.Form):
    """One refund of the payment that the page shows; `amount` is cleaned to minor units."""

    number = forms.IntegerField(min_value=1, widget=forms.HiddenInput())
    amount = forms.CharField(
        label="Amount to give back",
        max_length=40,
        required=False,
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
    )
    reason = forms.ChoiceField(label="Reason", choices=RefundReason.choices)
    comment = words_field("Why, in your words", "Say why the money goes back.")

    def __init__(self, *args: Any, refundable: Money, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.refundable = refundable
        self.fields["amount"].label = f"Amount to give back, in {refundable.currency}"

    def clean_amount(self) -> int:
        return read_amount(self.cleaned_data["amount"], self.refundable, _AMOUNT_PROBLEMS)


class DecisionForm(forms.Form):
    """Yes or no to what somebody else asked for; the button says which."""

    note = words_field("Your note", "Say why, so that it can be understood in a year.")
    decision = forms.ChoiceField(choices=[("approve", "Approve"), ("decline", "Decline")])
