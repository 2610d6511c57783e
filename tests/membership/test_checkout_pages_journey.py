"""A gift from the donation page to Stripe's hosted page and back, against the sandbox."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from membership.models import ConsentRecord
from membership.prompts.attribution import sign_attribution
from payments.models import Campaign, Checkout, CheckoutStatus, Payment
from tests.factories import SupporterFactory, UserFactory
from tests.membership.donation_page import URL, form_values, other, post_gift
from tests.sandbox.client import Declined, SandboxAccount


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "words"),
    [("?frequency=once&amount=10", "£10"), ("?frequency=monthly&amount=7&currency=USD", "US$7")],
)
def test_a_gift_goes_from_the_page_to_the_thanks(  # noqa: PLR0917
    client: Client,
    campaign: Campaign,
    sandbox: SandboxAccount,
    deliver: Callable[[], int],
    query: str,
    words: str,
) -> None:
    sandbox.configure(statement_descriptor="HARBOUR COURIER")
    response = post_gift(client, f"{URL}{query}")
    assert response.status_code == 303
    back = _path(sandbox.pay(response["Location"]))
    assert "Confirming your gift" in client.get(back).content.decode()
    deliver()
    page = client.get(back).content.decode()
    assert "<h1>Thank you</h1>" in page
    assert words in page
    assert "HARBOUR COURIER" in page
    assert client.cookies["status"].value
    assert Payment.objects.get().status == "succeeded"


@pytest.mark.django_db
def test_the_chosen_fee_cover_is_computed_here_and_charged(
    client: Client, campaign: Campaign, sandbox: SandboxAccount, deliver: Callable[[], int]
) -> None:
    response = post_gift(client, **other("10"), cover_fee="on", fee_cover="1", amount="1")
    sandbox.pay(response["Location"])
    deliver()
    checkout = Checkout.objects.get()
    # 1.5 % of £10.36 and £0.20 are £0.3554: what is left is £10.
    assert (checkout.amount, checkout.fee_cover) == (1000, 36)
    assert Payment.objects.get().amount == 1036


@pytest.mark.django_db
def test_consents_are_kept_word_by_word_and_only_where_ticked(
    client: Client, campaign: Campaign, sandbox: SandboxAccount
) -> None:
    post_gift(client, **other("10"), consent_news="on")
    consent = ConsentRecord.objects.get()
    assert (consent.purpose, consent.granted, consent.supporter) == ("news", True, None)
    assert consent.checkout == Checkout.objects.get()
    assert consent.text.startswith("Yes, email me news")
    assert consent.text_version


@pytest.mark.django_db
def test_where_the_reader_came_from_is_kept_on_the_checkout(
    client: Client, campaign: Campaign, sandbox: SandboxAccount
) -> None:
    code = sign_attribution({"prompt": "in-article", "edition": "uk"})
    post_gift(client, f"{URL}?code={code}&utm_source=newsletter")
    attribution = Checkout.objects.get().attribution
    assert attribution["prompt"] == "in-article"
    assert attribution["utm_source"] == "newsletter"


@pytest.mark.django_db
def test_the_same_form_sent_twice_leads_to_one_hosted_page(
    client: Client, campaign: Campaign, sandbox: SandboxAccount
) -> None:
    first = post_gift(client, **other("10"), consent_news="on")
    second = post_gift(client, **other("10"), consent_news="on")
    assert first["Location"] == second["Location"]
    assert Checkout.objects.count() == 1
    assert ConsentRecord.objects.count() == 1


@pytest.mark.django_db
def test_a_corrected_email_closes_the_first_hosted_page(
    client: Client, campaign: Campaign, sandbox: SandboxAccount
) -> None:
    first = post_gift(client, **other("10"), email="raeder@example.org")
    second = post_gift(client, **other("10"), email="reader@example.org")
    assert first["Location"] != second["Location"]
    with pytest.raises(Declined):
        sandbox.pay(first["Location"])
    sandbox.pay(second["Location"])


@pytest.mark.django_db
def test_two_browsers_with_the_same_choice_are_two_gifts(
    campaign: Campaign, sandbox: SandboxAccount
) -> None:
    for _ in range(2):
        post_gift(Client(), **other("10"))
    assert Checkout.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_double_click_makes_one_checkout(campaign: Campaign, sandbox: SandboxAccount) -> None:
    client = Client()
    values = form_values(client.get(URL)) | {"email": "reader@example.org"}
    cookie = client.cookies["giving"].value
    answers: list[tuple[int, str]] = []
    start = threading.Barrier(4)

    def click() -> None:
        tab = Client()
        tab.cookies["giving"] = cookie
        start.wait()
        try:
            response = tab.post(URL, values)
            answers.append((response.status_code, response.headers.get("Location", "")))
        finally:
            connection.close()

    threads = [threading.Thread(target=click) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Checkout.objects.count() == 1
    assert {status for status, _ in answers} <= {303, 503}
    assert {url for status, url in answers if status == 303} == {Checkout.objects.get().url}


@pytest.mark.django_db
def test_stripe_being_down_is_said_kindly_and_loses_nothing(
    client: Client, campaign: Campaign, sandbox: SandboxAccount
) -> None:
    sandbox.fail_next(3, status=500)
    response = post_gift(client, **other("12.34"), name="A Reader", consent_news="on")
    assert response.status_code == 503
    assert response["Retry-After"]
    assert "Nothing was charged" in response.content.decode()
    kept = form_values(response)
    assert (kept["other_amount"], kept["name"], kept["consent_news"]) == ("12.34", "A Reader", "on")
    assert client.post(URL, kept).status_code == 303
    assert Checkout.objects.count() == 1


@pytest.mark.django_db
def test_what_only_we_can_mend_is_said_kindly_and_logged_as_an_error(
    client: Client, campaign: Campaign, sandbox: SandboxAccount, caplog: pytest.LogCaptureFixture
) -> None:
    sandbox.fail_next(1, status=403, path_contains="checkout/sessions")
    response = post_gift(client, **other("12.34"), name="A Reader", consent_news="on")
    page = response.content.decode()
    assert response.status_code == 503
    assert "The fault is on our side, not yours. Nothing was charged" in page
    kept = form_values(response)
    assert (kept["other_amount"], kept["name"], kept["consent_news"]) == ("12.34", "A Reader", "on")
    (logged,) = [record for record in caplog.records if "payment page" in record.message]
    assert logged.levelname == "ERROR"
    assert "reader@example.org" not in caplog.text
    assert client.post(URL, kept).status_code == 303


@pytest.mark.django_db
def test_a_declined_card_can_be_followed_by_another(
    client: Client, campaign: Campaign, sandbox: SandboxAccount, deliver: Callable[[], int]
) -> None:
    url = post_gift(client, **other("10"))["Location"]
    with pytest.raises(Declined):
        sandbox.pay(url, card="4000000000000002")
    deliver()
    back = f"/donate/support/thank-you/{Checkout.objects.get().reference}/"
    assert "did not go through" in client.get(back).content.decode()
    sandbox.pay(url)
    deliver()
    assert "<h1>Thank you</h1>" in client.get(back).content.decode()


@pytest.mark.django_db
def test_the_gift_of_someone_signed_in_is_theirs(
    client: Client, campaign: Campaign, sandbox: SandboxAccount
) -> None:
    supporter = _sign_in(client, "reader@example.org")
    post_gift(client, **other("10"), email="Reader@Example.org")
    assert Checkout.objects.get().customer.party == supporter


@pytest.mark.django_db
def test_someone_signed_in_who_types_another_address_gives_as_a_guest(
    client: Client, campaign: Campaign, sandbox: SandboxAccount
) -> None:
    _sign_in(client, "reader@example.org")
    post_gift(client, **other("10"), email="friend@example.org")
    assert Checkout.objects.get().customer.party is None


@pytest.mark.django_db
def test_a_campaign_that_closes_while_the_form_is_open_takes_nothing(
    client: Client, campaign: Campaign
) -> None:
    values = form_values(client.get(URL)) | {"email": "reader@example.org"}
    Campaign.objects.update(closes_at=timezone.now() - timedelta(seconds=1))
    assert client.post(URL, values).status_code == 410
    assert not Checkout.objects.exists()


@pytest.mark.django_db
def test_a_form_from_another_site_is_refused_with_a_page_of_ours(campaign: Campaign) -> None:
    client = Client(enforce_csrf_checks=True)
    values = form_values(client.get(URL)) | {"email": "reader@example.org"}
    response = client.post(URL, values | {"csrfmiddlewaretoken": "x" * 64})
    assert response.status_code == 403
    assert "Please send the form again" in response.content.decode()
    assert not Checkout.objects.exists()


@pytest.mark.django_db
def test_paying_after_the_row_was_completed_leads_to_the_thanks(
    client: Client, campaign: Campaign, sandbox: SandboxAccount, deliver: Callable[[], int]
) -> None:
    """A reader who pays, goes back in the browser and corrects the name must not pay twice."""
    first = post_gift(client, **other("10"))
    sandbox.pay(first["Location"])
    second = post_gift(client, **other("10"), name="A Reader")
    checkout = Checkout.objects.get(status=CheckoutStatus.COMPLETED)
    assert second.status_code == 303
    assert second["Location"] == f"/donate/support/thank-you/{checkout.reference}/"
    deliver()
    assert Payment.objects.count() == 1


def _sign_in(client: Client, email: str) -> object:
    user = UserFactory.create(email=email)
    supporter = SupporterFactory.create(user=user, email=email, email_verified_at=timezone.now())
    client.force_login(user)
    return supporter.reference


def _path(url: str) -> str:
    return url.removeprefix("http://testserver")


@pytest.mark.django_db
def test_what_no_column_holds_is_dropped_from_a_links_sources(
    client: Client, campaign: Campaign, sandbox: SandboxAccount
) -> None:
    post_gift(client, f"{URL}?utm_source=news%00letter%0d%0a", **other("10"))

    assert Checkout.objects.get().attribution == {"utm_source": "newsletter"}


@pytest.mark.django_db
def test_an_address_that_stripe_refuses_is_said_beside_its_field_and_never_logged(
    client: Client,
    campaign: Campaign,
    sandbox: SandboxAccount,
    caplog: pytest.LogCaptureFixture,
) -> None:
    response = post_gift(client, **other("10"), email="reader@localhost", name="A Reader")

    assert response.status_code == 422
    assert "Our payment provider cannot use this email address" in response.content.decode()
    assert form_values(response)["name"] == "A Reader"
    assert Checkout.objects.get().status == CheckoutStatus.REFUSED
    assert "reader@localhost" not in caplog.text
