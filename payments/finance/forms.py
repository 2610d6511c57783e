from datetime import date
from typing import Any, cast

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from payments.campaigns.models import Campaign, CampaignCurrency, Frequency
from payments.entities.models import LegalEntity
from payments.finance.selections import GiftSelection
from payments.finance.writers import WRITERS

# Outside these no newspaper of ours has books, and near the ends of the calendar a civil day has no instant in UTC.
_EARLIEST, _LATEST = date(2000, 1, 1), date(2100, 12, 31)


def _day(label: str) -> forms.DateField:
    words = "Choose a day from 1 January 2000 to 31 December 2100."
    return forms.DateField(
        label=label,
        required=False,
        widget=forms.DateInput({"type": "date", "min": _EARLIEST, "max": _LATEST}, "%Y-%m-%d"),
        validators=[MinValueValidator(_EARLIEST, words), MaxValueValidator(_LATEST, words)],
    )


class GiftRegisterForm(forms.Form):
    """The register's filters, as they stand in the address of its page."""

    entity = forms.ChoiceField(
        label="Newspaper",
        error_messages={"invalid_choice": "There is no newspaper called %(value)s."},
    )
    first = _day("From")
    last = _day("To")
    currency = forms.ChoiceField(label="Currency", required=False)
    campaign = forms.ChoiceField(label="Campaign", required=False)
    frequency = forms.ChoiceField(
        label="Frequency", required=False, choices=[("", "All"), *Frequency.choices]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        entities = list(LegalEntity.objects.order_by("id").values_list("slug", "trading_name"))
        currencies = (
            CampaignCurrency.objects.order_by("currency")
            .values_list("currency", "currency")
            .distinct()
        )
        campaigns = Campaign.objects.order_by("title", "slug").values_list("slug", "title")
        self._offer("entity", entities)
        self._offer("currency", [("", "All"), *currencies])
        self._offer("campaign", [("", "All"), *campaigns])
        if len(entities) < 2:
            self.fields["entity"].widget = forms.HiddenInput()

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        cast(forms.ChoiceField, self.fields[name]).choices = choices

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            self.add_error("last", "This day is before the first one.")
        return cleaned

    @property
    def selection(self) -> GiftSelection:
        """What a valid form selects."""
        return GiftSelection(**self.cleaned_data)


class ExportForm(forms.Form):
    """What to do with the rows that a report's filters select."""

    format = forms.ChoiceField(
        label="Format", choices=[(writer.name, writer.title) for writer in WRITERS.values()]
    )
    personal = forms.BooleanField(label="With names and emails", required=False)

    def __init__(self, *args: Any, may_see_personal: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_see_personal:
            del self.fields["personal"]


# The filters of each report.
REPORT_FORMS = {"gift_register": GiftRegisterForm}
