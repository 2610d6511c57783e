"""The books agree after anything that can happen to money, in any order and in several currencies."""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.sandbox_contract.money_machine import MoneyMachine


def _play(examples: int, steps: int) -> None:
    run_state_machine_as_test(
        MoneyMachine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )


def test_the_books_agree_after_a_few_random_stories() -> None:
    _play(examples=12, steps=25)


@pytest.mark.deep
@pytest.mark.timeout(900)
def test_the_books_agree_after_many_long_random_stories() -> None:
    _play(examples=400, steps=60)
