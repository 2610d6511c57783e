from collections.abc import Iterable, Mapping
from typing import Any, cast

from babel import Locale
from django import forms

from membership.prompts.desk import words
from membership.prompts.desk.fields import choice
from membership.prompts.editions import EDITIONS
from membership.prompts.parsing import COUNTRIES


def _countries() -> list[tuple[str, str]]:
    names = Locale("en", "GB").territories
    return sorted(((code, str(names[code])) for code in COUNTRIES), key=lambda each: each[1])


class PreviewForm(forms.Form):
    """What is looked at, and as whom."""

    source = choice("Version", [])
    variant = choice("Variant", [])
    edition = choice("Edition", [(code, code.upper()) for code in EDITIONS])
    slot = choice("Place", [])
    country = choice("Country", [("", "Not known"), *_countries()])
    device = choice("Width", words.DEVICES.items())
    state = choice("Reader", words.STATES.items())

    def __init__(
        self,
        data: Mapping[str, Any],
        *,
        sources: Iterable[tuple[str, str]],
        variants: Iterable[str],
        slots: Iterable[str],
    ) -> None:
        super().__init__(data)
        for name, choices in {
            "source": list(sources),
            "variant": [(each, each) for each in variants],
            "slot": [(each, words.SLOTS.get(each, each)) for each in slots],
        }.items():
            cast(forms.ChoiceField, self.fields[name]).choices = choices
