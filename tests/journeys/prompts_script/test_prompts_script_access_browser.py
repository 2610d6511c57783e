"""Prompts can be read, operated and put away by everybody: by keyboard, at 400 % zoom, with a screen reader."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import AXE, PICTURES
from tests.journeys.prompts_script import bundles
from tests.journeys.prompts_script.newspaper import SENTENCE, Newspaper, Service

pytestmark = pytest.mark.browser

Open = Callable[[str], Page]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
BODY = (
    '<div data-masthead-slot="header-line"></div>'
    + f"<p>{SENTENCE * 3}</p>" * 8
    + '<div data-masthead-slot="in-article"></div>'
    + f'<p>{SENTENCE} <a href="/elsewhere">Elsewhere</a></p>' * 8
    + '<div data-masthead-slot="end-of-article"></div>'
)
FOOT = '<div data-masthead-slot="banner"></div>'
LINE = {"title": "Thank you for reading", "body": "The Courier is free for everyone.", "plea": ""}


def _everywhere(newspaper: Newspaper, service: Service, *, asks: str) -> str:
    """A page with a prompt in each slot, of which one asks."""
    service.publish(
        bundles.published(
            service.url,
            bundles.ask("spring", asks),
            bundles.card("card", "end-of-article", states=["anonymous"]),
            bundles.thanks("line", "header-line", states=["anonymous"], words=LINE),
            bundles.thanks("thanks", "banner", "in-article", states=["anonymous"]),
        )
    )
    return newspaper.print(body=BODY, foot=FOOT)


@pytest.mark.parametrize("asks", ["in-article", "banner"])
@pytest.mark.parametrize("width", [360, 1280])
def test_every_slot_meets_wcag(
    asks: str, width: int, open_page: Open, newspaper: Newspaper, service: Service
) -> None:
    page = open_page(_everywhere(newspaper, service, asks=asks))
    page.set_viewport_size({"width": width, "height": 900})
    for summary in page.locator("summary").all():
        summary.press("Enter")
    expect(page.get_by_text("See how it was decided")).to_have_count(4)
    page.wait_for_timeout(500)
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"prompts-{asks}-{width}-open.png", full_page=True)
    # The address of the policy's own script is refused by the page, as it should be: the driver puts it in.
    page.evaluate(AXE.read_text())
    found = page.evaluate("(tags) => axe.run({include: ['aside']}, {runOnly: tags})", RULES)
    assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found["violations"]] == []
    assert len(found["passes"]) > 10
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


@pytest.mark.parametrize("asks", ["in-article", "banner"])
def test_nothing_is_lost_at_400_per_cent(
    asks: str, open_page: Open, newspaper: Newspaper, service: Service
) -> None:
    page = open_page(_everywhere(newspaper, service, asks=asks))
    page.set_viewport_size({"width": 320, "height": 256})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    expect(page.locator("[data-slot=banner].prompt")).to_have_css("position", "static")
    for button in page.get_by_role("button").all():
        box = button.bounding_box()
        assert box
        assert box["width"] >= 24
        assert box["height"] >= 24
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 320


def _appeal(newspaper: Newspaper, service: Service) -> str:
    service.publish(bundles.published(service.url, bundles.ask("spring", "in-article")))
    return newspaper.print(body=BODY)


def test_a_prompt_takes_no_focus_and_interrupts_nobody(
    open_page: Open, newspaper: Newspaper, service: Service
) -> None:
    page = open_page(_everywhere(newspaper, service, asks="banner"))
    assert page.evaluate("document.activeElement === document.body")
    assert page.locator("[role=alert], [role=dialog], [aria-live], dialog").count() == 0
    assert page.evaluate("getComputedStyle(document.body).overflow") == "visible"


@pytest.mark.parametrize("way", ["Escape", "Not now"])
def test_putting_a_prompt_away_gives_the_focus_back(
    way: str, open_page: Open, newspaper: Newspaper, service: Service
) -> None:
    page = open_page(_appeal(newspaper, service))
    page.get_by_role("link", name="Elsewhere").first.focus()
    page.keyboard.press("Shift+Tab")
    focused = page.locator(":focus")
    expect(focused).to_have_text("Not now")
    page.keyboard.press("Escape" if way == "Escape" else "Enter")
    expect(page.get_by_role("region")).to_have_count(0)
    expect(page.locator(":focus")).to_have_text("Elsewhere")


def test_without_a_focus_to_give_back_reading_goes_on_before_the_prompt(
    open_page: Open, newspaper: Newspaper, service: Service
) -> None:
    page = open_page(_appeal(newspaper, service))
    page.get_by_role("button", name="Not now").click()
    expect(page.get_by_role("region")).to_have_count(0)
    assert page.evaluate("document.activeElement.localName") == "p"


def test_the_keyboard_reaches_everything_in_the_order_in_which_it_is_read(
    open_page: Open, newspaper: Newspaper, service: Service
) -> None:
    page = open_page(_appeal(newspaper, service))
    page.get_by_role("link", name="How we spend it").focus()
    reached = []
    for _ in range(7):
        page.keyboard.press("Tab")
        reached.append(page.locator(":focus").inner_text())
    assert reached == [
        "£3",
        "£5",
        "£10",
        "Another amount",
        "Give once",
        "Why am I seeing this?",
        "Not now",
    ]
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_a_banner_never_covers_what_has_the_focus(
    open_page: Open, newspaper: Newspaper, service: Service
) -> None:
    service.publish(bundles.published(service.url, bundles.ask("spring", "banner")))
    page = open_page(newspaper.print(body=BODY, foot=FOOT))
    page.set_viewport_size({"width": 1280, "height": 800})
    top = page.locator(".prompt").bounding_box()
    assert top
    for _ in range(8):
        page.keyboard.press("Tab")
        box = page.locator(":focus").bounding_box()
        assert box
        if page.evaluate("document.activeElement.closest('aside') === null"):
            assert box["y"] + box["height"] <= top["y"]


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_who_wants_no_motion_sees_none(
    motion: str, open_page: Open, newspaper: Newspaper, service: Service
) -> None:
    service.publish(bundles.published(service.url, bundles.ask("spring", "banner")))
    page = open_page(newspaper.print(body=BODY, foot=FOOT))
    page.emulate_media(reduced_motion=motion)  # type: ignore[arg-type]
    name = {"reduce": "none", "no-preference": "prompt-appears"}[motion]
    expect(page.locator(".prompt")).to_have_css("animation-name", name)
