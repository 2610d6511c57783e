"""After signing in a reader returns to the article or to a page of ours, and nowhere else."""

import pytest
from django.test import Client
from django.urls import reverse

from membership.accounts.returns import is_safe_return
from tests.sign_in import ask_for_code, latest_code, type_code

ARTICLE = "https://articles.example.org/news/harbour?page=2#comments"


@pytest.mark.parametrize(
    "url",
    [
        "/support/",
        "/support/?page=2",
        "/donate/support/",
        "/%2f%2fevil.example",
        ARTICLE,
        "https://articles.example.org",
        "HTTPS://Articles.Example.org/news",
    ],
)
def test_ours_and_the_newspapers_addresses_are_safe(url: str) -> None:
    assert is_safe_return(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "support/",
        "//evil.example",
        "///evil.example",
        "////evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "\\/evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "\x00//evil.example",
        " //evil.example",
        "/ /evil.example",
        "https://evil.example",
        "https:evil.example",
        "https:/articles.example.org",
        "https:///articles.example.org",
        "https:articles.example.org",
        "http://articles.example.org/",
        "ftp://articles.example.org/",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)//https://articles.example.org",
        "data:text/html,x",
        "https://articles.example.org.evil.example/",
        "https://evilarticles.example.org/",
        "https://www.articles.example.org/",
        "https://articles.example.org@evil.example/",
        "https://user@articles.example.org/",
        "https://user:word@articles.example.org/",
        "https://articles.example.org:8443/",
        "https://articles.example.org:443/",
        "https://articles.example.org\\@evil.example/",
        "https://articles.example.org%2f@evil.example/",
        "https://evil.example/https://articles.example.org",
        "https://evil.example?https://articles.example.org",
        "https://evil.example#https://articles.example.org",
        "https://ａrticles.example.org/",
        "https://[::1",
        "https://[articles.example.org]/",
        "http://testserver/support/",
    ],
)
def test_every_other_address_is_refused(url: str) -> None:
    assert not is_safe_return(url)


@pytest.mark.django_db
@pytest.mark.parametrize("email", ["new@example.org", "again@example.org"])
def test_a_reader_returns_to_the_article_signed_in(client: Client, email: str) -> None:
    asked = ask_for_code(client, email, next=ARTICLE)
    page = client.get(asked.url).content.decode()
    assert 'name="next" value="https://articles.example.org/news/harbour?page=2#comments"' in page
    response = type_code(client, latest_code(), next=ARTICLE)
    assert response.url == ARTICLE
    assert client.get("/support/").status_code == 200


@pytest.mark.django_db
def test_the_way_back_survives_a_wrong_code_and_a_new_one(client: Client) -> None:
    ask_for_code(client, "reader@example.org", next=ARTICLE)
    page = type_code(client, "00000000", next=ARTICLE).content.decode()
    assert page.count(f'name="next" value="{ARTICLE}"') == 2
    ask_for_code(client, "reader@example.org", next=ARTICLE)
    assert type_code(client, latest_code(), next=ARTICLE).url == ARTICLE


@pytest.mark.django_db
def test_a_foreign_address_ends_at_my_support(client: Client) -> None:
    asked = ask_for_code(client, "reader@example.org", next="https://evil.example/")
    assert asked.url == reverse("account_confirm_login_code")
    response = type_code(client, latest_code(), next="//evil.example/")
    assert response.url == "/support/"


@pytest.mark.django_db
def test_one_who_is_signed_in_already_is_sent_back_at_once(client: Client) -> None:
    ask_for_code(client, "reader@example.org")
    type_code(client, latest_code())
    for name in ("account_login", "account_confirm_login_code"):
        assert client.get(reverse(name), {"next": ARTICLE}).url == ARTICLE
        assert client.get(reverse(name), {"next": "//evil.example"}).url == "/support/"


@pytest.mark.django_db
def test_my_support_asks_a_stranger_to_sign_in_and_brings_them_back(client: Client) -> None:
    asked = client.get("/support/?page=2")
    assert asked.url == "/accounts/login/?next=/support/%3Fpage%3D2"
    page = client.get(asked.url).content.decode()
    assert 'name="next" value="/support/?page=2"' in page


@pytest.mark.django_db
@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_signing_out_leads_nowhere_else_either(client: Client, target: str) -> None:
    ask_for_code(client, "reader@example.org")
    type_code(client, latest_code())
    response = client.post(reverse("account_logout"), {"next": target})
    assert response.url == reverse("account_login")
