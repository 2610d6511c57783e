from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone

from membership.tiers.models import TierAmount, TierOverride
from payments.campaigns.amounts import MajorUnitsForm

# Beyond this a tier of staff's is no exception any more.
_LONGEST = timedelta(days=2 * 366)


class TierAmountForm(MajorUnitsForm):
    amount_fields = ("amount",)

    class Meta:
        model = TierAmount
        fields = ("currency", "amount")


class TierOverrideForm(forms.ModelForm):  # type: ignore[type-arg]
    """A tier for one supporter, until a day that has to be named."""

    class Meta:
        model = TierOverride
        fields = ("supporter", "tier", "ends_at", "reason")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        ends_at, now = cleaned.get("ends_at"), timezone.now()
        if ends_at and ends_at <= now:
            self.add_error("ends_at", "Choose a time that is still to come.")
        elif ends_at and ends_at > now + _LONGEST:
            self.add_error("ends_at", "Choose a time within the next two years.")
        return cleaned
