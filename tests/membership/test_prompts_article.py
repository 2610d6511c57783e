"""Prompts in articles that Django renders: whole words in the right currency, and never an ask for a supporter."""

import re
from collections.abc import Iterator
from datetime import timedelta
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.template import Context, Template
from django.test import RequestFactory
from pytest_django import DjangoAssertNumQueries, Settings

from membership.models import SupporterState
from membership.prompts.attribution import read_attribution
from membership.prompts.current import current_bundle, forget_bundle
from membership.prompts.defaults import ensure_prompts
from membership.prompts.editions import EDITIONS
from membership.prompts.publishing import stop_prompts
from membership.prompts.rules.decision import decide_page
from membership.prompts.rules.tracing import read_trace
from membership.supporters.status import ASKABLE
from membership.supporters.status_claim import StatusClaim, make_token
from payments.models import Campaign
from tests.factories import NOON, UserFactory

DAY = timedelta(days=1)
SITE = "http://testserver"
TAG = (
    "{% load prompts %}<article><p>Above.</p>"
    '{% engagement_prompt slot=slot edition=edition article="harbour-lights"'
    " section=section sensitive=sensitive opt_out=opt_out %}<p>Below.</p></article>"
)


@pytest.fixture(autouse=True)
def _published(campaign: Campaign) -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        ensure_prompts(campaign.slug, now=NOON)
        yield


class Read(HTMLParser):
    """The attributes of every start tag, and all text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]

    def links(self) -> list[str]:
        return [str(attributes["href"]) for attributes in self.named("a")]


def request_of(
    state: SupporterState | None = None,
    *,
    quiet: bool = False,
    **headers: str,
) -> HttpRequest:
    request = RequestFactory().get("/news/uk/harbour-lights/", headers=headers)
    request.user = AnonymousUser()
    if state:
        quiet_until = NOON + DAY if quiet else None
        claim = StatusClaim("payment", uuid4(), state, None, None, quiet_until, NOON)
        request.COOKIES["status"] = make_token(claim)
    return request


def render(request: HttpRequest, **context: object) -> str:
    page = {"slot": "in-article", "edition": "uk", "section": "", "sensitive": False}
    return Template(TAG).render(Context({"request": request, "opt_out": False, **page, **context}))


def show(
    state: SupporterState | None, settings: Settings, *, country: str = "", edition: str = "uk"
) -> Read:
    settings.COUNTRY_HEADER = "CF-IPCountry"
    return Read(render(request_of(state, **{"CF-IPCountry": country}), edition=edition))


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("country", ["", "GB", "US", "DE", "JP", "KW", "XX"])
def test_every_reader_gets_whole_words_in_every_edition_and_country(
    settings: Settings, edition: str, country: str
) -> None:
    for state in SupporterState:
        page = show(state, settings, country=country, edition=edition)

        (aside,) = page.named("aside")
        assert "{" not in page.text, state
        assert (aside["data-kind"] == "ask") == (state in ASKABLE)
        assert bool(page.named("form")) == (state in ASKABLE)


@pytest.mark.parametrize(
    ("edition", "country", "prices"),
    [
        ("uk", "", ["£3", "£5", "£10"]),
        ("us", "", ["$5", "$7", "$15"]),
        ("uk", "US", ["$5", "$7", "$15"]),
        ("us", "GB", ["£3", "£5", "£10"]),
        ("uk", "IE", ["€4", "€6", "€10"]),
        ("us", "DE", ["4\xa0€", "6\xa0€", "10\xa0€"]),
        # No dirham on offer: the campaign's own currency.
        ("us", "AE", ["£3", "£5", "£10"]),
    ],
)
def test_amounts_are_in_the_readers_currency_as_it_is_written_there(
    settings: Settings, edition: str, country: str, prices: list[str]
) -> None:
    page = show(None, settings, country=country, edition=edition)

    texts = [text.strip() for text in page.text.splitlines()]
    assert [text for text in texts if text in prices] == prices
    assert f"{prices[0]} a month" in page.text


def test_an_ask_is_a_labelled_region_with_a_form_that_works_without_a_script(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    forget_bundle()
    with django_assert_num_queries(2):  # The pointer and the bundle, once in five seconds.
        render(request_of())
    with django_assert_num_queries(0):
        page = Read(render(request_of()))

    (aside,) = page.named("aside")
    (heading,) = page.named("h2")
    assert aside["aria-labelledby"] == heading["id"]
    assert (aside["role"], aside["data-campaign"]) == ("region", "ask")
    (form,) = page.named("form")
    assert (form["method"], form["action"]) == ("get", f"{SITE}/donate/support/")
    assert [button["value"] for button in page.named("button")] == ["3", "5", "10"]
    assert not any("autofocus" in attributes for _, attributes in page.tags)


def test_links_say_what_was_followed_and_where() -> None:
    page = Read(render(request_of(SupporterState.LAPSED), edition="us"))
    hidden = {field["name"]: field["value"] for field in page.named("input")}
    signed = read_attribution(str(hidden.pop("code")))
    once = next(link for link in page.links() if "frequency=once" in link)
    other = next(link for link in page.links() if "amount=other" in link)

    assert (signed["prompt"], signed["variant"]) == ("welcome-back", "a")
    assert hidden == {
        "currency": "USD",
        "frequency": "monthly",
        "slot": "in-article",
        "edition": "us",
        "country": "US",
        "state": "lapsed",
        "arm": "default",
        "article": "harbour-lights",
        "return": "/news/uk/harbour-lights/",
    }
    assert parse_qs(urlsplit(once).query).keys() == {*hidden, "code"}
    assert parse_qs(urlsplit(other).query)["frequency"] == ["monthly"]


@pytest.mark.parametrize("state", [SupporterState.ONE_OFF, SupporterState.RECURRING])
def test_a_browser_that_gave_is_thanked_and_sees_no_price(state: SupporterState) -> None:
    html = render(request_of(state))

    assert "Thank you" in html
    assert "/donate/" not in html
    assert not re.search(r"[£$€]", html)


def test_a_card_is_updated_on_the_readers_own_page() -> None:
    page = Read(render(request_of(SupporterState.PAYMENT_FAILING)))

    assert "Update your card" in page.text
    assert page.links()[0] == f"{SITE}/support/"


@pytest.mark.parametrize(
    ("host", "back"),
    [
        ("testserver", "/news/uk/harbour-lights/"),
        ("articles.example.org", "https://articles.example.org/news/uk/harbour-lights/"),
        ("elsewhere.example", None),
    ],
)
def test_the_links_carry_the_way_back_to_the_article_but_not_its_query(
    host: str, back: str | None
) -> None:
    request = RequestFactory().get(
        "/news/uk/harbour-lights/?reader=7", headers={"Host": host}, secure=host != "testserver"
    )
    request.user = AnonymousUser()
    page = Read(render(request))

    fields = {field["name"]: field["value"] for field in page.named("input")}
    assert fields.get("return") == back


@pytest.mark.parametrize(
    "page",
    [
        {"sensitive": True},
        {"opt_out": True},
        {"section": "obituaries"},
        {"slot": "sidebar"},
        {"edition": "mars"},
    ],
    ids=str,
)
def test_a_page_without_a_place_for_prompts_has_none_for_anybody(page: dict[str, object]) -> None:
    for state in (None, *SupporterState):
        assert "<aside" not in render(request_of(state), **page)


def test_quiet_time_ends_every_ask_and_no_thanks() -> None:
    for state in SupporterState:
        shown = "<aside" in render(request_of(state, quiet=True))
        assert shown == (state not in ASKABLE), state


def test_nobody_is_asked_at_night_by_the_clock_of_their_country(settings: Settings) -> None:
    settings.COUNTRY_HEADER = "CF-IPCountry"
    at_noon_of_greenwich = {
        country: "<aside" in render(request_of(None, **{"CF-IPCountry": country}))
        for country in ("GB", "US", "NZ")
    }

    assert at_noon_of_greenwich == {"GB": True, "US": True, "NZ": False}


def test_a_stop_ends_every_prompt() -> None:
    stop_prompts(by=UserFactory.create(), now=NOON, reason="An error.")
    forget_bundle()

    assert "<aside" not in render(request_of(SupporterState.RECURRING))


def test_why_replays_to_what_was_shown() -> None:
    page = Read(render(request_of(SupporterState.LAPSED)))
    address, _, code = page.links()[-1].partition("#")
    trace = read_trace(code)

    published = current_bundle(NOON)
    assert published is not None
    (decision,) = decide_page(published.bundle, trace.context)
    assert address == f"{SITE}/prompts/why/"
    assert trace.bundle == published.sha256
    assert decision.campaign == "welcome-back"


def test_a_tampered_cookie_makes_no_supporter() -> None:
    request = request_of(SupporterState.RECURRING)
    request.COOKIES["status"] = request.COOKIES["status"][:-2] + "xx"

    assert 'data-campaign="ask"' in render(request)
