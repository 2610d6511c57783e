"""Defects that a well-known stack of prompts had; each is a test here, so that ours has none of them.

D1 to D16 are numbered as they were found. Those of cookies, the script and the preview stand beside the others.
"""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from membership.prompts.rules.assignment import assign, chances
from membership.prompts.rules.bundle import BundleRefused, parse_bundle
from membership.prompts.rules.context import parse_context
from membership.prompts.rules.decision import decide_page
from membership.prompts.rules.hashing import share
from membership.prompts.rules.words import filled
from tests.vectors.building import DAY, NOW, Json, ask, bundle, notice, seen, thanks, variant, view
from tests.vectors.writing import CASES, VECTORS


def decided(rules: Json, context: Json) -> list[Json]:
    return [item.as_json() for item in decide_page(parse_bundle(rules), parse_context(context))]


@pytest.mark.parametrize("change", [{"exclusions": []}, {"exclusions": None}, None])
def test_d01_a_bundle_that_lost_its_exclusion_rules_is_refused(change: Json | None) -> None:
    rules = bundle(ask())
    rules.update(change) if change else rules.pop("exclusions")

    with pytest.raises(BundleRefused, match="exclusion"):
        parse_bundle(json.dumps(rules).encode())


@pytest.mark.parametrize("tz", [660, 0, -600])
def test_d02_what_was_read_counts_in_utc_days_wherever_the_reader_is(tz: int) -> None:
    """On a Monday morning in Sydney it is Sunday in UTC; bundle and browser both say so, and no count is lost."""
    monday_in_sydney = int(datetime(2026, 12, 6, 22, tzinfo=UTC).timestamp())
    context = view(now=monday_in_sydney, tz=tz, history={"reads": [[monday_in_sydney // DAY, 3]]})

    [slot] = decided(bundle(ask(reads={"days": 1, "min": 3})), context)

    assert slot["reason"] == "shown"


def test_d03_a_cap_counts_every_variant_and_experiment_of_a_campaign() -> None:
    capped = {"caps": {"views": 2, "days": 30}}
    context = view(history={**seen(60, 120), "arms": {"words": "b"}})
    for experiment in ("ask", "words", "ask_BANDIT"):
        rules = bundle(
            ask(experiment=experiment, variants=[variant("a"), variant("ask")], **capped)
        )

        [slot] = decided(rules, context)

        assert slot["trace"] == [["ask", "campaign_cap"]]


@given(
    weights=st.lists(st.integers(0, 1_000), max_size=6),
    kept=st.sampled_from(["a", "gone", "", "default"]),
    seed=st.none() | st.text(max_size=8),
)
def test_d04_arms_without_views_weight_or_name_never_break_a_decision(
    weights: list[int], kept: str, seed: str | None
) -> None:
    variants = [variant("abcdef"[place], weight) for place, weight in enumerate(weights)]
    context = view(seed=seed, history={"arms": {"ask": kept}})

    [slot] = decided(bundle(ask(variants=variants)), context)

    live = {item["id"] for item in variants if item["weight"] > 0}
    assert slot["variant"] in live if live else slot["reason"] == "nothing_fits"


def test_d05_readers_without_a_seed_are_counted_apart_and_skew_no_arm() -> None:
    rules = bundle(ask(variants=[variant("a", 1), variant("b", 1)]))

    arms = [decided(rules, view(seed=seed))[0]["arm"] for seed in (None, *map(str, range(2_000)))]

    assert arms[0] == "default"
    assert "default" not in arms[1:]
    assert 900 < arms.count("a") < 1_100


def test_d12_money_is_in_the_readers_currency_whatever_the_edition() -> None:
    words = ask(variants=[variant(words="From {from_price}")], offer="support")
    rules = parse_bundle(bundle(words))

    def price(edition: str, country: str) -> str:
        context = parse_context(view(page={"edition": edition}, reader={"country": country}))
        return filled("{from_price}", rules, rules.campaigns[0], context)

    assert price("uk", "US") == price("us", "US") == "$5"
    assert price("us", "GB") == price("uk", "") == "£3"
    [slot] = decided(bundle(words), view(reader={"country": "JP"}))
    assert slot["trace"] == [["ask", "values_are_known"]]


def test_d14_the_rules_are_written_once_and_every_evaluator_answers_one_file() -> None:
    """The file is what the cases say, and the reference answers it; the browser's evaluator runs the same file."""
    vectors = json.loads(VECTORS.read_text())

    for case in vectors["cases"]:
        slots = decided(vectors["bundles"][case["bundle"]], case["context"])
        assert slots == case["expected"]["slots"], case["name"]
    assert len(vectors["cases"]) == len(CASES)


_MAGIC = st.sampled_from(
    ["_BANDIT", "holdout", "default", "US_", "epic", "thanks", "supporter", "__proto__", "no-ask"]
)


@given(
    names=st.lists(_MAGIC | st.text(min_size=1, max_size=12), min_size=3, max_size=3, unique=True)
)
def test_d16_no_name_of_a_campaign_changes_what_it_does(names: list[str]) -> None:
    def rules(first: str, second: str, third: str) -> Json:
        kept = {"experiment": "words"}
        return bundle(
            ask(id=first, sections={"in": ["sport"]}, **kept),
            thanks(id=second, states=["recurring"], **kept),
            notice(id=third, **kept),
        )

    renamed = dict(zip(("one", "two", "three"), names, strict=True))
    for state in ("anonymous", "recurring", "payment_failing"):
        context = view(reader={"state": state, "as_of": NOW})
        [plain] = decided(rules("one", "two", "three"), context)
        [magic] = decided(rules(*names), context)

        assert magic["campaign"] == renamed[plain["campaign"]]
        assert magic["trace"] == [[renamed[name], outcome] for name, outcome in plain["trace"]]
        assert (magic["variant"], magic["arm"]) == (plain["variant"], plain["arm"])


def test_d04_every_live_arm_has_a_chance_that_is_known_and_is_what_readers_get() -> None:
    rules = parse_bundle(
        bundle(ask(variants=[variant("a", 1), variant("b", 0), variant("c", 3)], experiment="x"))
    )

    assert chances(rules.campaigns[0]) == {"a": 0.25, "c": 0.75}
    for number in range(200):
        context = parse_context(view(seed=str(number)))
        expected = "a" if share(f"x:{number}", 4) < 1 else "c"
        assert assign(rules.campaigns[0], context)[0].id == expected
