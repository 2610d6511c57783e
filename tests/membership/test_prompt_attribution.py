"""The code that a prompt's link carries: signed, the same for every reader, and nobody else's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from membership.prompts.attribution import read_attribution, sign_attribution


@given(st.dictionaries(st.text(max_size=20), st.text(max_size=40), max_size=6))
def test_a_code_says_what_was_signed(values: dict[str, str]) -> None:
    assert read_attribution(sign_attribution(values)) == values


def test_the_same_prompt_has_the_same_code_for_every_reader() -> None:
    assert sign_attribution({"prompt": "ask"}) == sign_attribution({"prompt": "ask"})


@pytest.mark.parametrize("code", ["", "x", "a:b", "é:é", "a" * 5000])
def test_what_is_no_code_of_ours_says_nothing(code: str) -> None:
    assert read_attribution(code) == {}


def test_a_code_that_was_tampered_with_says_nothing() -> None:
    payload, _, signature = sign_attribution({"prompt": "ask"}).rpartition(":")
    other = sign_attribution({"prompt": "thanks"}).rpartition(":")[0]

    assert read_attribution(f"{payload}:{signature[:-1]}") == {}
    assert read_attribution(f"{other}:{signature}") == {}
