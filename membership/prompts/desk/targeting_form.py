from collections.abc import Mapping
from typing import Any, ClassVar

from membership.prompts.desk import words
from membership.prompts.desk.fields import (
    Part,
    WordsField,
    as_answer,
    as_flag,
    known,
    number,
    text,
    ticks,
    yes_or_no,
)
from membership.prompts.editions import EDITIONS

_CHOICES = ("countries", "regions", "sections", "tags", "types")
_LISTS = ("editions", "devices", "referrers", "codes", "tenures", "tiers", "bands")
_READS = {"days": "reads_days", "min": "reads_min", "max": "reads_max"}


class TargetingForm(Part):
    """Whom a campaign is for besides their states; what is left empty restricts nobody."""

    paths: ClassVar[Mapping[str, str]] = {
        f"targeting.{path}": field
        for path, field in {
            **{name: f"{name}_in" for name in _CHOICES},
            **{f"{name}.in": f"{name}_in" for name in _CHOICES},
            **{f"{name}.out": f"{name}_out" for name in _CHOICES},
            **{name: name for name in (*_LISTS, "signed_in", "abandoned", "hint")},
            "reads": "reads_days",
            **{f"reads.{name}": field for name, field in _READS.items()},
        }.items()
    }

    countries_in = WordsField("Countries", "Two letters each: GB, IE.", is_upper=True)
    countries_out = WordsField("Countries, but not", is_upper=True)
    regions_in = WordsField("Regions", "As in US-CA.", is_upper=True)
    regions_out = WordsField("Regions, but not", is_upper=True)
    editions = ticks("Editions", [(code, code.upper()) for code in EDITIONS])
    sections_in = WordsField("Sections", "As pages name them: news, sport.")
    sections_out = WordsField("Sections, but not")
    tags_in = WordsField("Tags", "A page needs one of them.")
    tags_out = WordsField("Tags, but not")
    types_in = WordsField("Types of page", "As in article, interview.")
    types_out = WordsField("Types, but not")
    devices = ticks("Devices", words.DEVICES.items())
    referrers = ticks("Come from", words.REFERRERS.items())
    codes = WordsField("Campaign codes", "In the address they came by.")
    reads_days = number("Articles are counted over days", "1 to 60. Empty: nobody counts.")
    reads_min = number("At least so many articles")
    reads_max = number("At most so many articles")
    signed_in = yes_or_no("Signed in")
    abandoned = yes_or_no("Left a donation page without giving")
    tenures = ticks("Have given for", words.TENURES.items())
    bands = ticks("Size of their gift", words.BANDS.items())
    tiers = WordsField("Tiers", "Their keys.")
    hint = text("Hint", "“invite” is for those whom a letter would invite to give monthly.")

    @staticmethod
    def initial_of(definition: Mapping[str, Any]) -> dict[str, Any]:
        said = definition.get("targeting") or {}
        values: dict[str, Any] = {name: said.get(name) for name in (*_LISTS, "hint")}
        for name in _CHOICES:
            values[f"{name}_in"] = (said.get(name) or {}).get("in")
            values[f"{name}_out"] = (said.get(name) or {}).get("out")
        reads = said.get("reads") or {}
        values |= {field: reads.get(name) for name, field in _READS.items()}
        flags = {name: as_answer(said.get(name)) for name in ("signed_in", "abandoned")}
        return values | flags

    def as_json(self) -> dict[str, Any]:
        typed = self.cleaned_data
        said: dict[str, Any] = {name: typed[name] for name in (*_LISTS, "hint")}
        for name in _CHOICES:
            said[name] = known({"in": typed[f"{name}_in"], "out": typed[f"{name}_out"]})
        said["reads"] = {
            name: typed[field] for name, field in _READS.items() if typed[field] is not None
        }
        said |= {name: as_flag(typed[name]) for name in ("signed_in", "abandoned")}
        targeting = known(said)
        return {"targeting": targeting} if targeting else {}
