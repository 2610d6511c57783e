"""A report's filters as fields: what stands in the address of its page and is stored with its exports."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, ClassVar, cast
from urllib.parse import urlencode

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.formats import date_format

from payments.campaigns.models import Campaign, CampaignCurrency, Frequency, Fund
from payments.currencies import KNOWN
from payments.entities.models import LegalEntity

# Outside these no newspaper of ours has books, and near the ends of the calendar a civil day has no instant in UTC.
_EARLIEST, _LATEST = date(2000, 1, 1), date(2100, 12, 31)

_A_REFERENCE = "0f8fad5b-d9cb-469f-a165-70873728950e"


def day_field(label: str) -> forms.DateField:
    """Return a field for a civil day of the books; empty does not narrow."""
    words = "Choose a day from 1 January 2000 to 31 December 2100."
    return forms.DateField(
        label=label,
        required=False,
        widget=forms.DateInput({"type": "date", "min": _EARLIEST, "max": _LATEST}, "%Y-%m-%d"),
        validators=[MinValueValidator(_EARLIEST, words), MaxValueValidator(_LATEST, words)],
    )


def currency_field(label: str = "Currency") -> forms.ChoiceField:
    """Return a field for a currency, whose choices a ReportForm sets; empty does not narrow."""
    words = "There are no amounts in %(value)s: choose a currency by its code, such as EUR."
    return forms.ChoiceField(label=label, required=False, error_messages={"invalid_choice": words})


def reference_field(label: str, what: str) -> forms.UUIDField:
    """Return a field for the reference of something, as it stands in reports; empty does not narrow."""
    words = f"This is no reference of a {what}: copy one from a report, such as {_A_REFERENCE}."
    return forms.UUIDField(label=label, required=False, error_messages={"invalid": words})


class ReportForm(forms.Form):
    """The filters that every report has. A report with more adds fields; their names are the filters' names."""

    entity = forms.ChoiceField(
        label="Newspaper",
        error_messages={"invalid_choice": "There is no newspaper called %(value)s."},
    )

    def __init__(
        self, *args: Any, entities: Sequence[LegalEntity] | None = None, **kwargs: Any
    ) -> None:
        """Take the newspapers where whoever asks has read them, in the order of their ids."""
        super().__init__(*args, **kwargs)
        self._entities = LegalEntity.objects.order_by("id") if entities is None else entities
        self.offer("entity", [(each.slug, each.trading_name) for each in self._entities])
        if len(self._entities) < 2:
            self.fields["entity"].widget = forms.HiddenInput()
        if "currency" in self.fields:
            self.offer("currency", [("", "All"), *((code, code) for code in self._currencies())])

    def _currencies(self) -> list[str]:
        """Return those that campaigns ask for, and the one that is chosen: gifts outlive their campaigns."""
        chosen = {self.data.get("currency", "")} & KNOWN
        asked = CampaignCurrency.objects.order_by().values_list("currency", flat=True).distinct()
        return sorted({*asked, *chosen})

    @property
    def chosen_entity(self) -> LegalEntity:
        """The newspaper of a valid form."""
        slug = self.cleaned_data["entity"]
        return next(each for each in self._entities if each.slug == slug)

    @property
    def in_words(self) -> list[tuple[str, str]]:
        """What a valid form narrows by, each field's label with its value: for paper, where nothing is filled in."""
        return [
            (str(field.label), _in_words(field, self.cleaned_data[name]))
            for name, field in self.fields.items()
            if self.cleaned_data[name] not in (None, "", False) and not field.widget.is_hidden
        ]

    def offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        """Set the choices of a field that are read from the database."""
        cast(forms.ChoiceField, self.fields[name]).choices = choices

    def as_filters(self) -> dict[str, str]:
        """Return what a valid form narrows by, as strings: days in ISO 8601, a tick as `on`."""
        return {
            name: "on" if value is True else str(value)
            for name, value in self.cleaned_data.items()
            if value not in (None, "", False)
        }

    @classmethod
    def defaults(cls, today: date) -> dict[str, str]:
        """Return the filters of an address that names none, beside the entity."""
        return {}

    @classmethod
    def presets(cls, filters: dict[str, str], today: date) -> list[tuple[str, str]]:
        """Return usual selections as (words, query), the other filters kept."""
        return []


def _in_words(field: forms.Field, value: Any) -> str:
    if value is True:
        return "yes"
    if isinstance(value, date):
        return date_format(value, "j M Y")
    choices: Any = field.choices if isinstance(field, forms.ChoiceField) else ()
    return str(dict(choices).get(value, value))


class PeriodForm(ReportForm):
    """A report of a period: civil days of the entity's time zone, both included."""

    first = day_field("From")
    last = day_field("To")

    # What an address without days shows: one of the words below.
    initial_period: ClassVar[str] = "This month"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            self.add_error("last", "This day is before the first one.")
        return cleaned

    @classmethod
    def defaults(cls, today: date) -> dict[str, str]:
        return usual_periods(today)[cls.initial_period]

    @classmethod
    def presets(cls, filters: dict[str, str], today: date) -> list[tuple[str, str]]:
        return [
            (words, urlencode({**filters, **days})) for words, days in usual_periods(today).items()
        ]


class GiftForm(PeriodForm):
    """The filters of reports made of gifts."""

    currency = currency_field()
    campaign = forms.ChoiceField(label="Campaign", required=False)
    frequency = forms.ChoiceField(
        label="Frequency", required=False, choices=[("", "All"), *Frequency.choices]
    )
    fund = forms.ChoiceField(label="Fund", required=False)
    prompt = forms.SlugField(label="Prompt", required=False, max_length=60)
    supporter = reference_field("Supporter", "supporter")
    gift = reference_field("Gift", "gift")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        campaigns = Campaign.objects.order_by("title", "slug").values_list("slug", "title")
        funds = Fund.objects.order_by("name", "code").values_list("code", "name").distinct()
        self.offer("campaign", [("", "All"), *campaigns])
        self.offer("fund", [("", "All"), *funds])


def usual_periods(today: date) -> dict[str, dict[str, str]]:
    """Return the filters of the periods that people ask for, by their words."""
    this_month = today.replace(day=1)
    last_month_ends = this_month - timedelta(days=1)
    days: dict[str, tuple[date | str, date | str]] = {
        "This month": (this_month, today),
        "Last month": (last_month_ends.replace(day=1), last_month_ends),
        "This year": (today.replace(month=1, day=1), today),
        "All": ("", ""),
    }
    return {
        words: {"first": str(first), "last": str(last)} for words, (first, last) in days.items()
    }
