"""A few amounts above the one that somebody gives."""

from datetime import datetime
from typing import Any

from django import forms

from membership.portal.change_forms import ChangeForm
from membership.portal.previews import PERIODS, Preview, preview_of
from payments.currencies import exponent
from payments.models import CampaignCurrency, Frequency, PlanCommandKind, RecurringPlan
from payments.plans.changing import change_amount
from payments.plans.commands import Voice
from payments.templatetags.money import money

# A quarter, a half and once again as much: in percent of what is given.
_RAISES = (125, 150, 200)


class UpgradeForm(ChangeForm):
    """A higher amount from the next collection on; no other can be chosen."""

    kind = PlanCommandKind.AMOUNT
    title = "A little more"
    button = "Give this much"
    done = "Thank you: your gift is raised. A confirmation is on its way by email."
    amount = forms.TypedChoiceField(
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose an amount.", "invalid_choice": "Choose an amount."},
    )

    def __init__(self, plan: RecurringPlan, now: datetime, *args: Any, **kwargs: Any) -> None:
        super().__init__(plan, now, *args, **kwargs)
        self.raises = raises_of(plan)
        period = PERIODS[Frequency(plan.frequency)]
        field = self.fields["amount"]
        field.label = "How much would you like to give?"
        field.choices = [  # type: ignore[attr-defined]
            (total, f"{money(total, plan.currency)} {period}") for total in self.raises
        ]

    def preview(self) -> Preview:
        notes = ("Nothing is charged today.", "You can change it again at any time.")
        return preview_of(self.plan, amount=self.cleaned_data["amount"], notes=notes)

    def carry_out(self, voice: Voice) -> RecurringPlan:
        total = self.cleaned_data["amount"]
        return change_amount(self.plan.pk, total=total, voice=voice, now=self.now)


def raises_of(plan: RecurringPlan) -> list[int]:
    """Return some whole amounts above what is given, up to what the gift's campaign takes; none at its limit."""
    whole = 10 ** exponent(plan.currency)
    terms = CampaignCurrency.objects.filter(campaign=plan.campaign, currency=plan.currency).first()
    raised = {-(-plan.total * percent // (100 * whole)) * whole for percent in _RAISES}
    return sorted(
        total
        for total in raised
        if total > plan.total and (terms is None or total <= terms.maximum)
    )
