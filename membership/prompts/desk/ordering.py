"""Moving a campaign up or down: which priorities that takes, as few of them as possible."""

from collections.abc import Sequence

# Of two campaigns the one of higher priority is decided first, then the one of lower key.
Ranked = tuple[int, str]


def priorities_after_move(rows: Sequence[Ranked], key: str, *, is_up: bool) -> dict[str, int]:
    """Return the priorities to change so that `key` changes places with its neighbour; empty at the end of the list.

    `rows` are (priority, key) in the order of decision. Mostly one priority changes; where there is no room between
    two others, those above are raised too. None is lowered below 0.
    """
    keys = [row_key for _, row_key in rows]
    place = keys.index(key)
    other = place - 1 if is_up else place + 1
    if not 0 <= other < len(rows):
        return {}
    upper, lower = min(place, other), max(place, other)
    found = _between(rows, upper, lower, is_up=is_up)
    if found is not None:
        return found
    order = [*rows[:upper], rows[lower], rows[upper], *rows[lower + 1 :]]
    return _raised(order, upper)


def _between(
    rows: Sequence[Ranked], upper: int, lower: int, *, is_up: bool
) -> dict[str, int] | None:
    """Return a priority for the moved one alone, if one fits between its new neighbours."""
    (_, key), (near, near_key) = (rows[lower], rows[upper]) if is_up else (rows[upper], rows[lower])
    beyond = upper - 1 if is_up else lower + 1
    if 0 <= beyond < len(rows):
        far, far_key = rows[beyond]
    else:
        far, far_key = (near + 10, "") if is_up else (max(near - 10, 0), "\uffff")
    choices = range(near, far + 1) if is_up else range(near, far - 1, -1)
    first, last = (
        ((far, far_key), (near, near_key)) if is_up else ((near, near_key), (far, far_key))
    )
    for priority in choices:
        if _rank(first) < _rank((priority, key)) < _rank(last):
            return {key: priority}
    return None


def _rank(row: Ranked) -> tuple[int, str]:
    return -row[0], row[1]


def _raised(order: Sequence[Ranked], moved: int) -> dict[str, int]:
    """Return what has to be raised from the place `moved` upwards so that the order holds."""
    changed = {}
    after = order[moved + 1]
    for place in range(moved, -1, -1):
        priority, key = order[place]
        needed = max(priority, after[0])
        if _rank((needed, key)) >= _rank(after):
            needed += 1
        if needed != priority:
            changed[key] = needed
        after = (needed, key)
    return changed
