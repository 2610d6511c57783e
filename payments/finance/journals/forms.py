from datetime import date
from typing import Any

from django import forms

from payments.campaigns.models import Frequency
from payments.entities.models import LegalEntity
from payments.finance.filters import PeriodForm
from payments.finance.journals.formats import FORMATS
from payments.finance.journals.models import AccountMapping
from payments.finance.journals.sources import JournalBy


class JournalSelectionForm(PeriodForm):
    """Which journals."""

    initial_period = "Last month"

    by = forms.ChoiceField(
        label="One journal for each",
        choices=[(JournalBy.PAYOUT.value, "Payout"), (JournalBy.DAY.value, "Day")],
        initial=JournalBy.PAYOUT.value,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("first", "last"):
            self.fields[name].required = True

    @classmethod
    def presets(cls, filters: dict[str, str], today: date) -> list[tuple[str, str]]:
        """Return the usual periods but that of all days, for which a package takes no file."""
        return [each for each in super().presets(filters, today) if each[0] != "All"]


class JournalForm(JournalSelectionForm):
    """Which journals, and for which package."""

    format = forms.ChoiceField(
        label="Format", choices=[(each.name, each.title) for each in FORMATS.values()]
    )

    def as_filters(self) -> dict[str, str]:
        """Return what selects the journals; the package is no filter of theirs."""
        return {name: text for name, text in super().as_filters().items() if name != "format"}


class MappingForm(forms.ModelForm):  # type: ignore[type-arg]
    """One row of the mapping; empty class, fund and currency stand for any."""

    class Meta:
        model = AccountMapping
        fields = (
            "account",
            "gift_class",
            "fund",
            "currency",
            "code",
            "tax_rate",
            "tracking_name",
            "tracking_option",
        )

    def __init__(self, *args: Any, entity: LegalEntity, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.entity = entity
        fund = self.fields["fund"]
        assert isinstance(fund, forms.ModelChoiceField)  # noqa: S101  a foreign key has that field
        fund.queryset = fund.queryset.filter(entity=entity) if fund.queryset is not None else None
        fund.empty_label = "Any"
        gift_class = self.fields["gift_class"]
        assert isinstance(gift_class, forms.ChoiceField)  # noqa: S101  it has choices
        gift_class.choices = [("", "Any"), *Frequency.choices]

    def clean_currency(self) -> str:
        return str(self.cleaned_data["currency"]).upper()

    def _get_validation_exclusions(self) -> set[str]:
        # The newspaper is not a field, and the rows are unique within it.
        return set(super()._get_validation_exclusions()) - {"entity"}  # type: ignore[misc]  # not in the stubs
