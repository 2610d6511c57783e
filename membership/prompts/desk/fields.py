"""Form fields that read and print parts of a definition; what they hold is for `parse_definition` to judge."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django import forms

_SEPARATORS = re.compile(r"[\s,;]+")


class WordsField(forms.CharField):
    """A list of words, typed with commas or spaces between them."""

    def __init__(self, label: str, help_text: str = "", *, is_upper: bool = False) -> None:
        super().__init__(label=label, help_text=help_text, required=False)
        self.is_upper = is_upper

    def to_python(self, value: Any) -> Any:
        typed = str(value or "")
        typed = typed.upper() if self.is_upper else typed
        return [word for word in _SEPARATORS.split(typed) if word]

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value


def ticks(label: str, choices: Iterable[tuple[str, str]], help_text: str = "") -> forms.Field:
    """Return a group of tick boxes."""
    return forms.MultipleChoiceField(
        label=label,
        choices=list(choices),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=help_text,
    )


def choice(label: str, choices: Iterable[tuple[str, str]], help_text: str = "") -> forms.Field:
    return forms.ChoiceField(
        label=label, choices=list(choices), required=False, help_text=help_text
    )


def text(label: str, help_text: str = "", *, rows: int = 0) -> forms.CharField:
    """Return a field for a line, or for `rows` lines."""
    widget = forms.Textarea({"rows": rows}) if rows else forms.TextInput()
    return forms.CharField(label=label, required=False, help_text=help_text, widget=widget)


def number(label: str, help_text: str = "") -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        required=False,
        help_text=help_text,
        widget=forms.NumberInput({"min": 0}),
        error_messages={"invalid": "Write a whole number."},
    )


def yes_or_no(label: str) -> forms.Field:
    """Return a question that may be left open."""
    return choice(label, [("", "No matter"), ("yes", "Yes"), ("no", "No")])


def as_answer(value: object) -> str:
    """Return what `yes_or_no` shows for a flag or None."""
    return {True: "yes", False: "no"}.get(value, "") if isinstance(value, bool) else ""


def as_flag(answer: str) -> bool | None:
    """Return the flag of an answer to `yes_or_no`."""
    return {"yes": True, "no": False}.get(answer)


def known(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that say something: an empty one is left out, as in a stored definition."""
    return {name: value for name, value in values.items() if value not in (None, "", [], {})}


class Part(forms.Form):
    """A part of the form of a campaign or of the rules; `paths` lead from a problem's path to the field beside it."""

    paths: ClassVar[Mapping[str, str]] = {}

    def field_of(self, path: str) -> str:
        """Return the field that shows what is wrong at `path`, or at what contains it; empty for none here."""
        while path:
            if path in self.paths:
                return self.paths[path]
            if path in self.fields:
                return path
            path = path.rpartition(".")[0]
        return ""
