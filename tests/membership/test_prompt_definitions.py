"""What an editor writes is kept exactly, and every mistake is named with its field."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from membership.prompts.changes import describe_changes
from membership.prompts.house_rules import parse_rules
from membership.prompts.parsing import COUNTRIES, parse_definition
from membership.prompts.placeholders import CATALOGUE, names_in, problems_in
from membership.prompts.reading import Refused
from membership.prompts.wording import dropped_markup, sanitise
from tests.membership.prompt_definitions import COPY, definition, rules

_FULL = definition(
    kind="ask",
    states=["anonymous", "lapsed"],
    targeting={
        "signed_in": False,
        "countries": {"in": ["US", "CA"]},
        "regions": {"out": ["US-CA"]},
        "editions": ["us"],
        "sections": {"in": ["news"], "out": ["sport"]},
        "tags": {"out": ["content-warning"]},
        "types": {"in": ["article"]},
        "devices": ["phone"],
        "reads": {"days": 30, "min": 3, "max": 99},
        "referrers": ["search"],
        "codes": ["spring"],
        "tenures": ["long"],
        "tiers": ["friend"],
        "bands": ["small"],
        "abandoned": False,
        "hint": "invite",
    },
    caps={"views": 1, "days": 90, "gap": 0},
    schedule={
        "zone": "Europe/London",
        "starts": "2026-12-01T09:00",
        "ends": "2026-12-24T12:00",
        "countdown": "2026-12-24T12:00",
    },
    goal={"amounts": {"GBP": 2_000_000, "USD": 1_000_000}, "since": "2026-12-01"},
    experiment="spring-words",
    note="Asked for by the editor.",
)


@pytest.mark.parametrize("written", [definition(), _FULL])
def test_a_definition_is_stored_and_read_again_as_it_was(written: dict[str, Any]) -> None:
    assert parse_definition(written).as_json() == written


def test_the_rules_of_the_house_are_stored_and_read_again_as_they_were() -> None:
    assert parse_rules(rules()).as_json() == rules()


_MISTAKES: dict[str, tuple[dict[str, Any], str]] = {
    "a supporter is asked": (
        {"states": ["anonymous", "recurring"]},
        "states: a supporter is never asked: take out recurring.",
    ),
    "an unknown state": ({"states": ["donor"]}, "states: “donor” is not one of anonymous"),
    "no state": ({"states": []}, "states: must name at least one"),
    "no slot": ({"slots": None}, "slots: must name at least one"),
    "a mistyped field": ({"prioritty": 1}, "prioritty: is no field; is it mistyped?"),
    "a number in words": (
        {"priority": "high"},
        "priority: must be a whole number from 0 to 9,999.",
    ),
    "a yes for a number": ({"priority": True}, "priority: must be a whole number"),
    "a variant called as those who are held out": (
        {"variants": [{"id": "holdout", "weight": 1, "copy": COPY}]},
        "variants.holdout.id: “holdout” is what results call other readers",
    ),
    "an unknown country": (
        {"targeting": {"countries": {"in": ["UK"]}}},
        "targeting.countries: there is no country UK.",
    ),
    "a country on both sides": (
        {"targeting": {"countries": {"in": ["US"], "out": ["US"]}}},
        "targeting.countries: US is both included and excluded.",
    ),
    "an ask that leads nowhere": ({"link": None}, "link: an ask or an invitation leads to"),
    "a donation page of no campaign": ({"offer": None}, "offer: name the campaign whose"),
    "an unknown zone": (
        {"schedule": {"zone": "Mars/Olympus", "starts": "2026-12-01T09:00"}},
        "schedule.zone: “Mars/Olympus” is no time zone",
    ),
    "an end before the start": (
        {"schedule": {"zone": "UTC", "starts": "2026-12-02T09:00", "ends": "2026-12-02T09:00"}},
        "schedule.ends: is not after the start.",
    ),
    "an instant with an offset": (
        {"schedule": {"zone": "UTC", "starts": "2026-12-02T09:00+01:00"}},
        "schedule.starts: “2026-12-02T09:00+01:00” is no day and time",
    ),
    "no weight": (
        {"variants": [{"id": "a", "weight": 0, "copy": COPY}]},
        "variants: at least one needs a weight above 0",
    ),
    "two of one name": (
        {"variants": [{"id": "a", "weight": 1, "copy": COPY}] * 2},
        "variants: two are called “a”.",
    ),
    "an unknown placeholder": (
        {"variants": [{"id": "b", "weight": 1, "copy": {"us": {"title": "Dear {first_name}"}}}]},
        "variants.b.copy.us.title: {first_name} is no placeholder; there are {newspaper},",
    ),
    "a brace alone": (
        {"variants": [{"id": "b", "weight": 1, "copy": {"us": {"title": "From {from_price"}}}]},
        "variants.b.copy.us.title: a brace stands alone near “From {from_price”",
    ),
    "a goal that is not given": (
        {
            "variants": [
                {"id": "b", "weight": 1, "copy": {"uk": {"title": "{percent} %", "body": "Done"}}}
            ]
        },
        "goal: the words name a goal, so give one",
    ),
    "a countdown that is not given": (
        {
            "variants": [
                {
                    "id": "b",
                    "weight": 1,
                    "copy": {"uk": {"title": "{days_left} days", "body": "Left"}},
                }
            ]
        },
        "schedule.countdown: the words count the days down",
    ),
}


@pytest.mark.parametrize("case", _MISTAKES)
def test_a_mistake_is_a_sentence_that_names_its_field(case: str) -> None:
    changed, sentence = _MISTAKES[case]

    with pytest.raises(Refused) as refused:
        parse_definition(definition(**changed))

    assert sentence in " ".join(map(str, refused.value.problems))


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(Refused) as refused:
        parse_definition(definition(name="", kind="beg", priority=-1))

    assert [problem.path for problem in refused.value.problems] == ["name", "kind", "priority"]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"exclusions": []}, "exclusions: must be a list with at least one entry."),
        ({"exclusions": [{"id": "none"}]}, "names no section, tag or type"),
        ({"holdout": None}, "holdout: say which share of readers is never asked"),
        (
            {"budget": {"asks": 4, "days": 7, "cooldown": [30, 7], "quiet": [22, 7]}},
            "budget.cooldown: must be days that never grow shorter",
        ),
    ],
)
def test_rules_that_protect_nobody_are_refused(changed: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence.replace(".", r"\.")):
        parse_rules(rules(**changed))


def test_markup_is_cleaned_when_it_is_read() -> None:
    body = (
        'Read <strong>on</strong>, <a href="/support/" onclick="x()">here</a> or '
        '<a href="//elsewhere.example">there</a>.<script>alert(1)</script>'
    )
    copy = {"uk": {"title": "Fish & chips < bread", "body": body}}
    read = parse_definition(definition(variants=[{"id": "a", "weight": 1, "copy": copy}]))

    words = read.variants[0].copy["uk"]
    assert words.body == ('Read <strong>on</strong>, <a href="/support/">here</a> or <a>there</a>.')
    # A title is never read as markup.
    assert words.title == "Fish & chips < bread"
    assert dropped_markup(body) == ["<script>", "the link to //elsewhere.example"]


@given(st.text(alphabet="<>/\"'=&;{} ahrefscriptmngojv:x\n"))
def test_what_was_cleaned_stays_as_it_is_and_holds_no_other_element(text: str) -> None:
    cleaned = sanitise(text)

    assert sanitise(cleaned) == cleaned
    rest = cleaned
    for tag in ("<em>", "</em>", "<strong>", "</strong>", "</a>", "<a>", "<a href="):
        rest = rest.replace(tag, "")
    assert "<" not in rest


@given(st.lists(st.sampled_from([*CATALOGUE, "unknown"])), st.text(alphabet="ab {}"))
def test_a_text_is_right_exactly_when_its_braces_are_and_its_names_are_known(
    names: list[str], between: str
) -> None:
    whole = [f"{{{name}}}" for name in names]
    assert list(problems_in("x".join(whole))) == [] or "unknown" in names
    assert names_in("x".join(whole)) == list(dict.fromkeys(names))
    if between.count("{") != between.count("}"):
        assert list(problems_in(between))


def test_changes_are_told_in_words() -> None:
    before = definition(targeting={"countries": {"in": ["US"]}})
    after = definition(
        priority=200,
        states=["anonymous", "registered"],
        targeting={"countries": {"in": ["US", "CA"]}, "signed_in": False},
        variants=[
            {"id": "a", "weight": 3, "copy": {**COPY, "us": {**COPY["us"], "title": "Free"}}},
            {"id": "b", "weight": 1, "copy": COPY},
        ],
    )

    assert describe_changes(before, after) == [
        "Readers: adds registered.",
        "The priority: is now 200, was 100.",
        "Targeting by countries, in: adds CA.",
        "Targeting by signed in: is now no.",
        "Variant a, the weight: is now 3, was 1.",
        "Variant a, edition us, the title: is now “Free”, was “Free to read”.",
        "Variant b: is new, with weight 1.",
        "Variant b, edition uk, the title: is now “Open to everyone”.",
        *(
            f"Variant b, edition {edition}, {words}: is now “{COPY[edition][name]}”."
            for edition, name, words in (
                ("uk", "body", "the text"),
                ("uk", "plea", "the plea"),
                ("uk", "action", "the button"),
                ("us", "title", "the title"),
                ("us", "body", "the text"),
                ("us", "action", "the button"),
            )
        ),
    ]
    assert describe_changes(after, after) == []


def test_changed_rules_are_told_in_words() -> None:
    after = rules(
        exclusions=[{"id": "war", "slots": [], "sections": [], "tags": ["war"], "types": []}],
        slots=[{"id": "in-article", "views": 3, "days": 30, "gap": 86_400}, {"id": "header-line"}],
    )

    assert describe_changes(rules(), after) == [
        "Places in-article, views: is now 3, was 4.",
        "Places: the order is now in-article, header-line.",
        "Exclusion deaths: is taken away.",
        "Exclusion war: is new, with tags war.",
    ]


def test_countries_are_countries() -> None:
    assert {"GB", "US", "JP", "XK"} <= COUNTRIES
    assert not COUNTRIES & {"001", "150", "EU", "ZZ"}
    assert all(re.fullmatch("[A-Z]{2}", code) for code in COUNTRIES)
    assert 240 < len(COUNTRIES) < 270
