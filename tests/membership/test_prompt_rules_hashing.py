"""The hash that draws arms is MurmurHash3 as published, spread evenly, and moves few readers when weights change."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from membership.prompts.rules.assignment import assign
from membership.prompts.rules.bundle import parse_bundle
from membership.prompts.rules.context import parse_context
from membership.prompts.rules.hashing import murmur3, share
from tests.vectors.building import ask, bundle, variant, view


@pytest.mark.parametrize(
    ("text", "hashed"),
    [
        ("", 0x00000000),
        ("a", 0x3C2569B2),
        ("abc", 0xB3DD93FA),
        ("test", 0xBA6BD213),
        ("Hello, world!", 0xC0363E43),
        ("The quick brown fox jumps over the lazy dog", 0x2E4FF723),
    ],
)
def test_known_texts_have_the_published_hashes(text: str, hashed: int) -> None:
    assert murmur3(text) == hashed


@given(st.text(), st.integers(1, 2**20))
def test_a_share_is_one_of_its_parts(text: str, parts: int) -> None:
    assert 0 <= share(text, parts) < parts


def test_readers_are_spread_evenly() -> None:
    counts = Counter(share(f"spring:{number}", 10) for number in range(20_000))

    # Four standard deviations of a fair draw.
    assert all(abs(count - 2_000) < 170 for count in counts.values())


def test_a_change_of_weights_moves_only_the_readers_between_the_old_and_the_new_border() -> None:
    def arms(*weights: int) -> list[str]:
        variants = [variant(name, weight) for name, weight in zip("ab", weights, strict=True)]
        campaign = parse_bundle(bundle(ask(variants=variants))).campaigns[0]
        contexts = (parse_context(view(seed=str(number))) for number in range(2_000))
        return [assign(campaign, context)[1] for context in contexts]

    moves = Counter(zip(arms(50, 50), arms(60, 40), strict=True))

    assert ("a", "b") not in moves
    assert 150 < moves["b", "a"] < 250
