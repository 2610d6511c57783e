from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from django import forms

from membership.prompts.desk.fields import Part, known, number, text
from payments.currencies import KNOWN
from payments.errors import AmountRefused
from payments.money import Money, parse_amount

_HOUR = 3600


def _clock(label: str, help_text: str = "") -> forms.CharField:
    """Return a field for what a clock shows; text underneath, so that a browser without the picker loses nothing."""
    return forms.CharField(
        label=label,
        required=False,
        help_text=help_text,
        widget=forms.TextInput({"type": "datetime-local"}),
    )


class AmountsField(forms.CharField):
    """Amounts of several currencies, one a line: GBP 20,000."""

    def __init__(self, label: str, help_text: str) -> None:
        widget = forms.Textarea({"rows": 3})
        super().__init__(label=label, required=False, help_text=help_text, widget=widget)

    def to_python(self, value: Any) -> Any:
        found = {}
        for line in filter(None, map(str.strip, str(value or "").splitlines())):
            currency, _, amount = line.partition(" ")
            currency = currency.upper()
            if currency not in KNOWN:
                raise forms.ValidationError(f"“{line}”: begin with a currency, as in GBP 20,000.")
            try:
                found[currency] = parse_amount(amount, currency).minor
            except AmountRefused as error:
                words = f"“{line}” is no amount: write GBP 20,000."
                raise forms.ValidationError(words) from error
        return found

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, Mapping):
            return value
        amounts = (Money(minor, currency) for currency, minor in sorted(value.items()))
        return "\n".join(f"{each.currency} {each.to_decimal():,f}" for each in amounts)


class LimitsForm(Part):
    """How often a campaign is seen, when, and what it shall raise."""

    paths: ClassVar[Mapping[str, str]] = {
        "caps": "caps_views",
        **{f"caps.{name}": f"caps_{name}" for name in ("views", "days", "gap")},
        **{f"schedule.{name}": name for name in ("zone", "starts", "ends", "countdown")},
        "schedule": "zone",
        "goal": "goal_amounts",
        "goal.amounts": "goal_amounts",
        "goal.since": "goal_since",
    }

    caps_views = number("At most so many views", "By one reader. Empty: only the places limit it.")
    caps_days = number("In days")
    caps_gap = forms.DecimalField(
        label="Hours between two views", required=False, min_value=0, decimal_places=4
    )
    zone = text("Time zone", "As in Europe/London or America/New_York.")
    starts = _clock("Begins", "By clocks in that zone. Empty: as soon as it is published.")
    ends = _clock("Ends", "From this minute on it is not shown. Empty: never.")
    countdown = _clock("Counts down to", "For the placeholder {days_left}.")
    goal_amounts = AmountsField("Goal", "One currency a line: GBP 20,000.")
    goal_since = forms.CharField(
        label="Gifts count since", required=False, widget=forms.TextInput({"type": "date"})
    )

    @staticmethod
    def initial_of(definition: Mapping[str, Any]) -> dict[str, Any]:
        caps, goal = definition.get("caps") or {}, definition.get("goal") or {}
        schedule = definition.get("schedule") or {}
        gap = caps.get("gap")
        return {
            "caps_views": caps.get("views"),
            "caps_days": caps.get("days"),
            "caps_gap": _hours(gap) if gap else None,
            **{name: schedule.get(name) for name in ("zone", "starts", "ends", "countdown")},
            "goal_amounts": goal.get("amounts"),
            "goal_since": goal.get("since"),
        }

    def as_json(self) -> dict[str, Any]:
        typed = self.cleaned_data
        caps = {"views": typed["caps_views"], "days": typed["caps_days"]}
        gap = typed["caps_gap"]
        caps["gap"] = round(gap * _HOUR) if gap is not None else None
        times = known({name: typed[name] for name in ("starts", "ends", "countdown")})
        return known(
            {
                "caps": {name: value for name, value in caps.items() if value is not None},
                # A zone alone says nothing.
                "schedule": {"zone": typed["zone"], **times} if times else {},
                "goal": known({"amounts": typed["goal_amounts"], "since": typed["goal_since"]}),
            }
        )


def _hours(seconds: int) -> Decimal:
    """Return seconds as hours, exactly enough to be the same seconds again."""
    return (Decimal(seconds) / _HOUR).quantize(Decimal("0.0001")).normalize() + 0
