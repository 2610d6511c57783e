"""Start-up checks of keys, base address, webhook secrets, triggers and libraries."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

from payments.receipts import checks as receipt_checks  # noqa: F401  imported for its registration
from payments.triggers import missing

STRIPE = "https://api.stripe.com"


@register(Tags.security)
def stripe_settings_agree(
    app_configs: Sequence[AppConfig] | None, **options: Any
) -> list[CheckMessage]:
    """Refuse to start where live and test would mix, or where live money would go to another address."""
    found: list[CheckMessage] = []
    mode = "live" if settings.STRIPE_LIVEMODE else "test"
    kind, _, rest = settings.STRIPE_API_KEY.partition("_")
    if settings.STRIPE_API_KEY and (kind not in {"sk", "rk"} or not rest.startswith(f"{mode}_")):
        found.append(
            Error(
                f"STRIPE_API_KEY is not a {mode} key.",
                hint="Its beginning (sk_live_, rk_live_, sk_test_, rk_test_) must agree with STRIPE_LIVEMODE.",
                id="payments.E001",
            )
        )
    if settings.STRIPE_LIVEMODE and settings.STRIPE_API_BASE.rstrip("/") != STRIPE:
        found.append(
            Error(
                "STRIPE_API_BASE is not Stripe's while STRIPE_LIVEMODE is on.",
                hint=f"Remove STRIPE_API_BASE ({STRIPE} is the default), or set STRIPE_LIVEMODE=false.",
                id="payments.E002",
            )
        )
    if any(not secret.startswith("whsec_") for secret in settings.STRIPE_WEBHOOK_SECRETS):
        found.append(
            Error(
                "A value of STRIPE_WEBHOOK_SECRETS does not begin with whsec_.",
                hint="Copy the endpoint's signing secret; several are separated by commas.",
                id="payments.E003",
            )
        )
    return found


@register(Tags.security, deploy=True)
def stripe_settings_are_complete(
    app_configs: Sequence[AppConfig] | None, **options: Any
) -> list[CheckMessage]:
    """Ask for what only a running newspaper needs: an empty installation migrates without."""
    wanted = {
        "payments.E004": ("STRIPE_API_KEY", settings.STRIPE_API_KEY),
        "payments.E005": ("STRIPE_WEBHOOK_SECRETS", settings.STRIPE_WEBHOOK_SECRETS),
    }
    return [
        Error(f"{name} is empty.", hint="manage.py setup_newspaper says where to find it.", id=id_)
        for id_, (name, value) in wanted.items()
        if not value
    ]


# Under --deploy only: migrate runs the other checks first, and must not be refused by what it is about to repair.
@register(Tags.database, deploy=True)
def books_are_guarded(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **options: Any
) -> list[CheckMessage]:
    """Fail when a trigger that keeps the books is not there."""
    return [
        Error(
            f"Triggers are missing from the database {alias}: {', '.join(names)}.",
            hint="Run manage.py migrate: it installs them.",
            id="payments.E006",
        )
        for alias in databases or ()
        if (names := missing(alias))
    ]
