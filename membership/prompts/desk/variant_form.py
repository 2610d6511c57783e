from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms

from membership.prompts.desk.fields import Part, known, number, text
from membership.prompts.editions import EDITIONS

_TEXTS = {
    "title": ("Title", 1),
    "body": ("Text", 4),
    "plea": ("Plea", 2),
    "action": ("Button or link", 1),
}


class VariantForm(Part):
    """One arm of the experiment: its weight among the others, and its words in every edition."""

    paths: ClassVar[Mapping[str, str]] = {
        "copy": "uk_title",
        **{f"copy.{code}": f"{code}_title" for code in EDITIONS},
        **{f"copy.{code}.{name}": f"{code}_{name}" for code in EDITIONS for name in _TEXTS},
    }

    id = text("Variant", "Its name in the results: a, b, short-words. Small letters and hyphens.")
    weight = number("Weight", "Its share among the variants' weights. 0 switches it off.")
    taken_away = forms.BooleanField(label="Take this variant away", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code in EDITIONS:
            for name, (label, rows) in _TEXTS.items():
                self.fields[f"{code}_{name}"] = text(label, rows=rows if rows > 1 else 0)

    @property
    def editions(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The words' fields by edition."""
        return [(code, [self[f"{code}_{name}"] for name in _TEXTS]) for code in EDITIONS]

    @staticmethod
    def initial_of(variant: Mapping[str, Any]) -> dict[str, Any]:
        copy = variant.get("copy") or {}
        texts = {
            f"{code}_{name}": (copy.get(code) or {}).get(name)
            for code in EDITIONS
            for name in _TEXTS
        }
        return {"id": variant.get("id"), "weight": variant.get("weight"), **texts}

    @property
    def is_left_out(self) -> bool:
        """Whether it is to be taken away, or was never filled in."""
        return bool(self.cleaned_data["taken_away"]) or not known(
            self.cleaned_data | {"taken_away": ""}
        )

    def as_json(self) -> dict[str, Any]:
        typed = self.cleaned_data
        copy = {
            code: known({name: typed[f"{code}_{name}"] for name in _TEXTS}) for code in EDITIONS
        }
        weight = typed["weight"]
        return {"id": typed["id"], "weight": 0 if weight is None else weight, "copy": known(copy)}
