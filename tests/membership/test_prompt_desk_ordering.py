"""Moving a campaign among the others."""

from hypothesis import given
from hypothesis import strategies as st

from membership.prompts.desk.ordering import priorities_after_move

_ROWS = st.dictionaries(
    st.text("abc", min_size=1, max_size=3), st.integers(0, 6), min_size=1, max_size=8
)


def _ordered(priorities: dict[str, int]) -> list[tuple[int, str]]:
    return sorted(((p, key) for key, p in priorities.items()), key=lambda row: (-row[0], row[1]))


@given(rows=_ROWS, data=st.data(), is_up=st.booleans())
def test_a_move_changes_places_with_the_neighbour_and_nobody_else(
    rows: dict[str, int], data: st.DataObject, *, is_up: bool
) -> None:
    before = [key for _, key in _ordered(rows)]
    key = data.draw(st.sampled_from(before))

    changed = priorities_after_move(_ordered(rows), key, is_up=is_up)

    place = before.index(key)
    other = place - 1 if is_up else place + 1
    expected = before[:]
    if 0 <= other < len(before):
        expected[place], expected[other] = expected[other], expected[place]
    assert [each for _, each in _ordered({**rows, **changed})] == expected
    assert all(value >= 0 and value != rows[each] for each, value in changed.items())


def test_where_there_is_room_one_priority_changes() -> None:
    rows = [(300, "a"), (200, "b"), (100, "c")]

    assert priorities_after_move(rows, "c", is_up=True) == {"c": 201}
    assert priorities_after_move(rows, "a", is_up=False) == {"a": 199}
    assert priorities_after_move(rows, "a", is_up=True) == {}


def test_without_room_those_above_are_raised_too() -> None:
    rows = [(101, "e"), (100, "c"), (100, "d")]

    assert priorities_after_move(rows, "d", is_up=True) == {"d": 101, "e": 102}
