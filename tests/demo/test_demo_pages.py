"""The demo's own pages: articles with the appeal in their middle, the mailbox, single-use sign-in links."""

from pathlib import Path

import pytest
from django.core.mail import EmailMultiAlternatives
from django.test import Client, override_settings
from django.utils import timezone
from pytest_django import Settings

from membership.models import Letter
from membership.prompts.signing import public_key
from tests.demo.mailbox import newest_mail_to, read_mailbox
from tests.demo.news_desk import EDITIONS, articles_of, find_article
from tests.demo.sign_in import sign_in_link
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.demo.urls")]


@pytest.fixture(autouse=True)
def _demo(settings: Settings, tmp_path: Path, prompts: None) -> None:
    settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, "tests.demo"]
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")


@pytest.mark.parametrize(("edition", "price"), [("uk", "£3"), ("us", "$5")])
@pytest.mark.parametrize("slug", ["harbour-lights", "night-bus"])
def test_the_appeal_stands_in_the_middle_of_the_article(
    client: Client, slug: str, edition: str, price: str
) -> None:
    html = client.get(f"/news/{edition}/{slug}/").content.decode()

    before, rest = html.split("<aside", 1)
    appeal, after = rest.split("</aside>", 1)
    assert before.count("<p>") >= 3
    assert after.count("<p>") >= 3
    assert price in appeal
    assert 'data-campaign="ask"' in appeal
    assert "include virtual" not in html


def test_the_articles_use_all_three_ways(client: Client) -> None:
    for code in EDITIONS:
        assert {article.embedding for article in articles_of(code)} == {"tag", "fragment", "script"}
    html = client.get("/news/uk/sunday-library/").content.decode()

    assert "<aside" not in html
    assert f'data-key="{public_key()}"' in html
    assert '<meta name="masthead:edition" content="uk">' in html


@pytest.mark.parametrize(
    ("twin", "shown"),
    [
        ("recurring.1795771200.0.new.small..", "thanks-recurring"),
        ("payment_failing.1795771200.0....", "update-card"),
        ("lapsed.1795771200.0.new.small..", "welcome-back"),
        ("lapsed.1795771200.1798363200.new.small..", ""),
        ("duchess.1.0....", "ask"),
    ],
)
def test_the_front_puts_in_the_fragment_of_the_readers_state(
    client: Client, twin: str, shown: str
) -> None:
    client.cookies["status-twin"] = twin

    html = client.get("/news/us/night-bus/").content.decode()

    assert (f'data-campaign="{shown}"' in html) if shown else ("<aside" not in html)


def test_a_sensitive_article_has_no_appeal(client: Client) -> None:
    html = client.get("/news/uk/one-year-on/").content.decode()

    assert "<aside" not in html


@pytest.mark.parametrize(
    "path", ["/news/uk/nothing/", "/news/fr/harbour-lights/", "/mailbox/nothing/"]
)
def test_what_is_not_there_is_not_found(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_every_article_is_whole_in_every_edition(client: Client) -> None:
    slugs = {code: {article.slug for article in articles_of(code)} for code in EDITIONS}

    assert slugs["uk"] == slugs["us"]
    for code, edition_slugs in slugs.items():
        for slug in edition_slugs:
            article = find_article(code, slug)
            assert article is not None
            assert article.opening
            assert article.rest
            assert client.get(f"/news/{code}/{slug}/").status_code == 200


def test_the_start_page_leads_everywhere(client: Client) -> None:
    html = client.get("/").content.decode()

    for address in ("/news/uk/harbour-lights/", "/donate/support/", "/support/", "/mailbox/"):
        assert f'href="{address}"' in html


def send_mail() -> Letter:
    letter = Letter(message_id="<one@testserver>", created_at=timezone.now())
    mail = EmailMultiAlternatives(
        "Your receipt",
        "Thank you, Réka.",
        to=["reader@example.org"],
        headers={"Message-ID": letter.message_id},
    )
    mail.attach_alternative("<p>Thank you, <b>Réka</b>.</p>", "text/html")
    mail.attach("HC-2026-000001.pdf", b"%PDF-1.7\n-----\n", "application/pdf")
    mail.send()
    return letter


def test_the_mailbox_shows_a_mail_and_its_attachment(client: Client) -> None:
    send_mail()
    (mail,) = read_mailbox()

    assert "Your receipt" in client.get("/mailbox/").content.decode()
    page = client.get(f"/mailbox/{mail.id}/").content.decode()
    assert "Thank you, Réka." in page
    file = client.get(f"/mailbox/{mail.id}/attachments/0/")
    assert (file.content, file["Content-Type"]) == (b"%PDF-1.7\n-----\n", "application/pdf")
    assert client.get(f"/mailbox/{mail.id}/attachments/1/").status_code == 404


def test_the_html_of_a_mail_runs_and_loads_nothing(client: Client) -> None:
    send_mail()
    (mail,) = read_mailbox()

    response = client.get(f"/mailbox/{mail.id}/html/")

    policy = response["Content-Security-Policy"]
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert "sandbox" in policy
    assert "'self'" not in policy.replace("frame-ancestors 'self'", "")


def test_a_letter_is_found_by_its_message_id() -> None:
    letter = send_mail()

    found = newest_mail_to("reader@example.org", letter)

    assert found is not None
    assert found.suffix == ".log"
    assert newest_mail_to("other@example.org", letter) is None
    assert newest_mail_to("reader@example.org", Letter(message_id="<two@testserver>")) is None


def test_a_sign_in_link_works_once(client: Client) -> None:
    user = UserFactory.create(is_staff=True)
    link = sign_in_link("http://testserver", user)

    first = client.get(link)
    second = Client().get(link)

    assert first.status_code == 302
    assert client.session["_auth_user_id"] == str(user.pk)
    assert second.status_code == 403
    assert "no longer works" in second.content.decode()


def test_a_sign_in_link_that_was_tampered_with_signs_nobody_in(client: Client) -> None:
    link = sign_in_link("http://testserver", UserFactory.create(is_staff=True))

    assert client.get(link.replace("/ey", "/eyJ")).status_code == 403
    assert "_auth_user_id" not in client.session


def test_the_product_has_none_of_these_pages(client: Client) -> None:
    with override_settings(ROOT_URLCONF="config.urls"):
        for path in ("/mailbox/", "/news/uk/harbour-lights/", "/demo/sign-in/x/"):
            assert client.get(path).status_code == 404
