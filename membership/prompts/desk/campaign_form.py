"""The form of a whole campaign, put together of its parts, with every mistake beside its field."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.http import QueryDict

from membership.prompts.definitions import Definition
from membership.prompts.desk.about_form import AboutForm
from membership.prompts.desk.fields import Part
from membership.prompts.desk.limits_form import LimitsForm
from membership.prompts.desk.targeting_form import TargetingForm
from membership.prompts.desk.variant_form import VariantForm
from membership.prompts.parsing import parse_definition
from membership.prompts.reading import Problem, Refused

_MOST_VARIANTS = 20


class CampaignForm:
    """A definition as an editor sees it. Bound to `data` it reads what was typed, else it shows `definition`.

    Nothing is lost by a mistake: what was typed is shown again.
    """

    def __init__(
        self,
        definition: Mapping[str, Any],
        data: QueryDict | None = None,
        *,
        slots: Iterable[str],
        offers: Iterable[tuple[str, str]],
    ) -> None:
        of_campaign = definition.get("slots") or ()
        slots = list(dict.fromkeys([*slots, *of_campaign]))
        titles = dict(offers)
        if offer := definition.get("offer"):
            titles.setdefault(offer, offer)
        self.about = AboutForm(
            data, initial=AboutForm.initial_of(definition), slots=slots, offers=titles.items()
        )
        self.targeting = TargetingForm(data, initial=TargetingForm.initial_of(definition))
        self.limits = LimitsForm(data, initial=LimitsForm.initial_of(definition))
        written = definition.get("variants") or [{"id": "a", "weight": 1}]
        self.variants = [
            VariantForm(data, prefix=f"v{number}", initial=VariantForm.initial_of(variant))
            for number, variant in enumerate(_rows(written, data))
        ]
        self.problems: list[str] = []
        self.definition: Definition | None = None

    @property
    def parts(self) -> list[Part]:
        return [self.about, self.targeting, self.limits, *self.variants]

    @property
    def errors(self) -> list[tuple[str, str]]:
        """Every mistake with the id of its field, for the summary above the form."""
        return [
            (field.id_for_label or field.auto_id, f"{field.label}: {words}")
            for part in self.parts
            for field in part
            for words in field.errors
        ]

    def is_valid(self) -> bool:
        """Read the whole; `definition` is what was typed if it is right, else the mistakes are beside the fields."""
        # Every part is read, so that all mistakes are told at once.
        answers = [part.is_valid() for part in self.parts]
        if not all(answers):
            return False
        kept = [variant for variant in self.variants if not variant.is_left_out]
        typed = {
            **self.about.as_json(),
            **self.targeting.as_json(),
            **self.limits.as_json(),
            "variants": [variant.as_json() for variant in kept],
        }
        try:
            self.definition = parse_definition(typed)
        except Refused as error:
            for problem in error.problems:
                self._show(problem, kept)
            return False
        return True

    def _show(self, problem: Problem, variants: list[VariantForm]) -> None:
        part, path = self._part_of(problem.path, variants)
        field = part.field_of(path) if part else ""
        if part and field:
            part.add_error(field, _sentence(problem.words))
        else:
            self.problems.append(_sentence(str(problem)))

    def _part_of(self, path: str, variants: list[VariantForm]) -> tuple[Part | None, str]:
        if path.startswith("variants."):
            _, name, inner = [*path.split(".", 2), ""][:3]
            for number, variant in enumerate(variants, start=1):
                if name == (variant.cleaned_data.get("id") or str(number)):
                    return variant, inner
            return None, path
        for part in (self.about, self.targeting, self.limits):
            if part.field_of(path):
                return part, path
        return None, path


def _rows(written: list[Any], data: QueryDict | None) -> list[Any]:
    """Return what each variant's fields show at first; as many as were sent, and one more where one is asked for."""
    if data is None:
        return written
    try:
        count = min(max(int(data.get("variants", "1")), 1), _MOST_VARIANTS)
    except ValueError:
        count = len(written)
    rows = (written + [{}] * count)[:count]
    if "add_variant" in data and count < _MOST_VARIANTS:
        rows.append({})
    return rows


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


class SaveForm(forms.Form):
    """What is said of a save besides the definition itself."""

    based_on = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    change = forms.CharField(
        label="What you changed, and why",
        max_length=500,
        required=False,
        help_text="Whoever reviews it reads this first.",
    )
