"""What tests of the set-up command share, and those of the prompts' desk."""

from pathlib import Path

import pytest
from pytest_django import Settings

from membership.models import PromptPublication
from membership.prompts.current import forget_bundle
from payments.models import Campaign
from tests.membership.prompt_desk import Desk, make_desk
from tests.membership.setting_up import ANSWERS
from tests.sandbox.client import SandboxAccount


@pytest.fixture
def setup_answers(tmp_path: Path) -> Path:
    file = tmp_path / "setup.toml"
    file.write_text(ANSWERS)
    return file


@pytest.fixture
def setup_account(sandbox: SandboxAccount, settings: Settings) -> SandboxAccount:
    """An account whose bank statements say what the newspaper says, and which has no endpoint of ours."""
    sandbox.configure(statement_descriptor="THE HARBOUR COURIER")
    settings.SITE_URL = "https://support.courier.example"
    settings.STRIPE_WEBHOOK_SECRETS = []
    return sandbox


@pytest.fixture
def desk(campaign: Campaign) -> Desk:
    """Two editors of a newspaper that takes gifts, and no prompts yet."""
    forget_bundle()
    return make_desk()


@pytest.fixture
def live(desk: Desk) -> PromptPublication:
    """One appeal and the rules, published."""
    desk.rule()
    desk.write()
    return desk.publish()
