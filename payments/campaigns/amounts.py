"""Amounts that an editor types in major units, in forms whose currency is a field of their own."""

from typing import Any, ClassVar

from django import forms

from payments.currencies import KNOWN
from payments.errors import AmountRefused
from payments.money import Money, parse_amount

_SENTENCES = {
    "empty": "Type an amount.",
    "zero": "The amount must be more than zero.",
    "negative": "The amount must be more than zero.",
    "not_a_number": "This is not an amount.",
    "other_currency": "This amount names another currency.",
    "ambiguous": "Is that a thousand or a decimal? Type it without separators, for instance 1000.",
    "too_many_decimals": "This currency does not have so many decimals.",
    "too_large": "This amount is too large.",
}


class MajorUnitsForm(forms.ModelForm):  # type: ignore[type-arg]
    """A model form that shows its amounts as 5.00 and stores them as 500."""

    amount_fields: ClassVar[tuple[str, ...]] = ()
    # Those of the amounts that may be nothing at all.
    zero_fields: ClassVar[frozenset[str]] = frozenset()

    # Typed and not chosen: a hundred choices in each of many rows would make a page of megabytes.
    currency = forms.CharField(max_length=3, widget=forms.TextInput({"size": 4}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.amount_fields:
            self.fields[name] = forms.CharField(
                label=self.fields[name].label,
                max_length=30,
                widget=forms.TextInput({"inputmode": "decimal", "size": 10}),
                initial="0" if name in self.zero_fields else None,
            )
            if self.instance.pk:
                amount = Money(getattr(self.instance, name), self.instance.currency)
                self.initial[name] = format(amount.to_decimal(), "f")

    def _get_validation_exclusions(self) -> set[str]:
        """Leave the one-default constraints to the formset.

        The forms of a set are checked one by one against a database that still holds the old
        default, so moving the mark would be refused. Without a currency the amounts are still what
        was typed, and one sentence about the currency is enough.
        """
        unread = () if "currency" in self.cleaned_data else self.amount_fields
        return {*super()._get_validation_exclusions(), "is_default", *unread}  # type: ignore[misc]

    def clean_currency(self) -> str:
        currency = str(self.cleaned_data["currency"]).upper()
        if currency not in KNOWN:
            raise forms.ValidationError("Stripe takes no currency of this code.")
        return currency

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if currency := cleaned.get("currency"):
            for name in self.amount_fields:
                if name in cleaned:
                    self._read(name, currency)
        return cleaned

    def _read(self, name: str, currency: str) -> None:
        """Put minor units in the place of what was typed, or the reason why there are none."""
        try:
            self.cleaned_data[name] = parse_amount(self.cleaned_data[name], currency).minor
        except AmountRefused as refused:
            if refused.reason == "zero" and name in self.zero_fields:
                self.cleaned_data[name] = 0
            else:
                self.add_error(name, self._sentence(name, refused.reason))

    def _sentence(self, name: str, reason: str) -> str:
        if reason == "negative" and name in self.zero_fields:
            return "The amount must be 0 or more."
        return _SENTENCES[reason]
