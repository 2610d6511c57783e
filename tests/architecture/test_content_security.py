"""A strict content security policy on every page, and pages that live under it."""

from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client

from tests.architecture.authorisation import ADMIN, PAGES
from tests.architecture.conftest import PathOf
from tests.architecture.visitors import browser_of

ROOT = Path(__file__).resolve().parents[2]
# Letters are read in mail programs, and receipts are drawn to PDF: neither meets a browser's policy.
# What a mail program would show, framed for staff: it may be styled inline, and may run and load nothing.
FRAMED = "membership:letter_html"
# For caches and programs, answered before the middleware that writes the policy.
CACHED = (
    "membership:prompt_pointer",
    "membership:prompt_bundle",
    "membership:prompt_fragment",
    "membership:api_decide",
)
NOT_PAGES = ("letters", "payments/receipts", "account/email", "mfa/email")
TEMPLATES = [
    path
    for path in sorted((ROOT / "templates").rglob("*.html"))
    if not str(path.relative_to(ROOT / "templates")).startswith(NOT_PAGES)
]


class InlineCode(HTMLParser):
    """Collects what a policy without unsafe-inline refuses; data blocks such as JSON are not code."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "style":
            self.found.append("<style>")
        if tag == "script" and "src" not in given and given.get("type") != "application/json":
            self.found.append("<script>")
        for name, value in given.items():
            if name == "style" or (name.startswith("on") and name.isalpha()):
                self.found.append(f"<{tag} {name}>")
            if (value or "").strip().lower().startswith("javascript:"):
                self.found.append(f"<{tag} {name}=javascript:>")


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<p style='color: red'>", ["<p style>"]),
        ("<style>p {}</style>", ["<style>"]),
        ("<script>go()</script>", ["<script>"]),
        ("<script type='module'>go()</script>", ["<script>"]),
        ("<a onclick='go()' href=' JavaScript:go()'>", ["<a onclick>", "<a href=javascript:>"]),
        ("<script src='/static/a.js'></script><script type='application/json'>{}</script>", []),
    ],
)
def test_the_search_finds_inline_code(source: str, found: list[str]) -> None:
    assert InlineCode(source).found == found


def test_no_template_holds_inline_code() -> None:
    found = {str(path.relative_to(ROOT)): InlineCode(path.read_text()).found for path in TEMPLATES}
    assert {path: code for path, code in found.items() if code} == {}


def policy_of(response: HttpResponse) -> dict[str, list[str]]:
    parts = (part.split() for part in response["Content-Security-Policy"].split(";"))
    return {directive: sources for directive, *sources in parts}


@pytest.mark.django_db
@pytest.mark.parametrize("visitor", ["anonymous", "reader", "superuser"])
def test_every_page_carries_the_policy_and_no_inline_code(visitor: str, path_of: PathOf) -> None:
    client = browser_of(visitor)
    elsewhere = {FRAMED, *CACHED}
    names = [line.name for line in PAGES if line.method == "GET" and line.name not in elsewhere]
    paths = [path_of(name) for name in names]
    if visitor == "superuser":
        paths += [f"/admin/{model.replace('_', '/', 1)}/" for model in ADMIN]
        paths += [
            f"/admin/{model.replace('_', '/', 1)}/add/"
            for model in ADMIN
            if "a" in ADMIN[model]["superuser"]
        ]
    wrong = {}
    for path in paths:
        response = client.get(path)
        policy = policy_of(response)
        if policy["script-src"] != ["'self'"] or policy["style-src"] != ["'self'"]:
            wrong[path] = ["policy"]
        if response.get("Content-Type", "").startswith("text/html"):
            inline = InlineCode(response.content.decode()).found
            if inline:
                wrong[path] = inline
    assert wrong == {}


@pytest.mark.django_db
def test_a_letter_that_staff_look_at_runs_and_loads_nothing(path_of: PathOf) -> None:
    response = browser_of("superuser").get(path_of(FRAMED))
    policy = policy_of(response)
    assert policy["default-src"] == ["'none'"]
    assert policy["frame-ancestors"] == ["'self'"]
    named = {"default-src", "style-src", "frame-ancestors", "form-action", "base-uri"}
    assert set(policy) == named
    assert response["X-Frame-Options"] == "SAMEORIGIN"


def test_the_policy_allows_nothing_that_it_does_not_name(client: Client, db: None) -> None:
    policy = policy_of(client.get("/accounts/login/"))
    assert policy["default-src"] == ["'none'"]
    assert policy["frame-ancestors"] == ["'none'"]
    assert policy["base-uri"] == ["'none'"]
    assert policy["form-action"] == [
        "'self'",
        settings.STRIPE_CHECKOUT_ORIGIN,
        settings.STRIPE_INVOICE_ORIGIN,
        "https://articles.example.org",
    ]
    sources = {source for directive in policy.values() for source in directive}
    assert not {source for source in sources if source.startswith("'unsafe") or source == "*"}
