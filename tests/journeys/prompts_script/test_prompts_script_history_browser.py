"""What the browser remembers: it is bounded, it spares readers, it is never sent, and pages work without it."""

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.prompts_script import bundles
from tests.journeys.prompts_script.newspaper import SENTENCE, Newspaper, Service
from tests.vectors.building import DAY

pytestmark = pytest.mark.browser

Open = Callable[[str], Page]
LONGEST = 4096


def _memory(page: Page) -> bundles.Json:
    return dict(json.loads(page.evaluate("localStorage.getItem('masthead-memory')")))


def _see(page: Page, seconds: float = 0.5) -> None:
    page.get_by_role("region").scroll_into_view_if_needed()
    page.wait_for_timeout(seconds * 1000)


def test_what_was_seen_for_200_ms_counts_and_what_was_passed_by_does_not(
    open_page: Open, newspaper: Newspaper, service: Service
) -> None:
    service.publish(bundles.published(service.url, bundles.ask()))
    page = open_page(newspaper.print())
    page.wait_for_timeout(500)
    assert _memory(page)["history"]["views"] == []
    page.evaluate(
        """new Promise((done) => {
          document.querySelector("aside").scrollIntoView()
          setTimeout(() => { scrollTo(0, 0); done() }, 100)
        })"""
    )
    page.wait_for_timeout(500)
    assert _memory(page)["history"]["views"] == []
    _see(page)
    [[campaign, slot, at, asks]] = _memory(page)["history"]["views"]
    assert (campaign, slot, asks) == ("spring", "in-article", 1)
    assert abs(at - page.evaluate("Date.now() / 1000")) < 10


def test_a_cap_holds_from_one_article_to_the_next(
    open_page: Open, newspaper: Newspaper, service: Service
) -> None:
    service.publish(bundles.published(service.url, bundles.ask(caps={"views": 2, "days": 30})))
    shown = []
    for name in ("first", "second", "third"):
        page = open_page(newspaper.print(name))
        shown.append(page.get_by_role("region").count())
        if shown[-1]:
            _see(page)
    assert shown == [1, 1, 0]


def test_not_now_is_kept_for_a_week(
    open_page: Open, page: Page, newspaper: Newspaper, service: Service
) -> None:
    service.publish(bundles.published(service.url, bundles.ask(), budget={"cooldown": [7, 14]}))
    path = newspaper.print()
    open_page(path).get_by_role("button", name="Not now").click()
    assert open_page(path).get_by_role("region").count() == 0
    page.evaluate(
        """(week) => {
          const memory = JSON.parse(localStorage.getItem("masthead-memory"))
          memory.history.dismissed = memory.history.dismissed.map((at) => at - week)
          localStorage.setItem("masthead-memory", JSON.stringify(memory))
        }""",
        7 * DAY,
    )
    assert open_page(path).get_by_role("region").count() == 1


def test_thanks_that_are_closed_are_no_refusal(
    open_page: Open, set_twin: Callable[[str], None], newspaper: Newspaper, service: Service
) -> None:
    service.publish(bundles.published(service.url, bundles.thanks()))
    set_twin("recurring.0.0....")
    page = open_page(newspaper.print())
    page.get_by_role("button", name="Close").click()
    assert _memory(page)["history"]["dismissed"] == []


@pytest.mark.parametrize("days", [7, 30, 90])
def test_a_pause_that_the_reader_chose_is_kept(
    days: int, open_page: Open, newspaper: Newspaper, service: Service
) -> None:
    service.publish(bundles.published(service.url, bundles.ask()))
    path = newspaper.print()
    page = open_page(path)
    page.get_by_text("Why am I seeing this?").click()
    page.get_by_role("group", name="Pause appeals").get_by_role(
        "button", name=f"{days} days"
    ).click()
    assert page.get_by_role("region").count() == 0
    until = _memory(page)["history"]["paused_until"] - page.evaluate("Date.now() / 1000")
    assert abs(until - days * DAY) < 60
    assert open_page(path).get_by_role("region").count() == 0


def test_the_memory_never_grows_beyond_4_kb(
    open_page: Open, page: Page, newspaper: Newspaper, service: Service
) -> None:
    service.publish(bundles.published(service.url, bundles.ask()))
    path = newspaper.print()
    open_page(path)
    page.evaluate(
        """() => {
          const now = Math.floor(Date.now() / 1000), day = Math.floor(now / 86400)
          const many = (count, make) => Array.from({ length: count }, (_, at) => make(at))
          localStorage.setItem("masthead-memory", JSON.stringify({
            seed: "kept", last: "other",
            history: {
              reads: many(400, (at) => [day - 400 + at, 5]),
              views: many(500, (at) => ["spring", "in-article", now - 500 * 86400 + at * 86400, 0]),
              dismissed: many(90, (at) => now - 100 + at),
              paused_until: 0,
              arms: Object.fromEntries(many(40, (at) => ["ended-" + at, "a"])),
            },
          }))
        }"""
    )
    _see(open_page(path))
    assert len(page.evaluate("localStorage.getItem('masthead-memory')")) <= LONGEST
    history = _memory(page)["history"]
    today = page.evaluate("Math.floor(Date.now() / 86400000)")
    assert min(day for day, _ in history["reads"]) > today - 60
    assert [today, 1] in history["reads"]
    assert len(history["dismissed"]) == 20
    assert history["arms"] == {"spring": "a"}
    assert history["views"][-1][3] == 1
    assert len(history["views"]) > 30
    assert _memory(page)["seed"] == "kept"


def test_an_article_read_again_counts_once(
    open_page: Open, newspaper: Newspaper, service: Service
) -> None:
    service.publish(bundles.published(service.url, bundles.ask(reads={"days": 30, "min": 2})))
    path = newspaper.print("first")
    assert open_page(path).get_by_role("region").count() == 0
    assert open_page(path).get_by_role("region").count() == 0
    assert open_page(newspaper.print("second")).get_by_role("region").count() == 1


def test_an_arm_is_kept_when_the_weights_change(
    open_page: Open, newspaper: Newspaper, service: Service
) -> None:
    service.keeps_pointer = 0
    campaign = bundles.ask()
    [variant] = campaign["variants"]
    path = newspaper.print()
    for weights in ((1, 0), (1, 999_999)):
        campaign["variants"] = [
            {**variant, "id": name, "weight": weight}
            for name, weight in zip("ab", weights, strict=True)
        ]
        service.publish(bundles.published(service.url, campaign))
        page = open_page(path)
        expect(page.locator("input[name=arm]")).to_have_value("a")


SANDBOXED = f"<p>{SENTENCE * 3}</p>" * 12


@pytest.mark.parametrize("way", ["by the newspaper", "by the browser"])
def test_a_page_works_with_storage_refused(
    way: str, page: Page, open_page: Open, newspaper: Newspaper, service: Service
) -> None:
    service.publish(bundles.published(service.url, bundles.ask(sections={"in": ["news"]})))
    if way == "by the browser":
        newspaper.refuses_storage = True
    tag = 'data-storage="none"' if way == "by the newspaper" else ""
    open_page(newspaper.print(tag=tag, section="news"))
    expect(page.locator("input[name=arm]")).to_have_value("default")
    _see(page)
    page.get_by_role("button", name="Not now").click()
    expect(page.get_by_role("region")).to_have_count(0)
    if way == "by the newspaper":
        assert page.evaluate("localStorage.length") == 0
    assert open_page(newspaper.print("sport", section="sport")).get_by_role("region").count() == 0


def test_nothing_of_the_history_is_ever_sent(
    reader: Callable[..., BrowserContext], newspaper: Newspaper, service: Service
) -> None:
    service.publish(bundles.published(service.url, bundles.ask()))
    page = reader().new_page()
    for name in ("first", "second", "third"):
        page.goto(newspaper.print(f"secret-{name}"))
        page.wait_for_selector("script[data-decided]", state="attached")
        _see(page)
    page.get_by_text("Why am I seeing this?").click()
    expect(page.get_by_role("link", name="See how it was decided")).to_be_visible()
    seed = _memory(page)["seed"]
    page.get_by_role("link", name="See how it was decided").click()
    page.wait_for_url("**/prompts/why/**")
    assert "#" in page.url
    sent = [path for _, path in service.server.requests] + [str(each) for each in service.beacons]
    assert "/prompts/why/" in sent
    assert [each for each in sent if "secret" in each or seed in each or "reads" in each] == []
