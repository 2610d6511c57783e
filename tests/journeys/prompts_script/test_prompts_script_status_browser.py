"""The reader's coarse status: read strictly, refreshed seldom, and never made up."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from membership.prompts.rules.tracing import read_trace
from tests.journeys.prompts_script import bundles
from tests.journeys.prompts_script.newspaper import Newspaper, Service
from tests.vectors.building import DAY

pytestmark = pytest.mark.browser

Open = Callable[[str], Page]
SetTwin = Callable[[str], None]
STATUS = "/api/v1/status/"


@pytest.fixture(autouse=True)
def _prompts(service: Service) -> None:
    prompts = [bundles.card(), bundles.thanks(), bundles.ask()]
    service.publish(bundles.published(service.url, *prompts))


def _context(page: Page) -> Any:
    """What the script knew, as the trace that it offers says."""
    page.get_by_text("Why am I seeing this?").click()
    href = page.get_by_role("link", name="See how it was decided").get_attribute("href") or ""
    return read_trace(href.split("#")[1]).context


def test_every_part_of_the_twin_is_understood(
    open_page: Open, set_twin: SetTwin, newspaper: Newspaper
) -> None:
    now = int(time.time())
    set_twin(f"recurring.{now}.{now + 9}.settled.middle.best-friend.ias")
    known = _context(open_page(newspaper.print())).reader
    assert (known.state, known.as_of, known.quiet_until) == ("recurring", now, now + 9)
    assert (known.tenure, known.band, known.tier) == ("settled", "middle", "best-friend")
    assert known.hints == {"invite", "abandoned"}
    assert known.signed_in


HOSTILE = [
    "recurring",
    "recurring.x.0....",
    "recurring.-1.0....",
    "recurring.1e9.0....",
    "recurring.99999999999.0....",
    "recurring.0.0.<b>...",
    "recurring.0.0.....more",
    "RECURRING.0.0....",
    "friend_of_the_house.0.0....",
    "%72ecurring.0.0....",
    "",
]


@pytest.mark.parametrize("value", HOSTILE)
def test_a_twin_that_makes_no_sense_makes_no_supporter(
    value: str, open_page: Open, set_twin: SetTwin, newspaper: Newspaper
) -> None:
    set_twin(value)
    page = open_page(newspaper.print())
    expect(page.get_by_role("region", name=bundles.APPEAL["title"])).to_be_visible()


@pytest.mark.parametrize(
    ("days", "words"),
    [(2, bundles.THANKS), (30, bundles.THANKS), (32, bundles.APPEAL)],
    ids=["after two days", "after thirty", "after thirty-two"],
)
def test_a_supporter_stays_one_without_news_for_a_month(
    days: int, words: bundles.Json, open_page: Open, set_twin: SetTwin, newspaper: Newspaper
) -> None:
    set_twin(f"recurring.{int(time.time()) - days * DAY}.0....")
    page = open_page(newspaper.print())
    expect(page.get_by_role("region", name=words["title"])).to_be_visible()


def test_a_failing_payment_shows_the_card_and_no_ask(
    open_page: Open, set_twin: SetTwin, newspaper: Newspaper
) -> None:
    set_twin(f"payment_failing.{int(time.time())}.0....")
    page = open_page(newspaper.print())
    expect(page.get_by_role("region", name=bundles.CARD["title"])).to_be_visible()
    expect(page.get_by_role("region")).to_have_count(1)


def _asks_for_status(page: Page, service: Service) -> int:
    page.wait_for_timeout(300)
    return len(service.asked(STATUS))


def test_nobody_asks_for_the_status_of_a_stranger_or_of_a_fresh_twin(
    open_page: Open, set_twin: SetTwin, newspaper: Newspaper, service: Service
) -> None:
    assert _asks_for_status(open_page(newspaper.print("first")), service) == 0
    set_twin(f"recurring.{int(time.time()) - DAY + 60}.0....")
    assert _asks_for_status(open_page(newspaper.print("second")), service) == 0


def test_an_old_twin_is_renewed_after_the_decision_and_at_most_once_a_day(
    open_page: Open, set_twin: SetTwin, newspaper: Newspaper, service: Service
) -> None:
    set_twin(f"recurring.{int(time.time()) - 2 * DAY}.0....")
    page = open_page(newspaper.print("first"))
    expect(page.get_by_role("region", name=bundles.THANKS["title"])).to_be_visible()
    assert _asks_for_status(page, service) == 1
    assert "status-twin=recurring" in service.cookies_of_status[0]
    assert _asks_for_status(open_page(newspaper.print("second")), service) == 1
    page.evaluate(
        """(day) => {
          const memory = JSON.parse(localStorage.getItem("masthead-memory"))
          localStorage.setItem("masthead-memory", JSON.stringify({ ...memory, asked: memory.asked - day }))
        }""",
        DAY,
    )
    assert _asks_for_status(open_page(newspaper.print("third")), service) == 2


def test_who_comes_from_our_pages_has_the_status_renewed(
    open_page: Open, page: Page, newspaper: Newspaper, service: Service
) -> None:
    service.links_to = newspaper.url + newspaper.print()
    page.goto(f"{service.url}/support/")
    page.get_by_role("link", name="Back").click()
    page.wait_for_selector("script[data-decided]", state="attached")
    assert _asks_for_status(page, service) == 1


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("https://www.google.co.uk/", "search"),
        ("https://duckduckgo.com/", "search"),
        ("https://t.co/abc", "social"),
        ("https://l.facebook.com/", "social"),
        ("https://notgoogle.example/", "other"),
        ("", "direct"),
    ],
)
def test_where_a_reader_comes_from_is_known_by_kind_alone(
    address: str, kind: str, page: Page, newspaper: Newspaper
) -> None:
    page.goto(newspaper.print(), referer=address or None)
    page.wait_for_selector("script[data-decided]", state="attached")
    assert _context(page).reader.referrer == kind


def test_a_newsletters_links_say_so_themselves(page: Page, newspaper: Newspaper) -> None:
    page.goto(f"{newspaper.print()}?utm_medium=email&utm_campaign=may")
    page.wait_for_selector("script[data-decided]", state="attached")
    known = _context(page).reader
    assert (known.referrer, known.code) == ("newsletter", "may")


@pytest.mark.parametrize(("width", "device"), [(360, "phone"), (800, "tablet"), (1280, "desktop")])
def test_the_device_is_known_by_its_width(
    width: int, device: str, page: Page, newspaper: Newspaper
) -> None:
    page.set_viewport_size({"width": width, "height": 700})
    page.goto(newspaper.print())
    page.wait_for_selector("script[data-decided]", state="attached")
    assert _context(page).reader.device == device
