"""Collecting the answers: flags over the environment over the file over what is there already."""

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from membership.setup.questions import QUESTIONS

Prompt = Callable[[str], str]


class AnswersMissing(Exception):
    """Nobody is there to be asked, and these names have no answer."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(", ".join(names))
        self.names = names


def read_file(path: Path) -> dict[str, str]:
    """Read a TOML file of names and values; lists are joined. Raises ValueError for an unknown name."""
    values = tomllib.loads(path.read_text())
    unknown = set(values) - {question.name for question in QUESTIONS}
    if unknown:
        raise ValueError(
            f"{path.name} has names that mean nothing here: {', '.join(sorted(unknown))}."
        )
    return {name: _text(value) for name, value in values.items()}


def _text(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def complete(given: Mapping[str, str], prompt: Prompt | None) -> dict[str, str]:
    """Add an answer to every question that has none, by asking or from its default.

    Without a prompt, raises AnswersMissing with every name that has neither.
    """
    answers = dict(given)
    missing: list[str] = []
    for question in QUESTIONS:
        if question.name in answers:
            continue
        default = None if missing else question.default_for(answers)
        if prompt is not None and question.asked:
            answers[question.name] = _ask(prompt, question.words, default)
        elif default is not None:
            answers[question.name] = default
        elif question.default is None:
            missing.append(question.name)
    if missing:
        raise AnswersMissing(missing)
    return answers


def _ask(prompt: Prompt, words: str, default: str | None) -> str:
    shown = f" [{default}]" if default else ""
    while True:
        typed = prompt(f"{words}{shown}: ").strip()
        if typed or default is not None:
            return typed or str(default)
