"""A trace code replays to the same decision with every reason, and a text that is none is refused with a sentence."""

import base64
import json
import zlib
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from membership.prompts.rules.bundle import parse_bundle
from membership.prompts.rules.context import parse_context
from membership.prompts.rules.decision import FILTERS, decide_page
from membership.prompts.rules.tracing import (
    MOST_BYTES,
    MOST_CHARACTERS,
    Replay,
    TraceRefused,
    read_trace,
    replay,
    write_trace,
)
from tests.vectors.building import DAY, Json, ask, bundle, notice, seen, variant, view
from tests.vectors.hostile import hostile_bundle, hostile_context
from tests.vectors.writing import CASES

HASH = "0123456789abcdef" * 4
IDS = [item.id for item in FILTERS]


def replayed(rules: Json, context: Json) -> Replay:
    return replay(parse_bundle(rules), parse_context(context))


def packed(text: bytes) -> str:
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def test_a_code_holds_the_bundles_hash_and_the_context_whole() -> None:
    for case in CASES:
        context = parse_context(case.context)
        code = write_trace(HASH, context)

        trace = read_trace(f"  {code}\n")

        assert (trace.bundle, trace.context) == (HASH, context), case.name


def test_a_browser_without_compression_writes_a_plain_code() -> None:
    text = json.dumps({"b": HASH, "c": view(seed="é")}).encode()

    assert read_trace("j" + packed(text)) == read_trace("z" + packed(zlib.compress(text)))


def test_hostile_page_views_replay_to_the_same_decision() -> None:
    draw = Random(11)
    for _ in range(20):
        source = hostile_bundle(draw)
        rules = parse_bundle(source)
        for _ in range(20):
            context = parse_context(hostile_context(draw, source))
            again = read_trace(write_trace(HASH, context)).context

            found = replay(rules, again)

            assert tuple(slot.decision for slot in found.slots) == decide_page(rules, context)


def test_each_higher_campaign_says_what_it_passed_and_where_it_failed() -> None:
    rules = bundle(ask(id="first", sections={"in": ["sport"]}), ask(), notice())

    [slot] = replayed(rules, view()).slots

    first, second = slot.steps
    assert (first.campaign, first.failed) == ("first", "section")
    assert first.passed == tuple(IDS[: IDS.index("section")])
    assert (second.campaign, second.failed, second.passed) == ("ask", None, tuple(IDS))


def test_the_pages_own_filters_are_named() -> None:
    found = replayed(bundle(ask()), view(page={"sensitive": True}))

    assert found.page_passed == ("bundle_is_current", "page_takes_prompts")
    assert found.page_failed == "page_is_not_sensitive"
    assert found.slots[0].steps == ()


def test_the_state_that_counted_is_told() -> None:
    stale = {"state": "recurring", "as_of": 1}

    assert replayed(bundle(ask()), view(reader=stale)).state == "anonymous"


def test_the_chances_of_the_arms_are_told_and_whether_the_arm_was_kept() -> None:
    rules = bundle(ask(variants=[variant("a", 1), variant("b", 3), variant("c", 0)]))

    [drawn] = replayed(rules, view()).slots
    [kept] = replayed(rules, view(history={"arms": {"ask": "a"}})).slots
    [seedless] = replayed(rules, view(seed=None)).slots

    assert drawn.chances == kept.chances == {"a": 0.25, "b": 0.75}
    assert (drawn.is_kept, kept.is_kept, seedless.is_kept) == (False, True, False)
    assert seedless.chances == {}


def test_what_was_used_of_each_limit_is_told() -> None:
    rules = bundle(
        ask(caps={"views": 5, "days": 90}),
        slots=[{"id": "in-article", "views": 4, "days": 30, "gap": DAY}],
        budget={"asks": 4, "days": 7, "cooldown": [1]},
    )
    history = {**seen(2 * DAY, 20 * DAY, 60 * DAY), "dismissed": [view()["now"] - 3 * DAY]}

    [slot] = replayed(rules, view(history=history)).slots

    told = [(limit.name, limit.of, limit.used, limit.most, limit.days) for limit in slot.limits]
    assert told == [
        ("slot_cap", "in-article", 2, 4, 30),
        ("campaign_cap", "ask", 3, 5, 90),
        ("ask_budget", "", 1, 4, 7),
        ("cooldown", "", 1, None, 180),
    ]


BOMB = "z" + packed(zlib.compress(b" " * (MOST_BYTES * 50), 9))
GOOD = write_trace(HASH, parse_context(view()))


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("", "The trace code is incomplete; copy all of it."),
        ("hello", "The trace code is incomplete; copy all of it."),
        (GOOD[:-9], "The trace code is incomplete; copy all of it."),
        (GOOD[1:], "The trace code is incomplete; copy all of it."),
        (BOMB, "The trace code is incomplete; copy all of it."),
        ("j" + packed(b"[" * 9_000), "The trace code is incomplete; copy all of it."),
        ("z" * (MOST_CHARACTERS + 1), "A trace code has at most 16000 characters."),
        ("j" + packed(b"7"), "The trace code was changed: the trace must be an object."),
        ("j" + packed(b'{"b":"x"}'), "The trace code was changed: the trace has no “c”."),
        (write_trace("../../etc", parse_context(view())), "The trace code names no bundle."),
    ],
)
def test_what_is_no_code_is_refused_with_a_sentence(code: str, sentence: str) -> None:
    with pytest.raises(TraceRefused) as refusal:
        read_trace(code)

    assert str(refusal.value) == sentence


@given(st.text(max_size=60) | st.builds(lambda data: "j" + packed(data), st.binary(max_size=60)))
def test_whatever_is_pasted_is_read_or_refused(code: str) -> None:
    with pytest.raises(TraceRefused):
        read_trace(code)
