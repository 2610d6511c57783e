"""The first step of each change of a recurring gift: what is to be different."""

from datetime import date, datetime
from typing import Any

from django import forms

from membership.portal.previews import (
    PERIODS,
    Preview,
    Skip,
    days_to_move,
    moment_on,
    next_on,
    other_frequency,
    period_ends_on,
    preview_of,
    skips_of,
)
from payments.errors import AmountRefused
from payments.models import CampaignCurrency, Frequency, PlanCommandKind, RecurringPlan
from payments.money import Money, parse_amount
from payments.plans.changing import (
    change_amount,
    change_frequency,
    move_date,
    pause_plan,
    resume_plan,
)
from payments.plans.commands import Voice
from payments.templatetags.money import active_locale, money

_NOTHING_TODAY = "Nothing is charged today."


class ChangeForm(forms.Form):
    """One change. `preview` and `carry_out` are for a form that is valid."""

    kind: PlanCommandKind
    title: str
    button: str
    done: str

    def __init__(self, plan: RecurringPlan, now: datetime, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plan = plan
        self.now = now

    def preview(self) -> Preview:
        raise NotImplementedError

    def carry_out(self, voice: Voice) -> RecurringPlan:
        raise NotImplementedError


class _AmountField(forms.CharField):
    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput({"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(max_length=30, widget=widget, **kwargs)


class AmountForm(ChangeForm):
    """Another amount from the next collection on."""

    kind = PlanCommandKind.AMOUNT
    title = "Change the amount"
    button = "Change the amount"
    done = "Your gift is changed. A confirmation is on its way by email."
    amount = _AmountField(label="New amount")

    def __init__(self, plan: RecurringPlan, now: datetime, *args: Any, **kwargs: Any) -> None:
        super().__init__(plan, now, *args, **kwargs)
        self.fields[
            "amount"
        ].label = f"New amount {PERIODS[Frequency(plan.frequency)]}, in {plan.currency}"
        self.fields["amount"].initial = _typed(plan.total, plan.currency)

    def clean_amount(self) -> int:
        total = _read(self.cleaned_data["amount"], self.plan)
        if total == self.plan.total:
            raise forms.ValidationError("This is what you give now: type another amount.")
        return total

    def preview(self) -> Preview:
        return preview_of(self.plan, amount=self.cleaned_data["amount"], notes=(_NOTHING_TODAY,))

    def carry_out(self, voice: Voice) -> RecurringPlan:
        return change_amount(
            self.plan.pk, total=self.cleaned_data["amount"], voice=voice, now=self.now
        )


class FrequencyForm(ChangeForm):
    """The other rhythm, once the period that is paid for is over."""

    kind = PlanCommandKind.FREQUENCY
    title = "Change how often you give"
    button = "Change how often"
    done = "Your gift is changed. A confirmation is on its way by email."
    amount = _AmountField(label="Amount")

    def __init__(self, plan: RecurringPlan, now: datetime, *args: Any, **kwargs: Any) -> None:
        super().__init__(plan, now, *args, **kwargs)
        self.frequency, about = other_frequency(plan)
        self.fields["amount"].label = f"Amount {PERIODS[self.frequency]}, in {plan.currency}"
        self.fields["amount"].initial = _typed(about, plan.currency)

    def clean_amount(self) -> int:
        return _read(self.cleaned_data["amount"], self.plan)

    def preview(self) -> Preview:
        return preview_of(
            self.plan,
            amount=self.cleaned_data["amount"],
            frequency=self.frequency,
            notes=(_NOTHING_TODAY, "What you have paid for runs on until then."),
        )

    def carry_out(self, voice: Voice) -> RecurringPlan:
        return change_frequency(
            self.plan.pk,
            frequency=self.frequency,
            total=self.cleaned_data["amount"],
            voice=voice,
            now=self.now,
        )


class DateForm(ChangeForm):
    """Another day for the next collection, and for those after it."""

    kind = PlanCommandKind.DATE
    title = "Move the next payment"
    button = "Move the payment"
    done = "Your next payment is moved. A confirmation is on its way by email."
    day = forms.DateField(label="Day of the next payment")

    def __init__(self, plan: RecurringPlan, now: datetime, *args: Any, **kwargs: Any) -> None:
        super().__init__(plan, now, *args, **kwargs)
        self.first, self.last = days_to_move(plan, now)
        limits = {"min": self.first.isoformat(), "max": self.last.isoformat(), "type": "date"}
        self.fields["day"].widget = forms.DateInput(limits, format="%Y-%m-%d")
        self.fields["day"].initial = next_on(plan)

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if not self.first <= day <= self.last:
            raise forms.ValidationError(
                f"Choose a day from {self.first:%-d %B %Y} to {self.last:%-d %B %Y}."
            )
        if day == next_on(self.plan):
            raise forms.ValidationError("This is the day as it is now: choose another.")
        return day

    def preview(self) -> Preview:
        notes = (_NOTHING_TODAY, "From then on each payment is collected on that day.")
        return preview_of(self.plan, on=self.cleaned_data["day"], notes=notes)

    def carry_out(self, voice: Voice) -> RecurringPlan:
        next_at = moment_on(self.cleaned_data["day"], self.plan)
        return move_date(self.plan.pk, next_at=next_at, voice=voice, now=self.now)


class PauseForm(ChangeForm):
    """A pause that leaves out some collections and ends by itself."""

    kind = PlanCommandKind.PAUSE
    title = "Pause your gift"
    button = "Pause the gift"
    done = "Your gift is paused. A confirmation is on its way by email."
    skip = forms.TypedChoiceField(label="How long", coerce=int, widget=forms.RadioSelect)

    def __init__(self, plan: RecurringPlan, now: datetime, *args: Any, **kwargs: Any) -> None:
        super().__init__(plan, now, *args, **kwargs)
        self.skips: dict[int, Skip] = {skip.count: skip for skip in skips_of(plan)}
        self.fields["skip"].choices = [  # type: ignore[attr-defined]
            (count, _skip_words(skip)) for count, skip in self.skips.items()
        ]
        self.fields["skip"].initial = next(iter(self.skips), None)

    def preview(self) -> Preview:
        notes = ("Nothing is charged before that day.", "You can go on earlier at any time.")
        return preview_of(self.plan, on=self._skip().next_on, notes=notes)

    def carry_out(self, voice: Voice) -> RecurringPlan:
        resumes_at = self._skip().resumes_at
        return pause_plan(self.plan.pk, resumes_at=resumes_at, voice=voice, now=self.now)

    def _skip(self) -> Skip:
        return self.skips[self.cleaned_data["skip"]]


class ResumeForm(ChangeForm):
    """The end of a pause, before its time."""

    kind = PlanCommandKind.RESUME
    title = "Go on with your gift"
    button = "Go on giving"
    done = "Thank you: your gift goes on. A confirmation is on its way by email."

    def preview(self) -> Preview:
        return preview_of(self.plan, on=period_ends_on(self.plan), notes=(_NOTHING_TODAY,))

    def carry_out(self, voice: Voice) -> RecurringPlan:
        return resume_plan(self.plan.pk, voice=voice, now=self.now)


FORMS: dict[str, type[ChangeForm]] = {
    "amount": AmountForm,
    "frequency": FrequencyForm,
    "date": DateForm,
    "pause": PauseForm,
    "resume": ResumeForm,
}


def _skip_words(skip: Skip) -> str:
    what = "Leave out the next payment" if skip.count == 1 else f"Leave out {skip.count} payments"
    return f"{what}: the one after is collected on {skip.next_on:%-d %B %Y}"


def _typed(amount: int, currency: str) -> str:
    written = format(Money(amount, currency).to_decimal(), "f")
    return written.removesuffix(".00")


def _read(text: str, plan: RecurringPlan) -> int:
    """Return what was typed in minor units, within the limits of the gift's campaign."""
    try:
        total = parse_amount(text, plan.currency, active_locale()).minor
    except AmountRefused as refused:
        raise forms.ValidationError("Enter the amount in figures, for instance 12.") from refused
    terms = CampaignCurrency.objects.filter(campaign=plan.campaign, currency=plan.currency).first()
    if terms and total < terms.minimum:
        least = money(terms.minimum, plan.currency)
        raise forms.ValidationError(f"The smallest gift that we can take is {least}.")
    if terms and total > terms.maximum:
        most = money(terms.maximum, plan.currency)
        raise forms.ValidationError(f"The largest gift that we can take online is {most}.")
    return total
