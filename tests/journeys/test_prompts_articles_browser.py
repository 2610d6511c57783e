"""The life of a gift as its reader meets it in articles: asked, thanked, warned, left in peace."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, expect
from pytest_django import Settings

from membership.prompts.rules.assignment import is_held_out
from membership.prompts.rules.parts import Holdout
from tests.journeys.reader import ADDRESS, Reader

pytestmark = [
    pytest.mark.browser,
    pytest.mark.urls("tests.demo.urls"),
    pytest.mark.django_db(transaction=True),
]

SEED = "a reader who is asked"
ARTICLE = "/news/us/sunday-library/"
OTHER_CARD = "5555555555554444"
# A letter that is shown has no storage.
REMEMBER = f"""
if (origin !== "null" && !localStorage.getItem("masthead-memory"))
  localStorage.setItem("masthead-memory", '{{"seed": "{SEED}"}}')
"""


@pytest.fixture(autouse=True)
def _newspaper(settings: Settings, tmp_path: Path) -> None:
    """The demo's articles, behind a CDN that sees readers in the United States."""
    settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, "tests.demo"]
    settings.COUNTRY_HEADER = "CF-IPCountry"
    assert not is_held_out(Holdout("holdout", 30_000), SEED)


@pytest.fixture
def american(reader: Reader, prompts: None) -> Reader:
    """Somebody in New York, whose browser has seen none of this; the prompts are published at their noon."""
    reader.window.set_extra_http_headers({"CF-IPCountry": "US"})
    reader.window.add_init_script(REMEMBER)
    return reader


class Articles:
    """Opens the article as often as wanted, at the time that it is, and tells what was asked of our servers."""

    def __init__(self, reader: Reader) -> None:
        self.reader, self.window = reader, reader.window
        self.asked: list[str] = []
        self.window.on("request", self._note)
        self.over_the_network = 0
        self._network = self.window.context.new_cdp_session(self.window)
        self._network.send("Network.enable")
        self._network.on("Network.responseReceived", self._count)

    def _note(self, request: object) -> None:
        path = request.url.removeprefix(self.reader.site)  # type: ignore[attr-defined]
        if path.startswith(("/prompts/", "/api/")):
            self.asked.append(path)

    def _count(self, event: dict[str, Any]) -> None:
        response = event["response"]
        is_ours = response["url"].startswith(f"{self.reader.site}/prompts/")
        self.over_the_network += is_ours and not response.get("fromDiskCache")

    def read(self) -> Locator:
        """Open the article; returns its prompt, decided."""
        self.asked.clear()
        self.over_the_network = 0
        self.window.clock.set_fixed_time(self.reader.clock.advance())
        self.window.goto(ARTICLE)
        expect(self.window.locator("script[data-decided]")).to_be_attached()
        return self.window.locator("aside.prompt")

    def read_later(self) -> Locator:
        """Open it after a while, when what caches kept for seconds is long gone."""
        self._network.send("Network.clearBrowserCache")
        return self.read()

    def be_refreshed(self) -> None:
        """Open it on another day, on which the script learns the status anew, behind the reader's back."""
        with self.window.expect_response("**/api/v1/status/") as refreshed:
            self.read_later()
        assert refreshed.value.ok


def test_a_reader_in_the_us_lives_through_a_gift_in_articles(
    american: Reader, look: Callable[[str], None]
) -> None:
    articles = Articles(american)
    prompt = articles.read()
    expect(prompt).to_contain_text("This article is free because readers chip in")
    expect(prompt).to_contain_text("starting at $5 a month")
    assert _is_between_paragraphs(prompt)
    look("article-1-asked")

    _give_by(articles.read(), american)
    _expect_thanks(articles.read_later())
    look("article-2-thanked")

    american.run_out_of_money()
    american.live(days=20, step=10)
    articles.be_refreshed()
    american.live_past_collection()
    assert american.state() == "payment_failing"
    articles.be_refreshed()
    prompt = articles.read()
    expect(prompt).to_contain_text("Update your card")
    assert "/donate/" not in prompt.inner_html()
    look("article-3-failing")

    _change_card(american)
    american.live(days=1)
    articles.be_refreshed()
    _expect_thanks(articles.read())

    _stop(american)
    american.live(days=1)
    articles.be_refreshed()
    prompt = articles.read()
    expect(prompt).to_contain_text("You have stopped your recurring gift")
    assert "/donate/" not in prompt.inner_html()

    # What was paid for is over before the thirty days in which nothing is asked.
    american.live(days=28, step=7)
    assert american.state() == "lapsed"
    articles.be_refreshed()
    expect(articles.read()).to_have_count(0)

    american.live(days=2)
    articles.be_refreshed()
    prompt = articles.read()
    expect(prompt).to_contain_text("It’s good to see you again")
    look("article-4-welcomed-back")


def test_a_warm_view_asks_our_servers_nothing(american: Reader) -> None:
    articles = Articles(american)
    articles.read()
    warm = articles.read()

    expect(warm).to_be_attached()
    # The pointer is named by every view, and answered by the browser's own cache within its time.
    assert set(articles.asked) <= {"/prompts/pointer.json"}
    assert articles.over_the_network == 0


def _give_by(prompt: Locator, reader: Reader) -> None:
    """Give seven dollars a month by the prompt's own button."""
    window = reader.window
    prompt.get_by_role("button", name="$7").click()
    window.wait_for_url("**/donate/support/**")
    expect(window.get_by_role("main")).to_contain_text("$7")
    window.get_by_label("Email address").fill(ADDRESS)
    window.get_by_label("Name").fill("Ada Reader")
    window.locator("button[data-once]").click()
    reader.type_card()
    window.wait_for_url("**/thank-you/**")
    reader.settle()
    reader.expect_thanks()


def _change_card(reader: Reader) -> None:
    """Follow the link in the letter, and pay what is open with another card."""
    window = reader.window
    reader.open_letter("payment_failed")
    window.get_by_role("link", name="Change the card").click()
    window.get_by_role("button", name="Enter a new card").click()
    reader.type_card(OTHER_CARD)
    expect(window.get_by_role("status")).to_contain_text("the payment that was open is collected")
    reader.settle()
    assert reader.state() == "recurring"


def _stop(reader: Reader) -> None:
    reader.sign_in()
    reader.window.get_by_role("link", name="Stop this gift").click()
    reader.window.get_by_role("button", name="Stop this gift").click()
    expect(reader.window.get_by_role("status")).to_contain_text("Your gift is stopped.")
    reader.settle()


def _is_between_paragraphs(prompt: Locator) -> bool:
    return bool(
        prompt.evaluate(
            "({ parentElement: slot }) =>"
            " [slot.previousElementSibling, slot.nextElementSibling].every((each) => each?.localName === 'p')"
        )
    )


def _expect_thanks(prompt: Locator) -> None:
    expect(prompt).to_contain_text("Thank you for standing with us")
    expect(prompt.locator("form")).to_have_count(0)
