"""What tests of the set-up command share."""

from pathlib import Path

import pytest
from pytest_django import Settings

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
