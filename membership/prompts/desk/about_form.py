from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, cast

from django import forms

from membership.prompts.definitions import KINDS, STATES
from membership.prompts.desk import words
from membership.prompts.desk.fields import Part, choice, known, number, text, ticks


class AboutForm(Part):
    """What a campaign is, where it stands and for whom."""

    paths: ClassVar[Mapping[str, str]] = {}

    name = text("Name", "For colleagues. Readers never see it.")
    kind = choice("What it does", [(kind, words.KINDS[kind]) for kind in KINDS])
    slots = ticks("Places on the page", [])
    states = ticks("Readers", [(state, words.STATES[state]) for state in STATES])
    priority = number(
        "Priority", "0 to 9,999. Of two that fit a reader, the one with the higher number is shown."
    )
    link = choice("Where it leads", words.LINKS.items())
    offer = choice("Campaign that is asked for", [])
    experiment = text(
        "Experiment", "Its key stands for it where this is empty. Small letters and hyphens."
    )
    note = text("Note for colleagues", rows=2)

    def __init__(
        self, *args: Any, slots: Iterable[str], offers: Iterable[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.MultipleChoiceField, self.fields["slots"]).choices = [
            (slot, words.SLOTS.get(slot, slot)) for slot in slots
        ]
        cast(forms.ChoiceField, self.fields["offer"]).choices = [("", "None"), *offers]

    @staticmethod
    def initial_of(definition: Mapping[str, Any]) -> dict[str, Any]:
        names = ("name", "kind", "slots", "states", "priority", "link", "offer", "experiment")
        return {name: definition.get(name) for name in (*names, "note")}

    def as_json(self) -> dict[str, Any]:
        return known(self.cleaned_data)
