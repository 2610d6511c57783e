"""Thank-you and cancelled: what a payer reads on the way back, and what nobody else does."""

import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from membership.checkout_pages.browser import Browser
from membership.models import ConsentRecord, SupporterState
from membership.prompts.attribution import read_attribution
from membership.supporters.queries import reader_for
from payments.models import Campaign, Checkout, CheckoutStatus, Payment, PaymentStatus
from tests.factories import CheckoutFactory, DonationFactory, PaymentFactory
from tests.membership.browsers import is_quiet, request_of
from tests.membership.donation_page import form_values

pytestmark = pytest.mark.django_db

TOKEN = "T" * 43
PRIVATE = ("reader@example.org", "£10", "HARBOUR COURIER")


@pytest.fixture
def payer(client: Client) -> Client:
    """The browser that made the checkout."""
    client.cookies["giving"] = TOKEN
    return client


@pytest.fixture
def checkout(campaign: Campaign) -> Checkout:
    return CheckoutFactory.create(
        campaign=campaign,
        customer__email="reader@example.org",
        name="A Reader",
        browser_session=Browser(TOKEN).session,
        url="https://checkout.example/c/pay",
        expires_at=timezone.now() + timedelta(minutes=30),
        attribution={"prompt": "in-article"},
    )


def test_the_page_confirms_until_the_money_is_booked(payer: Client, checkout: Checkout) -> None:
    page = payer.get(_thanks(checkout)).content.decode()
    assert "Confirming your gift" in page
    assert f'href="{_thanks(checkout)}"' in page
    assert _state(payer, checkout) == "confirming"


def test_visiting_the_page_proves_nothing(payer: Client, checkout: Checkout) -> None:
    payer.get(_thanks(checkout))
    assert is_quiet(payer.cookies["status-twin"].value)
    found = reader_for(request_of(token=payer.cookies["status"].value))
    assert found.status.state == SupporterState.ANONYMOUS


def test_another_browser_is_told_nothing_by_the_page(client: Client, checkout: Checkout) -> None:
    client.get(_thanks(checkout))
    assert not [name for name in client.cookies if "status" in name]


def test_a_settled_payment_is_thanked_for_with_its_details(
    payer: Client, checkout: Checkout
) -> None:
    _pay(checkout)
    page = payer.get(_thanks(checkout)).content.decode()
    assert "<h1>Thank you</h1>" in page
    for words in PRIVATE:
        assert words in page
    assert "?next=%2Fsupport%2F" in page
    assert payer.cookies["status"].value
    assert _state(payer, checkout) == "settled"


ARTICLE = "https://articles.example.org/harbour-lights"


@pytest.mark.parametrize("status", [None, *PaymentStatus])
@pytest.mark.parametrize("back", [ARTICLE, "/news/uk/harbour-lights/"])
def test_the_way_back_to_the_article_is_on_every_page(
    payer: Client, checkout: Checkout, back: str, status: PaymentStatus | None
) -> None:
    Checkout.objects.update(attribution={"return": back})
    if status:
        _pay(checkout, status=status)
    assert f'href="{back}"' in payer.get(_thanks(checkout)).content.decode()
    assert f'href="{back}"' in payer.get(_cancelled(checkout), follow=True).content.decode()


@pytest.mark.parametrize(
    "back",
    [
        "https://evil.example/harbour-lights",
        "//evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "https://articles.example.org.evil.example/",
        "https://articles.example.org@evil.example/",
    ],
)
def test_no_page_leads_to_a_stranger(payer: Client, checkout: Checkout, back: str) -> None:
    Checkout.objects.update(attribution={"return": back})
    _pay(checkout)
    assert "what you were reading" not in payer.get(_thanks(checkout)).content.decode()
    code = form_values(payer.get("/donate/support/", {"return": back}))["code"]
    assert "return" not in read_attribution(code)


def test_nobody_else_learns_what_the_payer_read(client: Client, checkout: Checkout) -> None:
    Checkout.objects.update(attribution={"return": ARTICLE})
    assert ARTICLE not in client.get(_thanks(checkout)).content.decode()
    assert ARTICLE not in client.get(_cancelled(checkout)).content.decode()


def test_a_link_of_the_newspaper_carries_its_page_into_the_code(
    client: Client, campaign: Campaign
) -> None:
    values = form_values(client.get("/donate/support/", {"return": ARTICLE}))
    assert read_attribution(values["code"]) == {"return": ARTICLE}


def test_reloading_changes_nothing(payer: Client, checkout: Checkout) -> None:
    _pay(checkout)
    first = payer.get(_thanks(checkout)).content
    assert payer.get(_thanks(checkout)).content == first
    assert Payment.objects.count() == 1


def test_the_words_on_the_bank_statement_are_the_charges_own(
    payer: Client, checkout: Checkout
) -> None:
    _pay(checkout, statement_descriptor="COURIER* GIFT")
    assert "COURIER* GIFT" in payer.get(_thanks(checkout)).content.decode()


def test_another_browser_is_thanked_without_details_and_without_status(
    client: Client, checkout: Checkout
) -> None:
    _pay(checkout)
    page = client.get(_thanks(checkout)).content.decode()
    assert "<h1>Thank you</h1>" in page
    for words in (*PRIVATE, "A Reader"):
        assert words not in page
    assert not [name for name in client.cookies if "status" in name]


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (PaymentStatus.CREATED, "Confirming your gift"),
        (PaymentStatus.REQUIRES_ACTION, "Confirming your gift"),
        (PaymentStatus.PROCESSING, "Your gift is on its way"),
        (PaymentStatus.FAILED, "The payment did not go through"),
        (PaymentStatus.CANCELED, "The payment did not go through"),
        (PaymentStatus.PARTIALLY_REFUNDED, "Thank you"),
        (PaymentStatus.REFUNDED, "Thank you"),
    ],
)
def test_every_state_of_a_payment_has_its_words(
    payer: Client, checkout: Checkout, status: PaymentStatus, words: str
) -> None:
    _pay(checkout, status=status)
    assert f"<h1>{words}</h1>" in payer.get(_thanks(checkout)).content.decode()


@pytest.mark.parametrize("status", ["expired", "superseded", "refused"])
def test_a_checkout_that_ended_unpaid_leads_back_to_the_form(
    payer: Client, checkout: Checkout, status: str
) -> None:
    Checkout.objects.update(status=status)
    page = payer.get(_thanks(checkout)).content.decode()
    assert "Nothing was charged" in page
    assert f"/donate/support/?resume={checkout.reference}" in page


def test_addresses_hold_nothing_personal_and_nothing_that_can_be_guessed(
    client: Client, checkout: Checkout
) -> None:
    assert _thanks(checkout) == f"/donate/support/thank-you/{checkout.reference}/"
    for name in ("thank-you", "cancelled"):
        assert client.get(f"/donate/support/{name}/{uuid.uuid4()}/").status_code == 404
        assert client.get(f"/donate/other/{name}/{checkout.reference}/").status_code == 404


def test_a_reader_who_turned_back_goes_on_or_changes_the_gift(
    payer: Client, checkout: Checkout
) -> None:
    page = payer.get(_cancelled(checkout)).content.decode()
    assert "<h1>Nothing was charged</h1>" in page
    assert f'href="{checkout.url}"' in page
    assert f"/donate/support/?resume={checkout.reference}" in page


def test_the_form_comes_back_as_it_was_sent(payer: Client, checkout: Checkout) -> None:
    Checkout.objects.update(amount=1234, fee_cover=40, currency="USD", frequency="yearly")
    _consent(checkout)
    values = form_values(payer.get(f"/donate/support/?resume={checkout.reference}"))
    assert (values["frequency"], values["currency"]) == ("yearly", "USD")
    assert (values["amount_yearly"], values["other_amount"]) == ("other", "12.34")
    assert (values["email"], values["name"]) == ("reader@example.org", "A Reader")
    assert values["cover_fee"] == "on"
    assert values["consent_news"] == "on"
    assert "consent_appeals" not in values
    assert values["code"]


def test_another_browser_gets_the_amount_back_but_nobodys_name(
    client: Client, checkout: Checkout
) -> None:
    page = client.get(_cancelled(checkout)).content.decode()
    assert checkout.url not in page
    assert "/donate/support/?frequency=once&amp;currency=GBP&amp;amount=10.00" in page
    values = form_values(client.get(f"/donate/support/?resume={checkout.reference}"))
    assert (values["email"], values["name"]) == ("", "")


def test_an_expired_page_says_so_and_is_not_offered_again(
    payer: Client, checkout: Checkout
) -> None:
    Checkout.objects.update(status=CheckoutStatus.EXPIRED)
    page = payer.get(_cancelled(checkout)).content.decode()
    assert "closed itself" in page
    assert checkout.url not in page


def test_turning_back_after_paying_leads_to_the_thanks(payer: Client, checkout: Checkout) -> None:
    _pay(checkout)
    response = payer.get(_cancelled(checkout))
    assert (response.status_code, response["Location"]) == (303, _thanks(checkout))


@pytest.mark.parametrize("reference", ["nonsense", "", "00000000-0000-4000-8000-000000000000"])
def test_a_resume_link_that_leads_nowhere_shows_the_usual_form(
    client: Client, campaign: Campaign, reference: str
) -> None:
    values = form_values(client.get("/donate/support/", {"resume": reference}))
    assert values["amount_monthly"] == "500"


def test_what_is_private_is_kept_by_no_cache(payer: Client, checkout: Checkout) -> None:
    assert "no-store" in payer.get(_thanks(checkout))["Cache-Control"]
    assert "no-store" in payer.get(_cancelled(checkout))["Cache-Control"]


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_the_way_back_only_reads(payer: Client, checkout: Checkout, method: str) -> None:
    for url in (_thanks(checkout), _cancelled(checkout), f"{_thanks(checkout)}state/"):
        assert getattr(payer, method)(url).status_code == 405


def _pay(checkout: Checkout, **fields: object) -> Payment:
    donation = DonationFactory.create(
        campaign=checkout.campaign, checkout=checkout, customer=checkout.customer
    )
    return PaymentFactory.create(donation=donation, **fields)


def _consent(checkout: Checkout) -> None:
    ConsentRecord.objects.create(
        checkout=checkout,
        purpose="news",
        granted=True,
        text="Yes",
        text_version="1",
        source="test",
        recorded_at=timezone.now(),
    )


def _thanks(checkout: Checkout) -> str:
    return f"/donate/support/thank-you/{checkout.reference}/"


def _cancelled(checkout: Checkout) -> str:
    return f"/donate/support/cancelled/{checkout.reference}/"


def _state(client: Client, checkout: Checkout) -> str:
    return str(client.get(f"{_thanks(checkout)}state/").json()["state"])
