"""The donation page as it is shown: what it offers, how links fill it, and when it is not there."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from membership.models import Supporter, User
from membership.prompts.attribution import read_attribution, sign_attribution
from payments.models import Campaign, SuggestedAmount
from tests.factories import SupporterFactory, UserFactory
from tests.membership.donation_page import URL, form_values

pytestmark = pytest.mark.django_db


def test_the_page_offers_what_the_campaign_offers(client: Client, campaign: Campaign) -> None:
    page = client.get(URL).content.decode()
    for words in (campaign.title, campaign.standfirst, "Once", "Monthly", "Yearly", "£25", "£200"):
        assert words in page


def test_nothing_that_costs_or_consents_is_ticked_at_first(
    client: Client, campaign: Campaign
) -> None:
    values = form_values(client.get(URL))
    assert values["frequency"] == "monthly"
    assert values["amount_monthly"] == "500"
    assert not {"cover_fee", "consent_news", "consent_appeals"} & values.keys()


def test_the_legal_sentence_and_the_terms_of_recurring_gifts_are_on_the_page(
    client: Client, campaign: Campaign
) -> None:
    page = client.get(URL).content.decode()
    assert campaign.entity.legal_sentence in page
    assert campaign.entity.mandate_terms in page


def test_a_campaign_without_recurring_gifts_shows_no_mandate(
    client: Client, campaign: Campaign
) -> None:
    Campaign.objects.update(allows_monthly=False, allows_yearly=False)
    response = client.get(URL)
    assert campaign.entity.mandate_terms not in response.content.decode()
    assert form_values(response)["frequency"] == "once"


def test_a_frequency_without_suggestions_asks_for_an_own_amount(
    client: Client, campaign: Campaign
) -> None:
    SuggestedAmount.objects.filter(frequency="monthly").delete()
    assert form_values(client.get(URL))["amount_monthly"] == "other"


def test_the_page_costs_a_guest_three_queries(
    client: Client, campaign: Campaign, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(3):
        client.get(URL)


def test_a_rush_of_guests_costs_no_query_and_each_gets_a_form_of_their_own(
    client: Client, campaign: Campaign, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.get(URL)
    code = sign_attribution({"prompt": "in-article"})
    with django_assert_num_queries(0):
        first = form_values(Client().get(URL))
        second = form_values(Client().get(f"{URL}?code={code}"))
    assert first["csrfmiddlewaretoken"] != second["csrfmiddlewaretoken"]
    assert (first["code"], second["code"]) == ("", code)


def test_a_signed_in_reader_never_gets_the_page_of_a_guest(
    client: Client, campaign: Campaign
) -> None:
    Client().get(URL)
    client.force_login(_supporter("reader@example.org"))
    assert form_values(client.get(URL))["email"] == "reader@example.org"
    assert form_values(Client().get(URL))["email"] == ""


def test_a_campaign_closes_on_time_although_its_page_is_kept(
    client: Client, campaign: Campaign
) -> None:
    Campaign.objects.update(closes_at=timezone.now() + timedelta(hours=1))
    assert client.get(URL).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        assert client.get(URL).status_code == 410


def test_an_editors_change_shows_within_seconds(
    client: Client, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.get(URL)
    Campaign.objects.update(title="A new title")
    assert "A new title" not in client.get(URL).content.decode()
    monkeypatch.setattr("membership.checkout_pages.kept.SECONDS", 0.0)
    assert "A new title" in client.get(URL).content.decode()


def test_the_page_costs_a_signed_in_supporter_six_queries(
    client: Client, campaign: Campaign, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(_supporter("reader@example.org"))
    with django_assert_num_queries(6):
        values = form_values(client.get(URL))
    assert (values["email"], values["name"]) == ("reader@example.org", "A Reader")


def test_an_email_that_is_not_proven_is_not_filled_in(client: Client, campaign: Campaign) -> None:
    client.force_login(_supporter("reader@example.org"))
    Supporter.objects.update(email_verified_at=None)
    assert form_values(client.get(URL))["email"] == ""


def test_a_link_fills_in_amount_currency_and_frequency(client: Client, campaign: Campaign) -> None:
    values = form_values(client.get(f"{URL}?amount=15&currency=usd&frequency=once"))
    assert (values["currency"], values["frequency"]) == ("USD", "once")
    assert (values["amount_once"], values["other_amount"]) == ("1500", "")


@pytest.mark.parametrize("amount", [99, 1_000_001])
def test_a_suggestion_that_the_limits_refuse_is_never_shown(
    client: Client, campaign: Campaign, amount: int
) -> None:
    SuggestedAmount.objects.filter(frequency="monthly", currency="GBP", is_default=True).update(
        is_default=False
    )
    SuggestedAmount.objects.create(
        campaign=campaign, currency="GBP", frequency="monthly", amount=amount, is_default=True
    )
    response = client.get(URL)
    assert f'value="{amount}"' not in response.content.decode()
    assert form_values(response)["amount_monthly"] == "300"


def test_a_link_for_another_amount_has_its_field_ready(client: Client, campaign: Campaign) -> None:
    response = client.get(f"{URL}?amount=other&frequency=monthly")
    values = form_values(response)
    assert (values["amount_monthly"], values["amount_once"]) == ("other", "other")
    assert "autofocus" in response.content.decode()
    assert "could not be used" not in response.content.decode()
    assert "autofocus" not in client.get(URL).content.decode()


def test_a_link_with_an_unusual_amount_writes_it_as_an_own_amount(
    client: Client, campaign: Campaign
) -> None:
    values = form_values(client.get(f"{URL}?amount=7.25&frequency=once"))
    assert (values["amount_once"], values["other_amount"]) == ("other", "7.25")


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("amount=abc", "The link&#x27;s amount could not be used. Enter the amount in figures"),
        ("amount=0.5", "The smallest gift that we can take is £1."),
        ("amount=" + "9" * 4000, "The link&#x27;s amount could not be used."),
        ("currency=XXX", "The link asked for a currency that we do not take here."),
        ("frequency=daily", "The link asked for a frequency that we do not offer here."),
    ],
)
def test_a_link_that_cannot_be_followed_says_so_and_shows_the_usual_choices(
    client: Client, campaign: Campaign, query: str, words: str
) -> None:
    response = client.get(f"{URL}?{query}")
    assert response.status_code == 200
    assert words in response.content.decode()
    values = form_values(response)
    assert (values["currency"], values["amount_monthly"]) == ("GBP", "500")


@pytest.mark.parametrize(
    ("languages", "currency"),
    [
        ("en-GB,en;q=0.9", "GBP"),
        ("en-US,en;q=0.9", "USD"),
        ("de", "EUR"),
        ("de;q=0.5,en-US;q=0.9", "USD"),
        ("ja", "JPY"),
        ("en", "GBP"),
        ("zh-Hant-HK", "GBP"),
        ("", "GBP"),
        ("nonsense;;q=x,*", "GBP"),
    ],
)
def test_the_first_currency_follows_the_language(
    client: Client, campaign: Campaign, languages: str, currency: str
) -> None:
    response = client.get(URL, headers={"Accept-Language": languages})
    assert form_values(response)["currency"] == currency


@pytest.mark.parametrize(
    ("country", "currency"), [("US", "USD"), ("fr", "EUR"), ("XX", "JPY"), ("NZ", "GBP")]
)
def test_the_country_that_our_cdn_saw_outweighs_the_language(
    client: Client, campaign: Campaign, settings: Settings, country: str, currency: str
) -> None:
    settings.COUNTRY_HEADER = "CF-IPCountry"
    headers = {"Accept-Language": "ja", "CF-IPCountry": country}
    assert form_values(client.get(URL, headers=headers))["currency"] == currency


def test_a_country_header_that_no_setting_names_is_not_read(
    client: Client, campaign: Campaign
) -> None:
    response = client.get(URL, headers={"CF-IPCountry": "US"})
    assert form_values(response)["currency"] == "GBP"


def test_where_the_reader_came_from_is_signed_into_the_form(
    client: Client, campaign: Campaign
) -> None:
    code = sign_attribution({"prompt": "in-article"})
    response = client.get(f"{URL}?code={code}&utm_source=newsletter&utm_evil=x")
    carried = read_attribution(form_values(response)["code"])
    assert carried == {"prompt": "in-article", "utm_source": "newsletter"}


def test_the_page_is_never_kept_by_shared_caches(client: Client, campaign: Campaign) -> None:
    assert "private" in client.get(URL)["Cache-Control"]


def test_the_browser_keeps_its_name_in_a_cookie_that_no_script_reads(
    client: Client, campaign: Campaign
) -> None:
    client.get(URL)
    cookie = client.cookies["giving"]
    first = cookie.value
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    client.get(URL)
    assert client.cookies["giving"].value == first


def _supporter(email: str) -> User:
    user = UserFactory.create(email=email)
    SupporterFactory.create(
        user=user, email=email, name="A Reader", email_verified_at=timezone.now()
    )
    return user
