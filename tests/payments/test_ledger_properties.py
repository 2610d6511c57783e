"""Whatever happens to gifts, in whatever order and however its news comes, the books agree with Stripe's."""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from pytest_django import Settings

from payments.models import Campaign
from tests.payments.ledger_machine import LedgerMachine
from tests.sandbox.client import SandboxAccount


@pytest.mark.deep
@pytest.mark.timeout(1200)
@pytest.mark.django_db
def test_the_books_agree_with_stripes_after_every_step_of_random_stories(
    campaign: Campaign, sandbox: SandboxAccount, sandbox_url: str, settings: Settings
) -> None:
    newspaper, url, product = campaign, sandbox_url, settings

    class Machine(LedgerMachine):
        campaign = newspaper
        sandbox_url = url
        settings = product

    run_state_machine_as_test(Machine, settings=STORIES)


STORIES = settings(
    max_examples=12,
    stateful_step_count=20,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
