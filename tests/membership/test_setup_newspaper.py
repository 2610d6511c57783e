"""From an empty database to a first live campaign, as often as one likes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from pytest_django import Settings

from membership.models import User
from membership.setup.gathering import complete
from payments.models import (
    Campaign,
    CampaignCurrency,
    CampaignStatus,
    EntityKind,
    Fund,
    LegalEntity,
    SuggestedAmount,
)
from payments.webhooks.handlers import HANDLERS
from tests.membership.setting_up import run
from tests.sandbox.client import SandboxAccount
from tests.second_factor import app_code

pytestmark = pytest.mark.django_db


def _rows() -> list[Any]:
    models = (LegalEntity, Fund, Campaign, CampaignCurrency, SuggestedAmount, User, Authenticator)
    return [list(model._default_manager.order_by("pk").values_list()) for model in models]


def test_one_run_makes_a_newspaper_that_takes_gifts(
    setup_answers: Path, setup_account: SandboxAccount, client: Client
) -> None:
    # The secret is not in the settings yet, which only the operator can do.
    out = run(file=setup_answers)

    entity = LegalEntity.objects.get()
    assert (entity.slug, entity.kind) == ("the-harbour-courier", EntityKind.COMPANY)
    assert entity.address == "1 Quay Street\nHarbourtown\nHT1 1AA"
    assert (entity.statement_descriptor, entity.receipt_prefix) == ("THE HARBOUR COURIER", "THC")
    assert "not a charitable donation" in entity.legal_sentence
    campaign = Campaign.objects.get()
    assert (campaign.status, campaign.fund.entity) == (CampaignStatus.OPEN, entity)
    pounds, yen = CampaignCurrency.objects.order_by("currency")
    assert (pounds.minimum, pounds.maximum, pounds.fee_basis_points) == (100, 1_000_000, 150)
    assert (pounds.fee_fixed, yen.minimum, yen.maximum) == (20, 100, 1_000_000)
    # Stripe's rate in yen is not known, so the page does not offer to cover it.
    assert (yen.fee_basis_points, yen.fee_fixed) == (0, 0)
    assert "Readers cannot cover the fee in JPY" in out
    suggested = SuggestedAmount.objects.filter(frequency="once").values_list("currency", "amount")
    assert set(suggested) == {
        ("GBP", 500),
        ("GBP", 1000),
        ("GBP", 2550),
        ("JPY", 500),
        ("JPY", 1000),
        ("JPY", 2550),
    }
    assert "9 are published for /donate/support/" in out
    assert client.get("/prompts/pointer.json").json()["bundle"] is not None
    assert "Readers give at https://support.courier.example/donate/support/" in out
    page = client.get("/donate/support/", {"currency": "GBP"}, secure=True)
    assert "cover the payment fee of 1.5%" in page.content.decode()
    page = client.get("/donate/support/", {"currency": "JPY"}, secure=True)
    assert "payment fee" not in page.content.decode()


def test_the_endpoint_hears_everything_that_is_handled(
    setup_answers: Path, setup_account: SandboxAccount
) -> None:
    out = run(file=setup_answers)

    secret = out.partition("STRIPE_WEBHOOK_SECRETS=")[2].split()[0]
    assert secret.startswith("whsec_")
    (endpoint,) = _endpoints(setup_account)
    assert set(endpoint["enabled_events"]) == set(HANDLERS)


def _endpoints(account: SandboxAccount) -> list[dict[str, Any]]:
    from payments.gateway.endpoints import list_endpoints

    return [
        {"id": found.id, "enabled_events": found.types, "secret": found.secret}
        for found in list_endpoints()
        if found.url == "https://support.courier.example/webhooks/stripe/"
    ]


def test_the_first_member_of_staff_signs_in_with_what_was_printed(
    setup_answers: Path, setup_account: SandboxAccount
) -> None:
    out = run(file=setup_answers)

    user = User.objects.get()
    assert (user.email, user.is_staff, user.is_superuser) == ("chief@courier.example", True, False)
    assert set(user.groups.values_list("name", flat=True)) == {"admin", "editor", "finance lead"}
    key = out.partition("Key:")[2].split()[0]
    factors = Authenticator.objects.filter(user=user)
    app = factors.get(type=Authenticator.Type.TOTP).wrap()
    assert app.validate_code(app_code(key))
    code = out.partition("Recovery codes:")[2].split()[0]
    assert factors.get(type=Authenticator.Type.RECOVERY_CODES).wrap().validate_code(code)
    assert "otpauth://totp/" in out


def test_a_second_run_changes_nothing_and_tells_no_secret(
    setup_answers: Path, setup_account: SandboxAccount, settings: Settings
) -> None:
    settings.STRIPE_WEBHOOK_SECRETS = [run(file=setup_answers).partition("SECRETS=")[2].split()[0]]
    rows, endpoints = _rows(), _endpoints(setup_account)

    for options in ({"file": setup_answers}, {}):
        out = run(**options)
        assert "made" not in out
        assert "failed" not in out
        for secret in ("whsec_", "otpauth", "Recovery"):
            assert secret not in out

    assert _rows() == rows
    assert _endpoints(setup_account) == endpoints


def test_what_editors_changed_since_stays(
    setup_answers: Path, setup_account: SandboxAccount, settings: Settings
) -> None:
    settings.STRIPE_WEBHOOK_SECRETS = [run(file=setup_answers).partition("SECRETS=")[2].split()[0]]
    LegalEntity.objects.update(trading_name="The Courier")
    Campaign.objects.update(slug="give", title="Give")
    rows = _rows()

    run(file=setup_answers)

    assert _rows() == rows


def test_flags_stand_above_the_environment_and_that_above_the_file(
    setup_answers: Path, setup_account: SandboxAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SETUP_TIME_ZONE", "Europe/Paris")
    monkeypatch.setenv("SETUP_CONTACT_EMAIL", "environment@courier.example")
    monkeypatch.setenv("SETUP_STATEMENT_DESCRIPTOR", "The Harbour Courier")

    run("--contact-email=flag@courier.example", file=setup_answers)

    entity = LegalEntity.objects.get()
    assert entity.time_zone == "Europe/Paris"
    assert entity.contact_email == "flag@courier.example"


def test_an_endpoint_that_lacks_types_is_completed(
    setup_answers: Path, setup_account: SandboxAccount, settings: Settings
) -> None:
    from payments.gateway.endpoints import create_endpoint

    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_known"]
    create_endpoint("https://support.courier.example/webhooks/stripe/", types=["charge.updated"])

    out = run(file=setup_answers)

    assert "now sends all that are handled" in out
    assert set(_endpoints(setup_account)[0]["enabled_events"]) >= set(HANDLERS)


def test_prompts_offer_what_follows_from_earlier_answers() -> None:
    asked: list[str] = []
    typed: Callable[[str], str] = {
        "Legal name, as registered: ": "Harbour Courier Limited",
        "Postal address, lines separated by semicolons: ": "1 Quay Street",
        "Email of the first member of staff: ": "chief@courier.example",
    }.get  # type: ignore[assignment]

    def prompt(words: str) -> str:
        asked.append(words)
        return typed(words) or ""

    answers = complete({"kind": "company"}, prompt)

    assert "The newspaper's name [Harbour Courier Limited]: " in asked
    assert answers["trading_name"] == "Harbour Courier Limited"
    assert answers["receipt_prefix"] == "HCL"
    assert not any("Kind" in words for words in asked)
    assert len(asked) == 15
