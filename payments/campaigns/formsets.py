"""The rows of a campaign that are edited together, because only together they can be right."""

from collections import Counter
from typing import Any, cast

from django import forms
from django.forms.formsets import DELETION_FIELD_NAME

from payments.campaigns.forms import CampaignCurrencyForm
from payments.campaigns.models import Campaign, CampaignCurrency, CampaignStatus, Frequency
from payments.money import Money


class DefaultsFormSet(forms.BaseInlineFormSet):  # type: ignore[type-arg]
    """Rows of which one may be the default; moving the mark to another row is one save."""

    instance: Campaign

    @property
    def kept(self) -> list[dict[str, Any]]:
        """The rows that will be there after saving."""
        return [
            form.cleaned_data
            for form in self.forms
            if form.is_valid() and form.cleaned_data.get("currency") and not self._goes(form)
        ]

    def save_existing_objects(self, commit: bool = True) -> list[Any]:
        # The old default goes before the new one comes: the database allows one at every moment.
        unmarked = [
            form.instance.pk
            for form in self.initial_forms
            if self._goes(form) or not form.cleaned_data.get("is_default")
        ]
        if commit:
            self.get_queryset().filter(pk__in=unmarked).update(is_default=False)
        return super().save_existing_objects(commit)

    def _goes(self, form: Any) -> bool:
        return bool(form.cleaned_data.get(DELETION_FIELD_NAME))


class CurrencyFormSet(DefaultsFormSet):
    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        defaults = sum(row["is_default"] for row in self.kept)
        if self.kept and defaults != 1:
            raise forms.ValidationError("Mark exactly one currency as the default.")
        if not self.kept and self.instance.status == CampaignStatus.OPEN:
            raise forms.ValidationError("An open campaign takes at least one currency.")


class SuggestedAmountFormSet(DefaultsFormSet):
    """What a campaign suggests has to be what it takes, as both are typed in the same form."""

    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        self._require_one_default()
        self._require_that_they_can_be_given()

    def _require_one_default(self) -> None:
        marks = Counter(
            (row["currency"], row["frequency"]) for row in self.kept if row["is_default"]
        )
        for (currency, frequency), count in marks.items():
            if count > 1:
                words = Frequency(frequency).label.lower()
                raise forms.ValidationError(f"{currency}, {words}: only one amount is the default.")

    def _require_that_they_can_be_given(self) -> None:
        """Refuse each row outside the limits of its currency; limits that are wrong come first."""
        currencies = cast(
            CurrencyFormSet,
            _CampaignCurrencies(self.data, instance=self.instance, prefix="currencies"),
        )
        if not currencies.is_valid():
            return
        limits = {row["currency"]: (row["minimum"], row["maximum"]) for row in currencies.kept}
        for form in self.forms:
            row = form.cleaned_data
            if not row.get("currency") or self._goes(form):
                continue
            if row["currency"] not in limits:
                form.add_error("currency", f"This campaign does not take {row['currency']}.")
                continue
            low, high = limits[row["currency"]]
            if not low <= row["amount"] <= high:
                printed = [Money(minor, row["currency"]).format() for minor in (low, high)]
                form.add_error("amount", f"This campaign takes {printed[0]} to {printed[1]}.")


# The currencies as they are posted beside the suggestions.
_CampaignCurrencies = forms.inlineformset_factory(
    Campaign, CampaignCurrency, form=CampaignCurrencyForm, formset=CurrencyFormSet
)
