from datetime import date
from typing import Any

from django import forms
from django.core.validators import RegexValidator

from payments.currencies import KNOWN
from payments.reconciliation.models import BankAccount, BankMatch, Payout, ReconciliationState
from payments.reconciliation.statement_layout import (
    DATE_FORMATS,
    DECIMALS,
    DELIMITERS,
    ENCODINGS,
    StatementLayout,
)

_EARLIEST, _LATEST = date(2000, 1, 1), date(2100, 12, 31)


def _day(label: str) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        widget=forms.DateInput({"type": "date", "min": _EARLIEST, "max": _LATEST}, "%Y-%m-%d"),
        error_messages={"invalid": "Write the day as 2026-11-27."},
    )


class PayoutFilterForm(forms.Form):
    """The filters of the list of payouts, as they stand in its address."""

    first = _day("Arrives from")
    last = _day("To")
    state = forms.ChoiceField(
        label="Reconciliation",
        required=False,
        choices=[("", "All"), *ReconciliationState.choices],
    )
    currency = forms.ChoiceField(label="Currency", required=False)
    coming = forms.BooleanField(label="Not at the bank yet", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = Payout.objects.order_by("currency").values_list("currency", flat=True).distinct()
        currency: Any = self.fields["currency"]
        currency.choices = [("", "All"), *((each, each) for each in known)]


class NoteForm(forms.Form):
    """Why a person decides something."""

    note = forms.CharField(
        label="Note",
        widget=forms.Textarea({"rows": 2}),
        error_messages={"required": "Say in a note why."},
        max_length=2000,
    )


class OptionalNoteForm(forms.Form):
    note = forms.CharField(
        label="Note", required=False, widget=forms.Textarea({"rows": 2}), max_length=2000
    )


class BankAccountForm(forms.ModelForm):  # type: ignore[type-arg]
    """An account into which payouts arrive."""

    currency = forms.CharField(max_length=3, widget=forms.TextInput({"size": 3}))
    last4 = forms.CharField(
        label="Last four digits",
        required=False,
        validators=[RegexValidator(r"^\w{4}$", "Write the last four digits, or nothing.")],
    )

    class Meta:
        model = BankAccount
        fields = ("name", "currency", "last4", "payout_words")
        labels = {"payout_words": "Lines of payouts say"}

    def clean_currency(self) -> str:
        currency: str = self.cleaned_data["currency"].upper()
        if currency not in KNOWN:
            raise forms.ValidationError(f"{currency} is not a currency that Stripe pays out.")
        return currency

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if BankAccount.objects.filter(entity=self.instance.entity, name=name).exists():
            raise forms.ValidationError(f"There is an account called {name} already.")
        return name


class StatementForm(forms.Form):
    """A statement file."""

    statement = forms.FileField(
        label="Statement file (CSV)",
        error_messages={
            "required": "Choose the statement file that your bank gave you.",
            "empty": "The file is empty.",
        },
        widget=forms.ClearableFileInput({"accept": ".csv,.txt,.tsv,text/csv"}),
    )


class LayoutForm(forms.Form):
    """How a statement file is read; its columns are offered by the headings that were found."""

    heading_row = forms.IntegerField(label="Row of the headings", min_value=1, max_value=100)
    encoding = forms.ChoiceField(label="Encoding", choices=list(ENCODINGS.items()))
    delimiter = forms.ChoiceField(label="Columns are parted by", choices=list(DELIMITERS.items()))
    date_column = forms.ChoiceField(label="Date")
    date_format = forms.ChoiceField(label="Dates look like", choices=list(DATE_FORMATS.items()))
    amount_column = forms.ChoiceField(label="Amount, signed", required=False)
    in_column = forms.ChoiceField(label="Money in", required=False)
    out_column = forms.ChoiceField(label="Money out", required=False)
    decimal = forms.ChoiceField(label="Decimals", choices=list(DECIMALS.items()))
    description_column = forms.ChoiceField(label="Description", required=False)
    reference_column = forms.ChoiceField(label="Reference", required=False)

    _COLUMNS = (
        "date_column",
        "amount_column",
        "in_column",
        "out_column",
        "description_column",
        "reference_column",
    )

    def __init__(self, *args: Any, headings: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self._COLUMNS:
            field: Any = self.fields[name]
            field.choices = [("", "—"), *((each, each) for each in headings)]
            field.error_messages["required"] = "Choose the column of the date."
        # A tab is a choice, and would be stripped from what was sent.
        delimiter: Any = self.fields["delimiter"]
        delimiter.clean = lambda value: value if value in DELIMITERS else ","

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        has_two = cleaned.get("in_column") and cleaned.get("out_column")
        if cleaned.get("amount_column") and (cleaned.get("in_column") or cleaned.get("out_column")):
            self.add_error("amount_column", "Choose either one signed column or the two others.")
        elif not cleaned.get("amount_column") and not has_two:
            self.add_error(
                "amount_column", "Choose the amount's column, or both money in and money out."
            )
        return cleaned

    @property
    def layout(self) -> StatementLayout:
        """What a valid form chose."""
        return StatementLayout(**self.cleaned_data)


class BankLineFilterForm(forms.Form):
    match = forms.ChoiceField(
        label="Lines", required=False, choices=[("", "All"), *BankMatch.choices]
    )
