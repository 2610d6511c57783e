"""What a bundle and a context must be to be obeyed: everything else is refused with a sentence."""

import json
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from membership.prompts.rules.bundle import BundleRefused, parse_bundle
from membership.prompts.rules.context import ContextRefused, parse_context
from tests.vectors.building import DAY, NOW, Json, ask, bundle, exclusion, notice, variant, view

REFUSED: dict[str, Callable[[], Json]] = {
    "The bundle is of schema 2; only 1 is known.": lambda: bundle(schema=2),
    "The bundle is of schema True; only 1 is known.": lambda: bundle(schema=True),
    "The bundle has no exclusion rules, so it could ask on any page.": lambda: bundle(
        exclusions=[]
    ),
    "The bundle ends before it begins.": lambda: bundle(until=NOW - 400 * DAY),
    "the bundle has “secret”, which this schema does not know.": lambda: bundle(secret=1),
    "“at” of the bundle must be a whole number.": lambda: bundle(at=1.5),
    "“at” of the bundle must be between 0 and 100000000000.": lambda: bundle(at=-1),
    "“newspaper” of the bundle must be a text.": lambda: bundle(newspaper=None),
    "“newspaper” of the bundle is not valid Unicode.": lambda: bundle(newspaper="\ud800"),
    "“holdout” has no “ppm”.": lambda: bundle(holdout={"id": "x"}),
    "“ppm” of “holdout” must be between 0 and 1000000.": lambda: bundle(
        holdout={"id": "x", "ppm": 1_000_001}
    ),
    "The bundle has two slots of the same id.": lambda: bundle(slots=[{"id": "a"}, {"id": "a"}]),
    "The bundle has two exclusion rules of the same id.": lambda: bundle(
        exclusions=[exclusion("a"), exclusion("a")]
    ),
    "The bundle has two campaigns of the same id.": lambda: bundle(ask(), ask()),
    "“budget” needs “asks” and “days” together, or neither.": lambda: bundle(budget={"asks": 1}),
    "“quiet” of “budget” must be two hours.": lambda: bundle(budget={"quiet": [1]}),
    "“quiet”[1] of “budget” must be between 0 and 23.": lambda: bundle(budget={"quiet": [22, 24]}),
    "“slots”[0] of the bundle needs “views” and “days” together, or neither.": lambda: bundle(
        slots=[{"id": "a", "views": 1}]
    ),
    "campaign “ask” would ask readers who give already (one_off, recurring).": lambda: bundle(
        ask(states=["anonymous", "recurring", "one_off"])
    ),
    "campaign “ask” is for the state “friend”, which does not exist.": lambda: bundle(
        ask(states=["friend"])
    ),
    "campaign “ask” is of the kind “beg”, which does not exist.": lambda: bundle(
        {**ask(), "kind": "beg"}
    ),
    "campaign “ask” is for the slot “roof”, which does not exist.": lambda: bundle(
        ask(slots=["roof"])
    ),
    "campaign “ask” must name at least one slot and one state.": lambda: bundle(ask(slots=[])),
    "campaign “ask” has “moon”, which this schema does not know.": lambda: bundle(
        ask(moon=["full"])
    ),
    "campaign “ask” has two variants of the same id.": lambda: bundle(
        ask(variants=[variant(), variant()])
    ),
    "campaign “ask” has weights of more than 1000000 together.": lambda: bundle(
        ask(variants=[variant("a", 1_000_000), variant("b", 1)])
    ),
    "campaign “ask” ends before it begins.": lambda: bundle(ask(**{"from": NOW, "to": NOW})),
    "“signed_in” of campaign “ask” must be true or false.": lambda: bundle(ask(signed_in=1)),
    "“from” of campaign “ask” must be a whole number.": lambda: bundle(ask(**{"from": "now"})),
    "“weight” of “variants”[0] of campaign “ask” must be between 0 and 1000000.": lambda: bundle(
        ask(variants=[variant(weight=-1)])
    ),
    "“countries” of campaign “ask” must be an object.": lambda: bundle(ask(countries=["US"])),
    "“devices” of campaign “ask” must be a list.": lambda: bundle(ask(devices="phone")),
    "“devices”[0] of campaign “ask” must be a text.": lambda: bundle(ask(devices=[7])),
}


@pytest.mark.parametrize("sentence", REFUSED)
def test_a_bundle_is_refused_with_the_sentence_why(sentence: str) -> None:
    with pytest.raises(BundleRefused) as refusal:
        parse_bundle(REFUSED[sentence]())

    assert str(refusal.value) == sentence


@pytest.mark.parametrize("source", [b"", b"{", b"\xff", b"[" * 100_000, "null", b"[]", "7"])
def test_what_is_no_bundle_at_all_is_refused_with_a_sentence(source: bytes | str) -> None:
    with pytest.raises(
        BundleRefused, match=r"^(The|the) bundle (is not JSON|must be an object)\.$"
    ):
        parse_bundle(source)


def test_a_bundle_is_the_same_from_bytes_text_and_object() -> None:
    rules = bundle(ask(caps={"views": 1, "days": 9}), notice())

    text = json.dumps(rules)

    assert parse_bundle(rules) == parse_bundle(text) == parse_bundle(text.encode())


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(st.data())
def test_whatever_stands_in_a_bundle_it_is_parsed_or_refused(data: st.DataObject) -> None:
    rules: Json = bundle(ask(reads={"min": 1}, caps={"gap": 9}), notice())
    place = data.draw(
        st.sampled_from([rules, rules["campaigns"][0], rules["budget"], *rules["slots"]])
    )
    place[data.draw(st.sampled_from([*place, "new"]))] = data.draw(_JSON)

    with suppress(BundleRefused):
        assert parse_bundle(rules).exclusions


@given(st.data())
def test_whatever_stands_in_a_context_it_is_parsed_or_refused(data: st.DataObject) -> None:
    context = view()
    place = data.draw(
        st.sampled_from([context, *(context[part] for part in ("page", "reader", "history"))])
    )
    place[data.draw(st.sampled_from([*place, "new"]))] = data.draw(_JSON)

    with suppress(ContextRefused):
        assert parse_context(context).now >= 0


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"now": None}, "“now” of the context must be a whole number."),
        ({"tz": 1_441}, "“tz” of the context must be between -1440 and 1440."),
        ({"seed": 7}, "“seed” must be a text."),
        ({"name": "Ada"}, "the context has “name”, which this schema does not know."),
        ({"page": {}}, "“page” has no “edition”."),
        ({"history": {"views": [["a", "b", 1]]}}, "“views”[0] of “history” must hold 4 values."),
        (
            {"history": {"reads": [[1, -1]]}},
            "“reads”[0] of “history” must be between 0 and 1000000.",
        ),
    ],
)
def test_a_context_is_refused_with_the_sentence_why(change: Json, sentence: str) -> None:
    with pytest.raises(ContextRefused) as refusal:
        parse_context({**view(), **change})

    assert str(refusal.value) == sentence
