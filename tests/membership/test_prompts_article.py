"""Prompts in articles: whole words in the right currency, and never an ask for a supporter."""

import re
from dataclasses import astuple
from datetime import timedelta
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from membership.models import SupporterState
from membership.prompts.attribution import read_attribution
from membership.prompts.copy import COPY
from membership.prompts.decision import (
    ASKS,
    PageContext,
)
from membership.prompts.editions import EDITIONS
from membership.prompts.rendering import PromptView, prompt_view
from membership.supporters.queries import Reader
from membership.supporters.status import ASKABLE, known_status
from membership.supporters.status_claim import StatusClaim, make_token
from membership.supporters.status_twin import Twin
from payments.models import Campaign, CampaignStatus
from tests.factories import NOON

DAY = timedelta(days=1)
EVERY_STATE = list(SupporterState)
EVERY_EDITION = list(EDITIONS)


def reader(state: SupporterState, **fields: object) -> Reader:
    values = {"quiet_until": None, "twin": Twin(state, NOON), **fields}
    return Reader(known_status(state, None, None), **values)  # type: ignore[arg-type]


def show(
    state: SupporterState, *, edition: str = "uk", country: str = "", campaign: str = "support"
) -> PromptView | None:
    page = PageContext(slot="in-article", edition=edition, article="harbour-lights")
    return prompt_view(reader(state), page, campaign=campaign, country=country, now=NOON)


@pytest.mark.usefixtures("campaign")
class TestPrompt:
    @pytest.mark.parametrize("state", EVERY_STATE)
    @pytest.mark.parametrize("edition", EVERY_EDITION)
    @pytest.mark.parametrize("country", ["", "GB", "US", "DE", "JP", "KW", "XX"])
    def test_every_reader_gets_whole_words_in_every_edition_and_country(
        self, state: SupporterState, edition: str, country: str
    ) -> None:
        view = show(state, edition=edition, country=country)

        assert view is not None
        text = " ".join(astuple(view.words))
        assert "{" not in text
        assert text.strip()
        assert (view.appeal is not None) == (state in ASKABLE)

    @pytest.mark.parametrize(
        ("edition", "country", "prices"),
        [
            ("uk", "", ["£3", "£5", "£10"]),
            ("us", "", ["$5", "$7", "$15"]),
            ("uk", "US", ["$5", "$7", "$15"]),
            ("us", "GB", ["£3", "£5", "£10"]),
            ("uk", "IE", ["€4", "€6", "€10"]),
            ("us", "DE", ["4\xa0€", "6\xa0€", "10\xa0€"]),
            ("uk", "JP", ["JP¥300", "JP¥700", "JP¥1,000"]),
            # No dirham on offer: the campaign's own currency.
            ("us", "AE", ["£3", "£5", "£10"]),
        ],
    )
    def test_amounts_are_in_the_readers_currency_as_it_is_written_there(
        self, edition: str, country: str, prices: list[str]
    ) -> None:
        view = show(SupporterState.ANONYMOUS, edition=edition, country=country)

        assert view is not None
        assert view.appeal is not None
        assert [amount.label for amount in view.appeal.amounts] == prices
        assert f"{prices[0]} a month" in view.words.body + view.words.plea

    def test_us_words_differ_from_uk_words(self) -> None:
        for kind in ASKS:
            assert COPY["uk"][kind] != COPY["us"][kind]

    def test_links_carry_where_the_reader_came_from(self) -> None:
        view = show(SupporterState.LAPSED, edition="us")

        assert view is not None
        assert view.appeal is not None
        once = parse_qs(urlsplit(view.appeal.once_address).query)
        assert (once["frequency"], once["currency"]) == (["once"], ["USD"])
        assert read_attribution(dict(view.appeal.hidden)["code"]) == {
            "prompt": "welcome_back",
            "variant": "2026-11",
            "slot": "in-article",
            "edition": "us",
            "article": "harbour-lights",
            "country": "US",
        }

    def test_another_amount_opens_with_its_field_ready(self) -> None:
        view = show(SupporterState.ANONYMOUS)

        assert view is not None
        assert view.appeal is not None
        other = parse_qs(urlsplit(view.appeal.other_address).query)
        assert (other["amount"], other["frequency"]) == (["other"], ["monthly"])

    def test_amounts_that_the_limits_refuse_are_not_offered(self, campaign: Campaign) -> None:
        campaign.currencies.filter(currency="GBP").update(minimum=400, maximum=900)
        view = show(SupporterState.ANONYMOUS)

        assert view is not None
        assert view.appeal is not None
        assert [amount.label for amount in view.appeal.amounts] == ["£5"]
        assert "£5 a month" in view.words.body + view.words.plea

    def test_the_card_is_updated_on_the_readers_own_page(self) -> None:
        view = show(SupporterState.PAYMENT_FAILING)

        assert view is not None
        assert (view.address, view.words.action) == ("/support/", "Update your card")

    @pytest.mark.parametrize(
        "fields",
        [
            {"status": CampaignStatus.CLOSED},
            {"status": CampaignStatus.DRAFT},
            {"closes_at": NOON},
            {"opens_at": NOON + DAY},
            {"allows_monthly": False},
        ],
    )
    def test_nobody_is_asked_for_what_is_not_taken(
        self, campaign: Campaign, fields: dict[str, object]
    ) -> None:
        Campaign.objects.filter(pk=campaign.pk).update(**fields)

        assert show(SupporterState.ANONYMOUS) is None
        assert show(SupporterState.RECURRING) is not None

    def test_an_unknown_campaign_asks_nobody(self) -> None:
        assert show(SupporterState.ANONYMOUS, campaign="nothing") is None

    def test_a_campaign_without_amounts_shows_no_blank_price(
        self, campaign: Campaign, caplog: pytest.LogCaptureFixture
    ) -> None:
        campaign.suggested_amounts.all().delete()

        assert show(SupporterState.ANONYMOUS) is None
        assert "from_price" in caplog.text


TAG = (
    "{% load prompts %}<article><p>Above.</p>"
    '{% engagement_prompt slot="in-article" edition=edition campaign="support" article="harbour-lights"'
    " is_sensitive=is_sensitive %}<p>Below.</p></article>"
)


class Asides(HTMLParser):
    """Collects the attributes of every start tag, and which ids a label points at."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.mark.usefixtures("campaign")
class TestTag:
    def render(self, request: HttpRequest, **context: object) -> str:
        values = {"request": request, "edition": "uk", "is_sensitive": False, **context}
        return Template(TAG).render(Context(values))

    def request(self, state: SupporterState | None = None, **headers: str) -> HttpRequest:
        request = RequestFactory().get("/news/uk/harbour-lights/", headers=headers)
        request.user = AnonymousUser()
        if state:
            claim = StatusClaim("payment", uuid4(), state, None, None, None, timezone.now(), 0)
            request.COOKIES["status"] = make_token(claim)
        return request

    def test_an_anonymous_reader_sees_the_appeal_as_a_labelled_region(
        self, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        with django_assert_num_queries(3):
            page = Asides(self.render(self.request()))

        (aside,) = page.named("aside")
        (heading,) = page.named("h2")
        assert aside["aria-labelledby"] == heading["id"]
        assert (aside["role"], aside["data-state"]) == ("region", "ask")
        (form,) = page.named("form")
        assert (form["method"], form["action"]) == ("get", "/donate/support/")
        assert [button["value"] for button in page.named("button")] == ["3", "5", "10"]
        assert not any("autofocus" in attributes for _, attributes in page.tags)

    @pytest.mark.parametrize("state", [SupporterState.ONE_OFF, SupporterState.RECURRING])
    def test_a_browser_that_gave_is_thanked_at_no_cost(
        self, state: SupporterState, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        with django_assert_num_queries(0):
            html = self.render(self.request(state))

        assert "Thank you" in html
        assert "/donate/" not in html
        assert not re.search(r"[£$€]", html)

    @pytest.mark.parametrize(
        ("host", "back"),
        [
            ("testserver", "/news/uk/harbour-lights/"),
            ("articles.example.org", "https://articles.example.org/news/uk/harbour-lights/"),
            ("elsewhere.example", None),
        ],
    )
    def test_the_links_carry_the_way_back_to_the_article_but_not_its_query(
        self, host: str, back: str | None
    ) -> None:
        request = RequestFactory().get(
            "/news/uk/harbour-lights/?reader=7", headers={"Host": host}, secure=host != "testserver"
        )
        request.user = AnonymousUser()
        page = Asides(self.render(request))

        (code,) = [field["value"] for field in page.named("input") if field["name"] == "code"]
        assert read_attribution(str(code)).get("return") == back

    def test_a_sensitive_page_stays_free_of_prompts(self) -> None:
        assert "aside" not in self.render(self.request(), is_sensitive=True)

    def test_the_country_that_the_cdn_saw_decides_the_currency(self, settings: Settings) -> None:
        settings.COUNTRY_HEADER = "CF-IPCountry"

        html = self.render(self.request(**{"CF-IPCountry": "US"}))

        assert "$5" in html
        assert "£" not in html

    def test_a_tampered_cookie_makes_no_supporter(self) -> None:
        request = self.request(SupporterState.RECURRING)
        request.COOKIES["status"] = request.COOKIES["status"][:-2] + "xx"

        assert 'data-state="ask"' in self.render(request)
