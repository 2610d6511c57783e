"""What a prompt is made of: real links and a real form, and never markup that came with data."""

import json
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.prompts_script import bundles
from tests.journeys.prompts_script.newspaper import Newspaper, Service

pytestmark = pytest.mark.browser

Open = Callable[[str], Page]
SetTwin = Callable[[str], None]
ATTACK = "<img src=x onerror=attack()><script>attack()</script>"


def test_an_amount_leads_to_the_donation_page_with_all_that_results_need(
    open_page: Open, newspaper: Newspaper, service: Service
) -> None:
    service.publish(bundles.published(service.url, bundles.ask()))
    page = open_page(newspaper.print(country="US", edition="us"))
    page.get_by_role("group", name="Support us every month").get_by_role(
        "button", name="$7.50"
    ).click()
    page.wait_for_url("**/donate/**")
    address = urlsplit(page.url)
    assert address.path == "/donate/support/"
    assert {name: value for name, [value] in parse_qs(address.query).items()} == {
        "amount": "7.50",
        "currency": "USD",
        "frequency": "monthly",
        "code": "code-of-spring",
        "slot": "in-article",
        "edition": "us",
        "country": "US",
        "state": "anonymous",
        "arm": "a",
        "article": "harbour",
    }


def test_another_amount_and_a_single_gift_are_links(
    open_page: Open, newspaper: Newspaper, service: Service
) -> None:
    service.publish(bundles.published(service.url, bundles.ask()))
    page = open_page(newspaper.print())
    other = page.get_by_role("link", name="Another amount").get_attribute("href") or ""
    once = page.get_by_role("link", name="Give once").get_attribute("href") or ""
    assert parse_qs(urlsplit(other).query)["amount"] == ["other"]
    assert parse_qs(urlsplit(once).query)["frequency"] == ["once"]
    assert parse_qs(urlsplit(once).query)["code"] == ["code-of-spring"]


@pytest.mark.parametrize("state", ["recurring", "payment_failing"])
def test_who_supports_is_shown_words_and_a_link_but_no_form(
    state: str, set_twin: SetTwin, open_page: Open, newspaper: Newspaper, service: Service
) -> None:
    prompts = [bundles.card(), bundles.thanks(), bundles.ask()]
    service.publish(bundles.published(service.url, *prompts))
    set_twin(f"{state}.0.0....")
    page = open_page(newspaper.print())
    words = {"recurring": bundles.THANKS, "payment_failing": bundles.CARD}[state]
    region = page.get_by_role("region", name=words["title"])
    expect(region.locator("form")).to_have_count(0)
    link = region.get_by_role("link", name=words["action"])
    expect(link).to_have_attribute("href", f"{service.url}/support/")


def test_the_header_line_asks_by_a_link_alone(
    open_page: Open, newspaper: Newspaper, service: Service
) -> None:
    words = {"title": "Spring appeal", "body": "From {from_price} a month.", "plea": ""}
    service.publish(bundles.published(service.url, bundles.ask("s", "header-line", words=words)))
    page = open_page(
        newspaper.print(body='<div data-masthead-slot="header-line"></div><p>Text</p>')
    )
    region = page.get_by_role("region", name="Spring appeal")
    expect(region).to_contain_text("From £3 a month.")
    expect(region.locator("form")).to_have_count(0)
    href = region.get_by_role("link", name="Support us every month").get_attribute("href") or ""
    assert parse_qs(urlsplit(href).query)["slot"] == ["header-line"]


def test_copy_is_em_strong_and_safe_links_and_everything_else_is_text(
    open_page: Open, newspaper: Newspaper, service: Service
) -> None:
    words = {
        "title": f"Title {ATTACK}",
        "body": (
            "<em>Fish &amp; chips</em> <strong>1 &lt; 2</strong> "
            '<a href="https://courier.example/a?b=1&amp;c=2" rel="noopener">good</a> <a href="/own">own</a> '
            '<a href="javascript:attack()">bad</a> <a href="//evil.example">evil</a> '
            f'<a href="/\\evil.example">back</a> <b onclick="attack()">bold</b> {ATTACK}</em></p></aside>end'
        ),
        "plea": "<em>unclosed {newspaper}",
        "action": f"Act {ATTACK}",
    }
    rules = json.loads(bundles.published(service.url, bundles.ask(words=words)))
    rules["newspaper"] = f"The <em>Courier</em> {ATTACK}"
    service.publish(json.dumps(rules).encode())
    page = open_page(newspaper.print())
    found = page.evaluate(
        """() => {
          const aside = document.querySelector("aside")
          return {
            names: [...new Set([...aside.querySelectorAll("h2 *, p:not(.prompt-links) *, legend *")]
              .map((each) => each.localName))].sort(),
            links: [...aside.querySelectorAll("p:not(.prompt-links) a")]
              .map((each) => [each.textContent, each.getAttribute("href")]),
            title: aside.querySelector("h2").textContent,
            plea: aside.querySelectorAll("p")[1].textContent,
            body: aside.querySelector("p").textContent,
          }
        }"""
    )
    assert found["names"] == ["a", "em", "strong"]
    assert found["links"] == [
        ["good", "https://courier.example/a?b=1&c=2"],
        ["own", "/own"],
        ["bad", None],
        ["evil", None],
        ["back", None],
    ]
    assert found["title"] == f"Title {ATTACK}"
    assert found["plea"] == f"unclosed The <em>Courier</em> {ATTACK}"
    assert found["body"].startswith("Fish & chips 1 < 2 good own bad evil back bold ")
    assert found["body"].endswith("end")


def test_prices_are_those_of_the_readers_country(
    open_page: Open, newspaper: Newspaper, service: Service
) -> None:
    service.publish(bundles.published(service.url, bundles.ask()))
    for country, price in {"US": "$5 a month", "GB": "£3 a month", "": "£3 a month"}.items():
        page = open_page(newspaper.print(f"in-{country}", country=country))
        expect(page.get_by_role("region")).to_contain_text(price)


def test_one_tag_is_enough_for_a_page(
    open_page: Open, newspaper: Newspaper, service: Service
) -> None:
    service.publish(bundles.published(service.url, bundles.ask()))
    page = open_page(newspaper.print(is_styled=False))
    expect(page.get_by_role("region")).to_have_css("background-color", "rgb(243, 239, 230)")


def test_a_newspaper_may_set_its_own_colours(
    open_page: Open, newspaper: Newspaper, service: Service
) -> None:
    service.publish(bundles.published(service.url, bundles.ask()))
    page = open_page(newspaper.print())
    page.evaluate("document.documentElement.style.setProperty('--masthead-wash', 'rgb(1, 2, 3)')")
    expect(page.get_by_role("region")).to_have_css("background-color", "rgb(1, 2, 3)")
