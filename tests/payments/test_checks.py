"""The project refuses to start where live and test would mix, and says what is missing before it goes live."""

import pytest
from django.core.checks import run_checks
from pytest_django import Settings


def found(*, deploy: bool = False) -> set[str | None]:
    errors = run_checks(tags=["security"], include_deployment_checks=deploy)
    return {error.id for error in errors if (error.id or "").startswith("payments.E")}


@pytest.mark.parametrize(
    ("key", "livemode", "is_refused"),
    [
        ("sk_test_x", False, False),
        ("rk_test_x", False, False),
        ("sk_live_x", True, False),
        ("rk_live_x", True, False),
        ("sk_live_x", False, True),
        ("sk_test_x", True, True),
        ("pk_test_x", False, True),
        ("nonsense", False, True),
        ("", False, False),
    ],
)
def test_a_key_must_be_of_the_mode_that_is_set(
    settings: Settings, key: str, livemode: bool, is_refused: bool
) -> None:
    settings.STRIPE_API_KEY = key
    settings.STRIPE_LIVEMODE = livemode
    settings.STRIPE_API_BASE = "https://api.stripe.com"
    assert ("payments.E001" in found()) == is_refused


@pytest.mark.parametrize(
    ("base", "livemode", "is_refused"),
    [
        ("https://api.stripe.com", True, False),
        ("https://api.stripe.com/", True, False),
        ("http://127.0.0.1:12111", True, True),
        ("https://api.stripe.com.example.org", True, True),
        ("http://127.0.0.1:12111", False, False),
    ],
)
def test_live_money_goes_to_stripe_and_nowhere_else(
    settings: Settings, base: str, livemode: bool, is_refused: bool
) -> None:
    settings.STRIPE_API_KEY = "sk_live_x" if livemode else "sk_test_x"
    settings.STRIPE_LIVEMODE = livemode
    settings.STRIPE_API_BASE = base
    assert ("payments.E002" in found()) == is_refused


def test_what_is_no_webhook_secret_is_refused(settings: Settings) -> None:
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_new", "whsec_old"]
    assert "payments.E003" not in found()
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_new", "sk_test_x"]
    assert "payments.E003" in found()


def test_an_empty_installation_migrates_and_is_told_what_is_missing_before_it_deploys(
    settings: Settings,
) -> None:
    settings.STRIPE_API_KEY = ""
    settings.STRIPE_WEBHOOK_SECRETS = []
    assert found() == set()
    assert found(deploy=True) == {"payments.E004", "payments.E005"}
