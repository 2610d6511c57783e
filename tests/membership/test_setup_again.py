"""A set-up that is run again with other answers: nothing is changed, and that is said."""

from pathlib import Path

import pytest
from pytest_django import Settings

from membership.models import User
from payments.models import CampaignCurrency, LegalEntity, SuggestedAmount
from tests.membership.setting_up import run
from tests.sandbox.client import SandboxAccount

pytestmark = pytest.mark.django_db


@pytest.fixture
def newspaper(setup_answers: Path, setup_account: SandboxAccount, settings: Settings) -> str:
    """What the first run said."""
    said = run(file=setup_answers)
    settings.STRIPE_WEBHOOK_SECRETS = [said.partition("SECRETS=")[2].split()[0]]
    return said


def test_answers_that_differ_are_named_and_change_nothing(
    newspaper: str, setup_answers: Path
) -> None:
    said = run(file=setup_answers, trading_name="The Other Courier", minimum="2", monthly="7, 8")

    assert "--trading-name, --minimum, --monthly differ from what is there" in said
    assert "change it in the administration" in said
    assert LegalEntity.objects.get().trading_name == "The Harbour Courier"
    assert CampaignCurrency.objects.get(currency="GBP").minimum == 100


def test_the_same_answers_written_otherwise_do_not_differ(
    newspaper: str, setup_answers: Path
) -> None:
    said = run(
        file=setup_answers,
        currencies="jpy,gbp",
        minimum="1.00",
        once="25.5, 10, 5",
        fee_percent="1.50",
        address="1 Quay Street;Harbourtown ; HT1 1AA",
        country="gb",
        fiscal_year_start="01-01",
    )

    assert "differ" not in said


def test_another_person_is_added_only_when_that_is_meant(
    newspaper: str, setup_answers: Path
) -> None:
    said = run(file=setup_answers, staff_email="second@courier.example")
    assert "second@courier.example was not added" in said
    assert "chief@courier.example is the administrator already" in said
    assert "otpauth" not in said
    assert User.objects.count() == 1

    said = run("--add-staff", file=setup_answers, staff_email="second@courier.example")
    assert "Staff account: second@courier.example signs in" in said
    assert "otpauth" in said
    assert User.objects.filter(groups__name="admin").count() == 2


@pytest.mark.parametrize(
    ("currency", "fee", "amounts"),
    [
        ("JPY", (0, 0), [100, 500, 1000, 2500, 5000]),
        ("KRW", (0, 0), [1000, 5000, 10_000, 25_000, 50_000]),
        ("USD", (290, 30), [100, 500, 1000, 2500, 5000]),
        ("SEK", (0, 0), [1000, 5000, 10_000, 25_000, 50_000]),
    ],
)
def test_amounts_are_usual_ones_in_every_currency(
    currency: str,
    fee: tuple[int, int],
    amounts: list[int],
    setup_account: SandboxAccount,
    settings: Settings,
) -> None:
    settings.DEFAULT_FROM_EMAIL = "The Courier <support@courier.example>"

    run(
        legal_name="Harbour Courier Limited",
        trading_name="The Harbour Courier",
        address="1 Quay Street",
        staff_email="chief@courier.example",
        default_currency=currency,
        currencies=f"GBP, {currency}",
    )

    def asked_in(code: str) -> list[int]:
        once = SuggestedAmount.objects.filter(currency=code, frequency="once")
        smallest = CampaignCurrency.objects.get(currency=code).minimum
        return [smallest, *once.order_by("amount").values_list("amount", flat=True)]

    terms = CampaignCurrency.objects.get(is_default=True)
    assert (terms.currency, (terms.fee_basis_points, terms.fee_fixed)) == (currency, fee)
    assert asked_in(currency) == amounts
    assert asked_in("GBP") == [100, 500, 1000, 2500, 5000]
    assert LegalEntity.objects.get().contact_email == "support@courier.example"


def test_amounts_in_yen_are_typed_in_yen(
    setup_answers: Path, setup_account: SandboxAccount
) -> None:
    run(file=setup_answers, default_currency="JPY", once="600, 1200", minimum="300")

    amounts = SuggestedAmount.objects.filter(frequency="once").order_by("currency", "amount")
    assert list(amounts.values_list("currency", "amount")) == [
        ("GBP", 600),
        ("GBP", 1200),
        ("JPY", 600),
        ("JPY", 1200),
    ]


def test_usual_amounts_outside_the_limits_are_not_suggested(
    setup_answers: Path, setup_account: SandboxAccount
) -> None:
    run(file=setup_answers, currencies="GBP", minimum="5", maximum="60", once="5")

    amounts = SuggestedAmount.objects.order_by("amount")
    assert list(amounts.filter(frequency="monthly").values_list("amount", flat=True)) == [
        500,
        1000,
        2000,
    ]
    assert list(amounts.filter(frequency="yearly").values_list("amount", flat=True)) == [5000]
