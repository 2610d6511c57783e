"""What one version of a definition says differently from another, in words for a reviewer."""

from collections.abc import Iterator, Mapping
from typing import Any

_LABELS = {
    "name": "The name",
    "kind": "The kind",
    "slots": "Places",
    "states": "Readers",
    "priority": "The priority",
    "experiment": "The experiment",
    "link": "Where it leads",
    "offer": "The campaign that is asked for",
    "note": "The note for colleagues",
    "caps": "The limit of views",
    "schedule": "The schedule",
    "goal": "The goal",
    "targeting": "Targeting",
    "exclusions": "Exclusion",
    "budget": "The budget of asks",
    "holdout": "The holdout",
    "status": "How long a status is believed",
}
_TEXTS = {"title": "the title", "body": "the text", "plea": "the plea", "action": "the button"}


def describe_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Return a sentence for each difference of two stored definitions or rules; empty for equal ones.

    Both are JSON as `as_json` writes it; `before` is empty for the first version. Lists are compared as sets, save
    slots of the rules, whose order decides.
    """
    return list(_changes(before, after))


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    for name in sorted(before.keys() | after.keys(), key=_order):
        old, new = before.get(name), after.get(name)
        if old == new:
            continue
        if name == "variants":
            yield from _variants(old or [], new or [])
        elif name == "targeting":
            yield from _group("Targeting by ", old or {}, new or {})
        elif _has_ids(old or new):
            yield from _rows(_LABELS.get(name, name), old or [], new or [])
        elif isinstance(old or new, Mapping):
            yield from _group(f"{_LABELS.get(name, name)}, ", old or {}, new or {})
        else:
            yield _change(_LABELS.get(name, name), old, new)


def _order(name: str) -> tuple[int, str]:
    names = list(_LABELS)
    return (names.index(name) if name in names else len(names), name)


def _has_ids(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(row, Mapping) for row in value)


def _change(label: str, old: Any, new: Any) -> str:
    if isinstance(old, list | None) and isinstance(new, list | None):
        added = [each for each in new or [] if each not in (old or [])]
        removed = [each for each in old or [] if each not in (new or [])]
        parts = [f"adds {_said(added)}"] if added else []
        parts += [f"takes out {_said(removed)}"] if removed else []
        return f"{label}: {' and '.join(parts) or f'is now in the order {_said(new)}'}."
    if old in (None, ""):
        return f"{label}: is now {_said(new)}."
    if new in (None, ""):
        return f"{label}: is no longer set; it was {_said(old)}."
    return f"{label}: is now {_said(new)}, was {_said(old)}."


def _group(prefix: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    for name in sorted(old.keys() | new.keys()):
        before, after = old.get(name), new.get(name)
        label = f"{prefix}{name.replace('_', ' ')}"
        if before == after:
            continue
        if isinstance(before or after, Mapping):
            yield from _group(f"{label}, ", before or {}, after or {})
        else:
            yield _change(label, before, after)


def _rows(label: str, old: list[Any], new: list[Any]) -> Iterator[str]:
    before, after = ({row.get("id"): row for row in rows} for rows in (old, new))
    for row_id in [*before, *(each for each in after if each not in before)]:
        if row_id not in after:
            yield f"{label} {row_id}: is taken away."
        elif row_id not in before:
            rest = {name: value for name, value in after[row_id].items() if name != "id" and value}
            yield f"{label} {row_id}: is new, with {_said(rest) or 'nothing of its own'}."
        else:
            yield from _group(f"{label} {row_id}, ", before[row_id], after[row_id])
    if list(before) != list(after) and set(before) == set(after):
        yield f"{label}: the order is now {_said(list(after))}."


def _variants(old: list[Any], new: list[Any]) -> Iterator[str]:
    before, after = ({row.get("id"): row for row in rows} for rows in (old, new))
    for variant_id in [*before, *(each for each in after if each not in before)]:
        label = f"Variant {variant_id}"
        if variant_id not in after:
            yield f"{label}: is taken away."
            continue
        if variant_id not in before:
            yield f"{label}: is new, with weight {after[variant_id].get('weight')}."
        elif before[variant_id].get("weight") != after[variant_id].get("weight"):
            weights = before[variant_id].get("weight"), after[variant_id].get("weight")
            yield _change(f"{label}, the weight", *weights)
        copies = [rows.get(variant_id, {}).get("copy", {}) for rows in (before, after)]
        yield from _copy(label, *copies)


def _copy(label: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    for edition in sorted(old.keys() | new.keys()):
        if edition not in new:
            yield f"{label}, edition {edition}: the words are taken away."
            continue
        for name, words in _TEXTS.items():
            texts = [copy.get(edition, {}).get(name, "") for copy in (old, new)]
            if texts[0] != texts[1]:
                yield _change(f"{label}, edition {edition}, {words}", *texts)


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return f"“{value}”"
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    if isinstance(value, Mapping):
        return "; ".join(f"{name} {_said(each)}" for name, each in value.items())
    return str(value)
