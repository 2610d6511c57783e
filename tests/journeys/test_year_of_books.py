"""A year of a newspaper, played at the Stripe sandbox over HTTP: whatever happened, the books add up to the penny."""

import time

import pytest

from payments.models import Campaign
from tests.life import LifeClock
from tests.sandbox.client import SandboxAccount
from tests.year.checks import CHECKS
from tests.year.player import play

pytestmark = [pytest.mark.django_db, pytest.mark.deep, pytest.mark.timeout(900)]


def test_the_books_of_a_year_add_up_in_every_way(
    campaign: Campaign, sandbox: SandboxAccount, clock: LifeClock, subtests: pytest.Subtests
) -> None:
    began = time.process_time()
    played = play(campaign, sandbox, clock)
    print(f"Played in {time.process_time() - began:.0f} s of this process's time.")
    for sentence, check in CHECKS.items():
        with subtests.test(sentence):
            check(played)
