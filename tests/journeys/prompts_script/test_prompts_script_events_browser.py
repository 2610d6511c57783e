"""What is reported: that something was seen, clicked or put away, in batches, and never by whom."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from membership.prompts.rules.tracing import read_trace
from tests.journeys.prompts_script import bundles
from tests.journeys.prompts_script.newspaper import SENTENCE, Newspaper, Service

pytestmark = pytest.mark.browser

Open = Callable[[str], Page]
SLOTS = ("in-article", "end-of-article", "banner")


def _leave(page: Page) -> None:
    page.goto("about:blank")
    page.wait_for_timeout(200)


def _kinds(service: Service) -> list[str]:
    return [str(event["t"]) for event in service.events]


def test_an_event_says_what_and_where_but_not_who(
    open_page: Open, newspaper: Newspaper, service: Service
) -> None:
    body = bundles.published(service.url, bundles.ask())
    service.publish(body)
    page = open_page(newspaper.print(country="GB"))
    page.get_by_role("region").scroll_into_view_if_needed()
    page.wait_for_timeout(500)
    page.get_by_text("Why am I seeing this?").click()
    expect(page.get_by_text("See how it was decided")).to_be_visible()
    page.get_by_role("button", name="£5").click()
    page.wait_for_url("**/donate/**")
    page.wait_for_timeout(200)
    [beacon] = service.beacons
    assert re.match(rb'{"b":"[0-9a-f]{12}","e":\[', beacon)
    assert bundles.name_of(body).encode()[:12] in beacon
    assert _kinds(service) == ["eligible", "seen", "why", "clicked"]
    ids = [str(event.pop("i")) for event in service.events]
    assert len(set(ids)) == 4
    assert all(re.fullmatch(r"[0-9a-f]{16}", each) for each in ids)
    common = {"c": "spring", "v": "a", "s": "in-article", "k": "GB", "r": "anonymous"}
    first = [1, 1, 0, 0]
    assert service.events == [
        {"t": kind, **common, "f": is_first}
        for kind, is_first in zip(["eligible", "seen", "why", "clicked"], first, strict=True)
    ]


def test_the_first_time_is_told_from_the_next(
    open_page: Open, newspaper: Newspaper, service: Service
) -> None:
    service.publish(bundles.published(service.url, bundles.ask()))
    for name in ("first", "second"):
        page = open_page(newspaper.print(name))
        page.get_by_role("region").scroll_into_view_if_needed()
        page.wait_for_timeout(500)
        _leave(page)
    assert [(event["t"], event["f"]) for event in service.events] == [
        ("eligible", 1),
        ("seen", 1),
        ("eligible", 0),
        ("seen", 0),
    ]


def test_putting_a_prompt_away_is_reported_once(
    open_page: Open, newspaper: Newspaper, service: Service
) -> None:
    service.publish(bundles.published(service.url, bundles.ask()))
    page = open_page(newspaper.print())
    page.get_by_role("button", name="Not now").click()
    _leave(page)
    assert _kinds(service).count("dismissed") == 1


def test_who_is_held_out_is_shown_nothing_and_counted(
    open_page: Open, newspaper: Newspaper, service: Service
) -> None:
    everybody = {"id": "holdout", "ppm": 1_000_000}
    rules = bundles.published(service.url, bundles.ask(), holdout=everybody)
    service.publish(rules)
    for name in ("first", "second"):
        page = open_page(newspaper.print(name))
        expect(page.get_by_role("region")).to_have_count(0)
        _leave(page)
    assert [(each["t"], each["c"], each["v"], each["f"]) for each in service.events] == [
        ("eligible", "spring", "holdout", 1),
        ("eligible", "spring", "holdout", 0),
    ]


def test_who_cannot_be_assigned_an_arm_is_counted_apart(
    open_page: Open, newspaper: Newspaper, service: Service
) -> None:
    service.publish(bundles.published(service.url, bundles.ask()))
    _leave(open_page(newspaper.print(tag='data-storage="none"')))
    assert [(each["v"], each["f"]) for each in service.events] == [("default:a", 0)]


@pytest.mark.parametrize("signal", ["globalPrivacyControl: true", 'doNotTrack: "1"'])
def test_nothing_is_sent_where_the_browser_asks_for_it(
    signal: str, reader: Callable[..., BrowserContext], newspaper: Newspaper, service: Service
) -> None:
    service.publish(bundles.published(service.url, bundles.ask()))
    context = reader()
    name, value = signal.split(": ")
    # Chromium knows the one signal by an extension alone, and takes the other from its own settings.
    context.add_init_script(f"Object.defineProperty(navigator, '{name}', {{ value: {value} }})")
    page = context.new_page()
    page.goto(newspaper.print())
    page.get_by_role("region").scroll_into_view_if_needed()
    page.wait_for_timeout(500)
    page.get_by_role("button", name="Not now").click()
    _leave(page)
    assert service.beacons == []


def test_twenty_events_are_sent_before_the_page_is_left(
    open_page: Open, newspaper: Newspaper, service: Service
) -> None:
    slots = [{"id": f"slot-{number}"} for number in range(25)]
    names = [slot["id"] for slot in slots]
    notice = bundles.thanks("note", *names, states=["anonymous"])
    service.publish(bundles.published(service.url, notice, slots=slots))
    places = "".join(f'<div data-masthead-slot="{name}"></div>' for name in names)
    page = open_page(newspaper.print(body=f"<p>{SENTENCE * 3}</p>" * 12 + places))
    page.wait_for_timeout(300)
    assert len(service.events) == 20
    _leave(page)
    assert len(service.events) == 25
    assert len(service.beacons) == 2


def test_the_trace_that_a_reader_hands_on_replays_from_the_bundle(
    open_page: Open, newspaper: Newspaper, service: Service
) -> None:
    body = bundles.published(service.url, bundles.ask(reads={"days": 30, "min": 1}))
    service.publish(body)
    page = open_page(newspaper.print(country="US", tags="harbour, night"))
    page.get_by_text("Why am I seeing this?").click()
    expect(
        page.get_by_text("It also depends on how many articles you have read here")
    ).to_be_visible()
    href = page.get_by_role("link", name="See how it was decided").get_attribute("href") or ""
    trace = read_trace(urlsplit(href).fragment)
    assert trace.bundle == bundles.name_of(body)
    assert trace.context.page.id == "harbour"
    assert trace.context.page.tags == {"harbour", "night"}
    assert trace.context.reader.country == "US"
    assert sum(count for _, count in trace.context.history.reads) == 1
