"""What forty live campaigns weigh, and what compiling them costs."""

import gzip
import random
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from membership.prompts.compiling import compile_bundle, surroundings
from membership.prompts.house_rules import parse_rules
from membership.prompts.live import LiveCampaign, LiveState
from membership.prompts.parsing import parse_definition
from membership.prompts.rules.bundle import parse_bundle
from payments.models import Campaign
from tests.factories import NOON
from tests.membership.prompt_definitions import definition, rules

pytestmark = pytest.mark.django_db


_VOCABULARY = [
    *(
        "reporting",
        "newsroom",
        "readers",
        "independent",
        "open",
        "investigation",
        "council",
        "hospital",
    ),
    *("climate", "election", "story", "afford", "support", "community", "harbour", "month", "gift"),
    *("courage", "facts", "public", "truth", "question", "answer", "local", "world", "evidence"),
    *(
        "deadline",
        "editor",
        "photograph",
        "court",
        "schools",
        "weather",
        "science",
        "budget",
        "voice",
    ),
    *(
        "neighbour",
        "history",
        "trust",
        "letter",
        "paper",
        "without",
        "because",
        "people",
        "together",
    ),
    *("everywhere", "whether", "tonight", "morning", "careful", "patient", "honest", "everyone"),
]


def _text(chance: random.Random, words: int) -> str:
    return " ".join(chance.choices(_VOCABULARY, k=words)).capitalize() + "."


def _realistic(number: int) -> dict[str, Any]:
    """An appeal with two variants in two editions, as long as the default ones, of its own words and targeting."""
    chance = random.Random(number)

    def copy() -> dict[str, str]:
        body = f"{_text(chance, 14)} {{newspaper}} asks from {{from_price}}. {_text(chance, 12)}"
        return {
            "title": _text(chance, 7),
            "body": body,
            "plea": _text(chance, 14),
            "action": "Support us every month",
        }

    return definition(
        name=f"Appeal {number}",
        priority=number,
        targeting={
            "countries": {"in": chance.sample(["GB", "US", "IE", "DE", "FR", "AU", "CA", "NZ"], 3)},
            "sections": {"in": chance.sample(_VOCABULARY, 2)},
            "reads": {"days": 30, "min": chance.randint(1, 9)},
        },
        schedule={"zone": "Europe/London", "starts": f"2026-11-{chance.randint(10, 20)}T09:00"},
        variants=[{"id": each, "weight": 1, "copy": {"uk": copy(), "us": copy()}} for each in "ab"],
    )


def _state(count: int) -> LiveState:
    campaigns = (
        LiveCampaign(f"appeal-{number}", 1, parse_definition(_realistic(number)))
        for number in range(count)
    )
    return LiveState(tuple(campaigns), parse_rules(rules()), 1)


def test_forty_campaigns_weigh_less_than_thirty_kilobytes(campaign: Campaign) -> None:
    state = _state(40)
    compiled = compile_bundle(state, surroundings(state, now=NOON), now=NOON)

    assert len(parse_bundle(compiled.body).campaigns) == 40
    size = len(gzip.compress(compiled.body, 9))
    print(f"\n40 campaigns: {len(compiled.body)} bytes, {size} in gzip")
    assert size <= 30_000


@pytest.mark.parametrize("count", [1, 10])
def test_compiling_costs_the_same_queries_for_one_campaign_and_for_ten(
    campaign: Campaign, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    state = _state(count)
    # The newspaper, its open campaigns, their currencies and their suggested amounts.
    with django_assert_num_queries(4):
        surroundings(state, now=NOON)
