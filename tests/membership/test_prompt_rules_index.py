"""The index decides many page views quickly, and never differently."""

from dataclasses import replace
from random import Random

import pytest

from membership.prompts.rules.bundle import parse_bundle
from membership.prompts.rules.context import parse_context
from membership.prompts.rules.decision import decide_page
from membership.prompts.rules.index import Index
from tests.vectors.hostile import hostile_bundle, hostile_context
from tests.vectors.writing import CASES


def test_the_index_answers_every_case_as_the_rules_do() -> None:
    wrong = []
    for case in CASES:
        bundle, context = parse_bundle(case.bundle), parse_context(case.context)
        plain = tuple(replace(item, trace=()) for item in decide_page(bundle, context))
        if Index(bundle).decide(context) != plain:
            wrong.append(case.name)
    assert wrong == []


def same_answers(bundles: int, seed: int) -> None:
    draw = Random(seed)
    for _ in range(bundles):
        source = hostile_bundle(draw)
        bundle = parse_bundle(source)
        index = Index(bundle)
        for _ in range(40):
            context = parse_context(hostile_context(draw, source))
            plain = tuple(replace(item, trace=()) for item in decide_page(bundle, context))
            assert index.decide(context) == plain


def test_the_index_answers_hostile_page_views_as_the_rules_do() -> None:
    same_answers(60, seed=3)


@pytest.mark.deep
def test_the_index_answers_very_many_hostile_page_views_as_the_rules_do() -> None:
    same_answers(2_500, seed=4)
