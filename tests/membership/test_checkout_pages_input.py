"""Everything a reader may type into the donation page, right and wrong: a clear message, and nothing lost."""

import html

import pytest
from django.test import Client

from membership.models import ConsentRecord
from payments.models import Campaign, Checkout
from tests.membership.donation_page import URL, form_values, other, post_gift
from tests.sandbox.client import SandboxAccount

pytestmark = pytest.mark.django_db

LARGEST = (
    "The largest gift that we can take online is £10,000. To give more, please write to "
    "support@courier.example."
)
FIGURES = "Enter the amount in figures, for instance 10 or 7.50."
UNREACHABLE = (
    "Our mail does not reach addresses with letters such as ü or é. Please give another address, in "
    "the letters a to z."
)

BAD_AMOUNTS = [
    ("", "Enter an amount."),
    ("   ", "Enter an amount."),
    ("0", "Enter an amount above zero."),
    ("0.00", "Enter an amount above zero."),
    ("-5", "Enter an amount above zero."),
    ("−5", "Enter an amount above zero."),
    ("0.99", "The smallest gift that we can take is £1."),
    ("10000.01", LARGEST),
    ("1e30", FIGURES),
    ("1" + "0" * 30, LARGEST),
    ("5.001", "Use at most 2 decimals, for instance 7.50."),
    ("ten", FIGURES),
    ("5 or 6", FIGURES),
    ("1.2.3", FIGURES),
    ("NaN", FIGURES),
    ("Infinity", FIGURES),
    ("0x10", FIGURES),
    ("½", FIGURES),
    ("$5", "Enter the amount in GBP, or choose another currency below."),
    ("9" * 45, LARGEST),
    ("9" * 201, FIGURES),
    ("7\0", FIGURES),
]


@pytest.mark.parametrize(("typed", "sentence"), BAD_AMOUNTS)
def test_an_amount_that_cannot_be_taken_is_explained_beside_its_field(
    client: Client, campaign: Campaign, typed: str, sentence: str
) -> None:
    response = post_gift(client, **other(typed), name="A Reader", consent_news="on")
    page = html.unescape(response.content.decode())
    assert response.status_code == 422
    assert f'<a href="#other_amount">{sentence}</a>' in page
    assert f'id="other_amount-error">{sentence}</p>' in page
    assert not Checkout.objects.exists()
    assert not ConsentRecord.objects.exists()
    kept = form_values(response)
    assert kept["other_amount"].strip() == typed.strip()
    assert (kept["frequency"], kept["amount_once"]) == ("once", "other")
    assert (kept["email"], kept["name"]) == ("reader@example.org", "A Reader")
    assert kept["consent_news"] == "on"


@pytest.mark.parametrize(
    ("typed", "currency", "minor"),
    [
        ("5,00", "GBP", 500),
        ("5.00", "GBP", 500),
        (" 5 ", "GBP", 500),
        ("£5", "GBP", 500),
        ("1,000.00", "GBP", 100_000),
        ("1.000,00", "EUR", 100_000),
        ("٥", "GBP", 500),
        ("５．５０", "GBP", 550),
        ("500", "JPY", 500),
        ("999.99", "USD", 99_999),
    ],
)
def test_an_amount_is_read_rightly_however_it_is_written(  # noqa: PLR0917
    client: Client,
    campaign: Campaign,
    sandbox: SandboxAccount,
    typed: str,
    currency: str,
    minor: int,
) -> None:
    response = post_gift(client, f"{URL}?currency={currency}", **other(typed, currency=currency))
    assert response.status_code == 303
    checkout = Checkout.objects.get()
    assert (checkout.amount, checkout.currency, checkout.fee_cover) == (minor, currency, 0)


def test_a_yen_amount_with_decimals_is_refused(client: Client, campaign: Campaign) -> None:
    response = post_gift(client, f"{URL}?currency=JPY", **other("500.50", currency="JPY"))
    assert "Enter a whole amount, without decimals." in response.content.decode()


def test_a_chosen_amount_beside_another_typed_one_is_asked_about(
    client: Client, campaign: Campaign
) -> None:
    response = post_gift(client, frequency="once", amount_once="1000", other_amount="7")
    sentence = "You chose an amount and typed another: keep only the one that you want to give."
    assert f'<a href="#amount">{sentence}</a>' in response.content.decode()


def test_the_same_amount_chosen_and_typed_is_one_amount(
    client: Client, campaign: Campaign, sandbox: SandboxAccount
) -> None:
    post_gift(client, frequency="once", amount_once="1000", other_amount="10.00")
    assert Checkout.objects.get().amount == 1000


def test_amounts_of_the_other_frequencies_do_not_count(
    client: Client, campaign: Campaign, sandbox: SandboxAccount
) -> None:
    post_gift(client, frequency="yearly", amount_yearly="5000", amount_monthly="nonsense")
    checkout = Checkout.objects.get()
    assert (checkout.frequency, checkout.amount) == ("yearly", 5000)


@pytest.mark.parametrize("choice", ["", "1001", "-1000", "1000.0", "drop table"])
def test_a_suggestion_that_the_page_never_made_is_refused(
    client: Client, campaign: Campaign, choice: str
) -> None:
    response = post_gift(client, frequency="once", amount_once=choice)
    assert response.status_code == 422
    assert "Choose an amount, or enter your own." in response.content.decode()


@pytest.mark.parametrize(
    ("changes", "target", "sentence"),
    [
        ({"frequency": ""}, "frequency", "Choose how often you would like to give."),
        ({"frequency": "daily"}, "frequency", "Choose how often you would like to give."),
        ({"currency": "XXX"}, "currency", "Choose one of the currencies that this page takes."),
        ({"currency": "gbp"}, "currency", "Choose one of the currencies that this page takes."),
        ({"email": ""}, "email", "Enter your email address: the receipt goes there."),
        (
            {"email": "reader@"},
            "email",
            "Enter an email address in full, for instance name@example.org.",
        ),
        (
            {"email": "reader@example.org\nBcc: x@example.org"},
            "email",
            "Enter an email address in full, for instance name@example.org.",
        ),
        (
            {"email": "r" * 260 + "@example.org"},
            "email",
            "This email address is too long: use one of at most 254 characters.",
        ),
        ({"name": "n" * 201}, "name", "Shorten the name to 200 characters."),
        ({"name": "A\nReader"}, "name", "Write your name on one line."),
        ({"name": "A\0Reader"}, "name", "Write your name on one line."),
        (
            {"email": "r\0@example.org"},
            "email",
            "Enter an email address in full, for instance name@example.org.",
        ),
        ({"email": "ünï@exämple.org"}, "email", UNREACHABLE),
        ({"email": "reader@exämple.org"}, "email", UNREACHABLE),
    ],
)
def test_every_other_field_explains_itself_too(
    client: Client, campaign: Campaign, changes: dict[str, str], target: str, sentence: str
) -> None:
    response = post_gift(client, **other("7") | changes)
    page = html.unescape(response.content.decode())
    assert response.status_code == 422
    assert f'<a href="#{target}">{sentence}</a>' in page
    assert f'id="{target}"' in page
    assert page.count(sentence) >= 2 or target == "currency"
    assert not Checkout.objects.exists()
    kept = form_values(response)
    for name, value in changes.items():
        if name not in {"frequency", "currency"}:
            assert kept[name].replace("\r", "") == value


def test_a_long_name_in_any_script_is_kept_whole(
    client: Client, campaign: Campaign, sandbox: SandboxAccount
) -> None:
    name = "Žofie Ἀλεξάνδρα 山田 عبد " * 8
    assert post_gift(client, **other("7"), name=name).status_code == 303
    assert Checkout.objects.get().name == name.strip()


def test_what_a_reader_typed_comes_back_escaped(client: Client, campaign: Campaign) -> None:
    response = post_gift(client, **other('"><script>alert(1)</script>'), name="<b>")
    assert b"<script>alert" not in response.content
    assert form_values(response)["other_amount"] == '"><script>alert(1)</script>'


@pytest.mark.parametrize("code", ["x" * 5000, "null\0"])
def test_a_code_that_is_not_ours_never_stands_in_the_way_of_a_gift(
    client: Client, campaign: Campaign, sandbox: SandboxAccount, code: str
) -> None:
    assert post_gift(client, **other("7"), code=code).status_code == 303
    assert Checkout.objects.get().attribution == {}


def test_a_recurring_gift_is_agreed_to_under_the_terms_that_its_page_showed(
    client: Client, campaign: Campaign
) -> None:
    values = form_values(client.get(URL)) | other("10", frequency="monthly")
    entity = campaign.entity
    entity.mandate_terms, entity.mandate_version = "Other terms.", "2027-01"
    entity.save()

    response = client.post(URL, {**values, "email": "reader@example.org"})

    assert response.status_code == 422
    page = response.content.decode()
    assert "The terms of recurring gifts have just changed" in page
    assert "Other terms." in page
    assert not Checkout.objects.exists()
    assert form_values(response)["terms_version"] == "2027-01"
