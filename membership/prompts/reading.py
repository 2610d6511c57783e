"""Reading typed values out of JSON, collecting a sentence for everything that is wrong.

Nothing stops at the first mistake: an editor is told of all of them at once, each with its field.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
# No list of a definition is longer: there are fewer countries.
_LONGEST_LIST = 300


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one field, named by its path: `variants.b.copy.us.body`."""

    path: str
    words: str

    def __str__(self) -> str:
        return f"{self.path}: {self.words}" if self.path else self.words


class Refused(ValueError):
    """JSON that is not what it should be; `problems` names every field that is wrong."""

    def __init__(self, problems: Collection[Problem]) -> None:
        super().__init__(" ".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


@dataclass(slots=True)
class Fields:
    """One JSON object; each method takes a field of it, and `done` names those that nobody took."""

    data: Mapping[str, Any]
    problems: list[Problem]
    path: str = ""
    taken: set[str] = field(default_factory=set)

    def refuse(self, name: str, words: str) -> None:
        self.problems.append(Problem(self.where(name), words))

    def where(self, name: str) -> str:
        return ".".join(part for part in (self.path, name) if part)

    def take(self, name: str) -> Any:
        self.taken.add(name)
        return self.data.get(name)

    def done(self) -> None:
        """Refuse every field that has no meaning here: it is a mistyped one."""
        for name in sorted(set(self.data) - self.taken):
            self.refuse(name, "is no field; is it mistyped?")

    def inner(self, name: str) -> "Fields | None":
        """Return the object under `name`, or None where there is none."""
        value = self.take(name)
        if value is None or isinstance(value, Mapping):
            return None if value is None else Fields(value, self.problems, self.where(name))
        self.refuse(name, "must be a group of fields.")
        return None

    def text(self, name: str, *, longest: int = 200, required: bool = False) -> str:
        value = self.take(name)
        if value is None or value == "":
            if required:
                self.refuse(name, "must not be empty.")
            return ""
        if not isinstance(value, str):
            self.refuse(name, "must be text.")
            return ""
        if len(value) > longest:
            self.refuse(name, f"has {len(value)} characters; {longest} is the most.")
        return value

    def slug(self, name: str, *, required: bool = False) -> str:
        value = self.text(name, longest=60, required=required)
        if value and not _SLUG.fullmatch(value):
            self.refuse(name, f"“{value}” must be small letters, digits and single hyphens.")
        return value

    def one_of(self, name: str, allowed: Collection[str], *, required: bool = False) -> str:
        value = self.text(name, required=required)
        if value and value not in allowed:
            self.refuse(name, f"“{value}” is not one of {_listed(allowed)}.")
        return value

    def integer(self, name: str, *, least: int, most: int, default: int | None = None) -> int:
        value = self.take(name)
        if value is None and default is not None:
            return default
        if not isinstance(value, int) or isinstance(value, bool):
            self.refuse(name, f"must be a whole number from {least:,} to {most:,}.")
            return least
        if not least <= value <= most:
            self.refuse(name, f"is {value:,}, and must be from {least:,} to {most:,}.")
        return value

    def flag(self, name: str) -> bool | None:
        value = self.take(name)
        if value is None or isinstance(value, bool):
            return value
        self.refuse(name, "must be yes, no or left out.")
        return None

    def words(
        self, name: str, *, allowed: Collection[str] = (), shape: str = ""
    ) -> tuple[str, ...]:
        """Return a list of words, each once, of `allowed` or of the regular expression `shape` where given."""
        value = self.take(name)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(each, str) and each for each in value):
            self.refuse(name, "must be a list of words.")
            return ()
        if len(value) > _LONGEST_LIST:
            self.refuse(name, f"has {len(value)} entries; {_LONGEST_LIST} is the most.")
        for each in value:
            if allowed and each not in allowed:
                self.refuse(name, f"“{each}” is not one of {_listed(allowed)}.")
            elif shape and not re.fullmatch(shape, each):
                self.refuse(name, f"“{each}” is not written as it should be.")
        return tuple(dict.fromkeys(value))

    def clock(self, name: str) -> datetime | None:
        """Return what a clock shows: 2026-12-01T09:00, without a zone."""
        value = self.text(name)
        if not value:
            return None
        try:
            shown = datetime.fromisoformat(value)
        except ValueError:
            shown = None
        if shown is None or shown.tzinfo is not None:
            self.refuse(name, f"“{value}” is no day and time: write 2026-12-01T09:00.")
            return None
        return shown

    def day(self, name: str) -> date | None:
        value = self.text(name, required=True)
        try:
            return date.fromisoformat(value) if value else None
        except ValueError:
            self.refuse(name, f"“{value}” is no day: write 2026-12-01.")
            return None


def _listed(allowed: Collection[str]) -> str:
    return ", ".join(each or "nothing" for each in allowed)
