"""The script obeys signed bundles alone, keeps the last good one, and costs our servers nothing where it has one."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import CHROMIUM
from tests.journeys.prompts_script import bundles
from tests.journeys.prompts_script.newspaper import SENTENCE, Newspaper, Service

pytestmark = pytest.mark.browser

APPEAL = bundles.APPEAL["title"]
FALLBACK = '<div data-masthead-slot="in-article"><p>Support us, from the page itself.</p></div>'


def _body() -> str:
    return f"<p>{SENTENCE}</p>" * 12 + FALLBACK


def _decided(page: Page) -> None:
    """Wait until the script has made up its mind, which it marks on its own tag."""
    page.wait_for_selector("script[data-decided]", state="attached")


def _is_asked(page: Page, path: str) -> bool:
    page.goto(path)
    _decided(page)
    return page.get_by_role("region", name=APPEAL).count() == 1


def test_a_signed_bundle_is_obeyed(page: Page, newspaper: Newspaper, service: Service) -> None:
    service.publish(bundles.published(service.url, bundles.ask()))
    page.goto(newspaper.print())
    expect(page.get_by_role("region", name=APPEAL)).to_be_visible()


def test_a_warm_view_asks_nothing_of_anybody_until_it_is_left(
    page: Page, newspaper: Newspaper, service: Service
) -> None:
    service.publish(bundles.published(service.url, bundles.ask(), bundles.thanks()))
    path = newspaper.print()
    assert _is_asked(page, path)
    page.goto("about:blank")
    page.wait_for_timeout(200)
    service.server.requests.clear()
    before = len(service.beacons)

    assert _is_asked(page, path)
    page.get_by_role("region").scroll_into_view_if_needed()
    page.wait_for_timeout(600)
    assert service.server.requests == []

    page.goto("about:blank")
    page.wait_for_timeout(200)
    assert service.server.requests == [("POST", "/prompts/events/")]
    assert len(service.beacons) == before + 1


def test_a_warm_view_without_a_prompt_never_asks_anything(
    page: Page, newspaper: Newspaper, service: Service
) -> None:
    service.publish(bundles.published(service.url, bundles.ask()))
    path = newspaper.print(sensitive="yes")
    assert not _is_asked(page, path)
    service.server.requests.clear()
    assert not _is_asked(page, path)
    page.goto("about:blank")
    page.wait_for_timeout(200)
    assert service.server.requests == []


def _unsigned(service: Service) -> None:
    body = bundles.published(service.url, bundles.ask("wrong"))
    service.publish(body, signature=bundles.Publisher().sign(body))


def _garbled(service: Service) -> None:
    service.publish(bundles.published(service.url, bundles.ask("wrong")), signature="%")


def _other_schema(service: Service) -> None:
    rules = json.loads(bundles.published(service.url, bundles.ask("wrong")))
    service.publish(json.dumps({**rules, "schema": 2}).encode())


def _without_exclusions(service: Service) -> None:
    service.publish(bundles.published(service.url, bundles.ask("wrong"), exclusions=[]))


def _missing(service: Service) -> None:
    service.publish(bundles.published(service.url, bundles.ask("wrong")))
    service.bundles.clear()


def _changed_on_the_way(service: Service) -> None:
    body = bundles.published(service.url, bundles.ask("wrong"))
    service.publish(body)
    service.bundles[bundles.name_of(body)] = body.replace(b'"ppm":0', b'"ppm":1')


REFUSED = [
    _unsigned,
    _garbled,
    _other_schema,
    _without_exclusions,
    _missing,
    _changed_on_the_way,
]


@pytest.mark.parametrize("publish", REFUSED, ids=lambda each: each.__name__.strip("_"))
def test_a_bundle_that_must_not_be_obeyed_leaves_the_last_good_one(
    page: Page, newspaper: Newspaper, service: Service, publish: object
) -> None:
    assert callable(publish)
    service.keeps_pointer = 0
    path = newspaper.print(body=_body())
    publish(service)
    assert not _is_asked(page, path)
    expect(page.get_by_text("Support us, from the page itself.")).to_be_visible()

    service.publish(bundles.published(service.url, bundles.ask("right")))
    assert _is_asked(page, path)
    publish(service)
    assert _is_asked(page, path)
    kept = page.evaluate(
        "JSON.parse(localStorage.getItem('masthead-bundle')).rules.campaigns[0].id"
    )
    assert kept == "right"


def test_while_the_service_is_away_the_decision_is_the_same(
    page: Page, newspaper: Newspaper, service: Service
) -> None:
    service.keeps_pointer = 0
    service.publish(bundles.published(service.url, bundles.ask()))
    path = newspaper.print()
    assert _is_asked(page, path)
    service.is_down = True
    assert _is_asked(page, path)
    assert service.asked("/prompts/pointer.json")


def test_a_failed_request_leaves_what_the_page_came_with(
    page: Page, newspaper: Newspaper, service: Service
) -> None:
    service.is_down = True
    assert not _is_asked(page, newspaper.print(body=_body()))
    expect(page.get_by_text("Support us, from the page itself.")).to_be_visible()


def test_a_prompt_takes_the_place_of_what_the_page_came_with(
    page: Page, newspaper: Newspaper, service: Service
) -> None:
    service.publish(bundles.published(service.url, bundles.ask()))
    assert _is_asked(page, newspaper.print(body=_body()))
    expect(page.get_by_text("Support us, from the page itself.")).to_have_count(0)


def test_the_kill_switch_holds_even_when_the_service_goes_away_after_it(
    page: Page, newspaper: Newspaper, service: Service
) -> None:
    service.keeps_pointer = 0
    body = bundles.published(service.url, bundles.ask())
    service.publish(body)
    path = newspaper.print()
    assert _is_asked(page, path)
    service.stop_prompts()
    assert not _is_asked(page, path)
    service.is_down = True
    assert not _is_asked(page, path)
    service.is_down = False
    service.publish(body)
    assert _is_asked(page, path)


def test_a_new_bundle_holds_from_the_next_view_on(
    page: Page, newspaper: Newspaper, service: Service
) -> None:
    service.keeps_pointer = 0
    path = newspaper.print()
    service.publish(bundles.published(service.url, bundles.ask()))
    assert _is_asked(page, path)
    words = {"title": "Half way there"}
    service.publish(bundles.published(service.url, bundles.ask("second", words=words)))
    assert not _is_asked(page, path)
    expect(page.get_by_role("region", name="Half way there")).to_be_visible()


@pytest.fixture
def plain_http(browser: Browser, newspaper: Newspaper) -> Iterator[Page]:
    """A window of a newspaper without TLS, whose browser therefore has no crypto.subtle."""
    flags = ["--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP courier.test 127.0.0.1"]
    second = browser.browser_type.launch(executable_path=CHROMIUM, args=flags)
    base = newspaper.url.replace("127.0.0.1", "courier.test")
    yield second.new_context(base_url=base).new_page()
    second.close()


def test_without_a_way_to_verify_only_the_last_verified_bundle_is_obeyed(
    plain_http: Page, newspaper: Newspaper, service: Service
) -> None:
    service.publish(bundles.published(service.url, bundles.ask()))
    path = newspaper.print()
    assert not _is_asked(plain_http, path)
    assert plain_http.evaluate("crypto.subtle === undefined")
    held = bundles.published(service.url, bundles.ask("held"))
    plain_http.evaluate(
        "(held) => localStorage.setItem('masthead-bundle', JSON.stringify(held))",
        {"hash": bundles.name_of(held), "rules": json.loads(held)},
    )
    assert _is_asked(plain_http, path)
