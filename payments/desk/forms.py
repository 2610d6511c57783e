"""What staff say at the desk: which payment they mean, what goes back, and how they decide."""

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


def _locale() -> str:
    return to_locale(get_language() or "en-gb").replace("_", "-")


def _words(label: str, missing: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=2000,
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
    comment = _words("Why, in your words", "Say why the money goes back.")

    def __init__(self, *args: Any, refundable: Money, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.refundable = refundable
        self.fields["amount"].label = f"Amount to give back, in {refundable.currency}"

    def clean_amount(self) -> int:
        most = self.refundable
        try:
            amount = parse_amount(self.cleaned_data["amount"], most.currency, _locale())
        except AmountRefused as error:
            sentence = _AMOUNT_PROBLEMS.get(error.reason, "Enter an amount, for instance {most}.")
            printed = most.format(_locale())
            raise forms.ValidationError(
                sentence.format(most=printed, currency=most.currency)
            ) from error
        return amount.minor


class DecisionForm(forms.Form):
    """Yes or no to somebody else's refund; the button says which."""

    note = _words("Your note", "Say why, so that it can be understood in a year.")
    decision = forms.ChoiceField(choices=[("approve", "Approve"), ("decline", "Decline")])
