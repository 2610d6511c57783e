"""From a click on a prompt to the money: what is kept of it on the checkout and on every collection of the gift."""

from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from django.test import Client

from membership.prompts.attribution import sign_attribution
from membership.prompts.clicks import read_click
from payments.models import Campaign, Checkout, Donation
from tests.membership.donation_page import other, post_gift
from tests.sandbox.client import SandboxAccount

CODE = sign_attribution({"prompt": "spring-appeal", "variant": "b"})
LINK = {
    "code": CODE,
    "slot": "in-article",
    "edition": "uk",
    "country": "IE",
    "state": "anonymous",
    "arm": "b",
    "article": "harbour-lights",
}
KEPT = {
    "prompt": "spring-appeal",
    "variant": "b",
    "arm": "b",
    "slot": "in-article",
    "edition": "uk",
    "country": "IE",
    "state": "anonymous",
    "article": "harbour-lights",
}


@pytest.mark.django_db
def test_where_a_prompt_was_followed_is_kept_with_the_gift(
    client: Client, campaign: Campaign, sandbox: SandboxAccount, deliver: Callable[[], int]
) -> None:
    query = {**LINK, "utm_source": "newsletter", "amount": "5", "currency": "GBP"}
    page = post_gift(client, f"/donate/support/?{urlencode(query)}", **other("10"))
    sandbox.pay(page["Location"])
    deliver()

    expected = {**KEPT, "utm_source": "newsletter"}
    assert Checkout.objects.get().attribution == expected
    assert Donation.objects.get().attribution == expected


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("slot", "In Article"),
        ("slot", "s" * 41),
        ("edition", "fr"),
        ("country", "XX"),
        ("country", "Ireland"),
        ("state", "rich"),
        ("article", "a b"),
        ("article", "<script>"),
        ("article", "a" * 121),
        ("article", "a\0"),
    ],
)
def test_a_word_that_is_not_known_is_dropped_alone(name: str, word: str) -> None:
    assert read_click({**LINK, name: word}) == {**KEPT, name: ""}


@pytest.mark.parametrize(
    ("arm", "kept"),
    [("b", "b"), ("a", "b"), ("", "b"), ("default", "default:b"), ("default:a", "default:b")],
)
def test_the_arm_is_of_the_signed_variant(arm: str, kept: str) -> None:
    assert read_click({**LINK, "arm": arm})["arm"] == kept


def test_without_a_code_of_ours_a_link_says_nothing() -> None:
    assert read_click({**LINK, "code": ""}) == {}
    assert read_click({**LINK, "code": f"{CODE}x"}) == {}
    assert read_click({**LINK, "code": sign_attribution({"utm_source": "x"})}) == {
        "utm_source": "x"
    }


def test_the_code_is_not_overruled() -> None:
    code = sign_attribution({"prompt": "ask", "variant": "2026-11", "slot": "in-article"})

    click = read_click({**LINK, "code": code, "slot": "banner", "prompt": "x", "variant": "y"})

    assert (click["slot"], click["prompt"], click["variant"]) == ("in-article", "ask", "2026-11")
