from typing import Any

from django import forms

from payments.campaigns.amounts import MajorUnitsForm
from payments.campaigns.models import (
    Campaign,
    CampaignCurrency,
    Frequency,
    SuggestedAmount,
)


class CampaignForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Campaign
        fields = (
            "entity",
            "fund",
            "slug",
            "status",
            "title",
            "standfirst",
            "body",
            "default_frequency",
            "allows_once",
            "allows_monthly",
            "allows_yearly",
            "opens_at",
            "closes_at",
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        entity, fund = cleaned.get("entity"), cleaned.get("fund")
        if entity and fund and fund.entity_id != entity.pk:
            self.add_error("fund", "This fund belongs to another legal entity.")
        if not any(cleaned.get(f"allows_{frequency}") for frequency in Frequency.values):
            self.add_error("allows_once", "Allow at least one frequency.")
        elif not cleaned.get(f"allows_{cleaned.get('default_frequency')}"):
            self.add_error("default_frequency", "The default must be one of those allowed.")
        opens_at, closes_at = cleaned.get("opens_at"), cleaned.get("closes_at")
        if opens_at and closes_at and closes_at <= opens_at:
            self.add_error("closes_at", "The campaign would close before it opens.")
        return cleaned


class CampaignCurrencyForm(MajorUnitsForm):
    amount_fields = ("minimum", "maximum", "fee_fixed")
    zero_fields = frozenset({"fee_fixed"})

    class Meta:
        model = CampaignCurrency
        fields = ("currency", "minimum", "maximum", "fee_basis_points", "fee_fixed", "is_default")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        minimum, maximum = cleaned.get("minimum"), cleaned.get("maximum")
        if isinstance(minimum, int) and isinstance(maximum, int) and maximum < minimum:
            self.add_error("maximum", "The largest amount is below the smallest.")
        return cleaned


class SuggestedAmountForm(MajorUnitsForm):
    amount_fields = ("amount",)

    class Meta:
        model = SuggestedAmount
        fields = ("currency", "frequency", "amount", "is_default")
