"""The set-up says clearly what it could not do, and what to do about it."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from pytest_django import Settings

from membership.models import User
from membership.setup import surroundings
from membership.setup.steps import Outcome
from payments.models import (
    Campaign,
    LegalEntity,
)
from tests.membership.setting_up import run
from tests.sandbox.client import SandboxAccount

pytestmark = pytest.mark.django_db


def _failures(out: StringIO) -> str:
    return "\n".join(line for line in out.getvalue().splitlines() if line.startswith("failed"))


def failing(**options: Any) -> tuple[str, str]:
    """Run to the error at the end; returns the failed lines and the error."""
    out = StringIO()
    with pytest.raises(CommandError) as caught:
        call_command("setup_newspaper", no_input=True, stdout=out, no_color=True, **options)
    return _failures(out), str(caught.value)


@pytest.mark.parametrize(
    ("key", "livemode", "words"),
    [
        ("", False, "Set STRIPE_API_KEY"),
        ("sk_live_something", False, "not a test key"),
        ("sk_test_something", True, "not a live key"),
    ],
)
def test_a_key_of_the_wrong_mode_never_leaves_the_house(
    key: str, livemode: bool, words: str, setup_answers: Path, settings: Settings
) -> None:
    settings.STRIPE_API_KEY, settings.STRIPE_LIVEMODE = key, livemode

    failed, error = failing(file=setup_answers)

    assert words in failed
    assert "failed steps above" in error
    assert Campaign.objects.exists()


def test_a_key_that_stripe_does_not_know_is_a_failed_step(
    setup_answers: Path, setup_account: SandboxAccount, settings: Settings
) -> None:
    settings.STRIPE_API_KEY = "not-a-key"
    assert "not a test key" in failing(file=setup_answers)[0]


def test_stripe_out_of_reach_is_a_failed_step(setup_answers: Path, settings: Settings) -> None:
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"

    assert "No answer, try again later" in failing(file=setup_answers)[0]


def test_a_bank_statement_that_says_something_else_is_a_failed_step(
    setup_answers: Path, setup_account: SandboxAccount
) -> None:
    setup_account.configure(statement_descriptor="SOMEBODY ELSE")

    failed, _ = failing(file=setup_answers)

    assert 'Bank statements will say "SOMEBODY ELSE"' in failed


def test_an_endpoint_whose_secret_is_not_set_is_a_failed_step(
    setup_answers: Path, setup_account: SandboxAccount
) -> None:
    run(file=setup_answers)

    assert "Set STRIPE_WEBHOOK_SECRETS" in failing(file=setup_answers)[0]


def test_missing_answers_are_named_as_flags_and_nothing_is_made(db: None) -> None:
    _, error = failing()

    assert error == "These answers are missing: --legal-name, --address, --staff-email."
    assert not LegalEntity.objects.exists()


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("statement_descriptor", "HC", "5 to 22"),
        ("time_zone", "Mars/North", "time_zone"),
        ("currencies", "GBP, XXX", "Stripe takes no XXX"),
        ("once", "five", "no amount in GBP"),
        ("fee_percent", "lots", "no percentage"),
        ("staff_email", "nobody", "staff_email"),
        ("campaign_slug", "not a slug", "campaign_slug"),
        ("country", "Britain", "country"),
        ("minimum", "0", "minimum: The smallest gift must be more than nothing."),
        ("minimum", "-5", "no amount in GBP"),
        ("minimum", "20000", "once: £5 is outside the limits"),
        ("maximum", "0.5", "maximum: The largest gift is below the smallest."),
        ("maximum", "NaN", "no amount in GBP"),
        ("once", "0", "once: £0 is outside the limits"),
        ("fee_percent", "200", "0 or more and below 100 per cent"),
        ("fee_percent", "-1", "0 or more and below 100 per cent"),
        ("fee_percent", "NaN", "no percentage"),
        ("fee_fixed", "-0.20", "no amount in GBP"),
        ("fiscal_year_start", "02-30", "no day of the year"),
        ("fiscal_year_start", "01-31", "days 1 to 28"),
        ("fiscal_year_start", "April", "no day of the year"),
        ("default_currency", "USD", "USD, the currency of the books, is not among them"),
        ("currencies", "", "nameless currency"),
    ],
)
def test_an_answer_that_cannot_be_used_makes_nothing(
    option: str, value: str, words: str, setup_answers: Path
) -> None:
    _, error = failing(file=setup_answers, **{option: value})

    assert words in error
    assert not LegalEntity.objects.exists()
    assert not User.objects.exists()


def test_a_file_with_an_unknown_name_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "setup.toml"
    file.write_text('legal_nam = "Typo"')

    assert "legal_nam" in failing(file=file)[1]


def test_storage_that_takes_nothing_is_a_failed_step(settings: Settings, tmp_path: Path) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where a folder should be")
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(blocked)},
        },
    }

    step = surroundings.check_storage()

    assert step.outcome is Outcome.FAILED
    assert "DOCUMENTS_ROOT" in step.words


def test_storage_is_left_as_it_was() -> None:
    assert surroundings.check_storage().outcome is Outcome.OK
    assert default_storage.listdir("setup") == ([], [])


def test_a_mail_server_out_of_reach_is_a_failed_step(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9

    assert surroundings.check_mail().outcome is Outcome.FAILED


def test_a_database_with_migrations_waiting_is_a_failed_step(
    request: pytest.FixtureRequest,
) -> None:
    if request.config.getoption("nomigrations"):
        pytest.skip("these tables were made of the models; the suite on PostgreSQL migrates")
    (newest,) = MigrationExecutor(connection).loader.graph.leaf_nodes("payments")
    MigrationRecorder(connection).record_unapplied(*newest)

    assert "run manage.py migrate" in surroundings.check_database().words
