"""The form of the rules of the house, with every mistake beside its field."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict

from membership.prompts.desk.fields import Part, WordsField, known, number, text
from membership.prompts.house_rules import HouseRules, parse_rules
from membership.prompts.reading import Problem, Refused

_HOUR, _DAY = 3600, 86_400
_MOST_ROWS = 40


def _decimal(label: str, help_text: str = "") -> forms.DecimalField:
    return forms.DecimalField(
        label=label, required=False, min_value=0, decimal_places=4, help_text=help_text
    )


def _plain(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.0001")).normalize() + 0


class ExclusionForm(Part):
    """Pages on which no prompt stands."""

    id = text("Name", "Empty: this row is left out.")
    sections = WordsField("Sections")
    tags = WordsField("Tags")
    types = WordsField("Types of page")
    slots = WordsField("Places", "Empty: all.")

    @staticmethod
    def initial_of(row: Mapping[str, Any]) -> dict[str, Any]:
        return dict(row)

    def as_json(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class SlotForm(Part):
    """A place on the page, and how often asks may stand in it."""

    id = text("Name", "Empty: this row is left out.")
    order = number("Decided as number")
    views = number("At most so many asks", "Empty: no limit of its own.")
    days = number("In days")
    gap = _decimal("Hours between two")

    @staticmethod
    def initial_of(row: Mapping[str, Any]) -> dict[str, Any]:
        gap = row.get("gap")
        return {**row, "gap": _plain(Decimal(gap) / _HOUR) if gap is not None else None}

    def as_json(self) -> dict[str, Any]:
        typed = self.cleaned_data
        said: dict[str, Any] = known({name: typed[name] for name in ("id", "views", "days")})
        if typed["gap"] is not None and "views" in said:
            said["gap"] = round(typed["gap"] * _HOUR)
        return said


class HouseForm(Part):
    """How often anybody is asked over all places, who never is, and how long a status is believed."""

    paths: ClassVar[Mapping[str, str]] = {
        **{f"budget.{name}": name for name in ("asks", "days", "cooldown", "quiet")},
        "holdout.id": "holdout",
        "holdout": "holdout_share",
        "holdout.ppm": "holdout_share",
        "status.fresh": "fresh",
        "status.grace": "grace",
    }

    asks = number("At most so many asks", "Of one reader, over all places.")
    days = number("In days")
    cooldown = WordsField("Days without an ask after one was put away", "The first, second, third…")
    quiet = WordsField("Nobody is asked at night", "From and until which hour: 22, 7.")
    holdout = text("Name of the holdout", "Another name draws other readers.")
    holdout_share = _decimal(
        "Readers in a hundred who are never asked", "So that what asking does can be known: 3."
    )
    fresh = _decimal("Hours for which a status is fresh")
    grace = _decimal("Days for which a supporter counts as one without news")

    @staticmethod
    def initial_of(rules: Mapping[str, Any]) -> dict[str, Any]:
        budget, holdout, status = rules["budget"], rules["holdout"], rules["status"]
        return {
            "asks": budget["asks"],
            "days": budget["days"],
            "cooldown": [str(days) for days in budget["cooldown"]],
            "quiet": [str(hour) for hour in budget["quiet"]],
            "holdout": holdout["id"],
            "holdout_share": _plain(Decimal(holdout["ppm"]) / 10_000),
            "fresh": _plain(Decimal(status["fresh"]) / _HOUR),
            "grace": _plain(Decimal(status["grace"]) / _DAY),
        }

    def as_json(self) -> dict[str, Any]:
        typed = self.cleaned_data
        return {
            "budget": {
                "asks": typed["asks"],
                "days": typed["days"],
                "cooldown": _whole(typed["cooldown"]),
                "quiet": _whole(typed["quiet"]),
            },
            "holdout": {"id": typed["holdout"], "ppm": _times(typed["holdout_share"], 10_000)},
            "status": {
                "fresh": _times(typed["fresh"], _HOUR),
                "grace": _times(typed["grace"], _DAY),
            },
        }


def _whole(typed: list[str]) -> list[Any]:
    """Return words as numbers where they are some; what is not is for `parse_rules` to refuse."""
    return [int(word) if word.isdecimal() else word for word in typed]


def _times(value: Decimal | None, unit: int) -> int | None:
    return None if value is None else round(value * unit)


class RulesForm:
    """The rules as an editor sees them; bound to `data` it reads what was typed, and loses nothing of it."""

    def __init__(self, rules: Mapping[str, Any], data: QueryDict | None = None) -> None:
        slots = [{**row, "order": place} for place, row in enumerate(rules["slots"], start=1)]
        self.house = HouseForm(data, initial=HouseForm.initial_of(rules))
        # One more than there are, to be filled in.
        self.exclusions = [
            ExclusionForm(data, prefix=f"e{place}", initial=ExclusionForm.initial_of(row))
            for place, row in enumerate([*rules["exclusions"], {}][:_MOST_ROWS])
        ]
        self.slots = [
            SlotForm(data, prefix=f"s{place}", initial=SlotForm.initial_of(row))
            for place, row in enumerate([*slots, {}][:_MOST_ROWS])
        ]
        self.problems: list[str] = []
        self.rules: HouseRules | None = None

    @property
    def parts(self) -> list[Part]:
        return [*self.exclusions, *self.slots, self.house]

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
        """Read the whole; `rules` are what was typed if they are right."""
        answers = [part.is_valid() for part in self.parts]
        if not all(answers):
            return False
        exclusions = [part for part in self.exclusions if known(part.cleaned_data)]
        slots = [part for part in self.slots if part.cleaned_data["id"]]
        slots.sort(key=lambda part: part.cleaned_data["order"] or len(slots))
        typed = {
            **self.house.as_json(),
            "exclusions": [part.as_json() for part in exclusions],
            "slots": [part.as_json() for part in slots],
        }
        try:
            self.rules = parse_rules(typed)
        except Refused as error:
            for problem in error.problems:
                self._show(problem)
            return False
        return True

    def _show(self, problem: Problem) -> None:
        kind, _, rest = problem.path.partition(".")
        rows: Mapping[str, list[Any]] = {"exclusions": self.exclusions, "slots": self.slots}
        name, _, inner = rest.partition(".")
        for part in rows.get(kind, []):
            if rest and part.cleaned_data.get("id") == name:
                part.add_error(part.field_of(inner) or "id", problem.words)
                return
        field = self.house.field_of(problem.path)
        if field:
            self.house.add_error(field, problem.words)
        else:
            self.problems.append(str(problem))
