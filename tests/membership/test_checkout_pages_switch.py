"""The currency switch without JavaScript: another currency, and everything else as it was."""

import pytest
from django.http import HttpResponse
from django.test import Client

from membership.prompts.attribution import sign_attribution
from payments.models import Campaign, Checkout, SuggestedAmount
from tests.membership.donation_page import URL, form_values, other

pytestmark = pytest.mark.django_db


def switch(client: Client, wanted: str, /, **changes: str) -> HttpResponse:
    """Open the page, change what a reader changes, and press a currency."""
    values = form_values(client.get(URL)) | changes
    return client.post(URL, values | {"switch_currency": wanted})


def test_what_the_reader_entered_stays_and_nothing_is_judged_yet(
    client: Client, campaign: Campaign
) -> None:
    entered = {
        "email": "reader@",
        "name": "A Reader",
        "cover_fee": "on",
        "consent_news": "on",
        "code": sign_attribution({"prompt": "ask"}),
        **other("7.25"),
    }
    response = switch(client, "USD", **entered)
    assert response.status_code == 200
    assert b"error-summary" not in response.content
    values = form_values(response)
    assert values.pop("currency") == "USD"
    del entered["currency"]
    assert {name: values[name] for name in entered} == entered
    assert "consent_appeals" not in values
    assert not Checkout.objects.exists()


def test_the_second_suggestion_stays_the_second(client: Client, campaign: Campaign) -> None:
    response = switch(client, "USD", frequency="once", amount_once="1000", amount_yearly="20000")
    dollars = [
        list(
            SuggestedAmount.objects.filter(currency="USD", frequency=frequency)
            .order_by("amount")
            .values_list("amount", flat=True)
        )
        for frequency in ("once", "yearly")
    ]
    values = form_values(response)
    assert values["amount_once"] == str(dollars[0][1])
    assert values["amount_yearly"] == str(dollars[1][2])


@pytest.mark.parametrize("currency", ["XXX", "", "\0"])
def test_a_currency_that_is_not_taken_changes_nothing(
    client: Client, campaign: Campaign, currency: str
) -> None:
    values = form_values(switch(client, currency, frequency="once", currency="nonsense"))
    assert (values["currency"], values["frequency"]) == ("GBP", "once")


def test_nothing_of_it_is_in_an_address(client: Client, campaign: Campaign) -> None:
    page = switch(client, "USD", email="reader@example.org", name="A Reader").content.decode()
    assert 'formaction="/donate/support/#amount"' in page
    assert "?email" not in page
    assert "reader%40" not in page


def test_enter_in_a_field_gives_and_does_not_switch(client: Client, campaign: Campaign) -> None:
    page = client.get(URL).content.decode()
    form = page[page.index("data-checkout") :]
    first = form[form.index("<button") : form.index("</button>")]
    assert "switch_currency" not in first
    assert 'type="submit"' in first
