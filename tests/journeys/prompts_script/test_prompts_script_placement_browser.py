"""Where the appeal stands in an article, and that nothing moves for it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.prompts_script import bundles
from tests.journeys.prompts_script.newspaper import SENTENCE, Newspaper, Service

pytestmark = pytest.mark.browser

Open = Callable[[str], Page]

EMBEDS = {
    "a picture": "<figure><p>A caption.</p></figure>",
    "a frame": '<iframe title="Map" src="about:blank"></iframe>',
    "an embed": "<embed>",
    "a quotation": "<blockquote><p>Words of somebody.</p></blockquote>",
    "a heading": "<h2>Later that night</h2>",
    "a list": "<ul><li><p>One</p></li></ul>",
    "an advertisement": "<div>Buy.</div>",
    "a picture in a paragraph": '<p><img alt="" src="data:,"></p>',
}


@pytest.fixture(autouse=True)
def _appeal(service: Service) -> None:
    service.publish(bundles.published(service.url, bundles.ask()))


def _text(count: int, sentences: int = 4) -> list[str]:
    return [f"<p>{number}. {SENTENCE * sentences}</p>" for number in range(1, count + 1)]


def _follows(page: Page) -> int:
    """The number of the paragraph after which the appeal stands; 0 for nowhere."""
    return int(
        page.evaluate(
            "parseInt(document.querySelector('aside')?.parentElement.previousElementSibling.textContent ?? 0)"
        )
    )


def test_the_appeal_stands_after_two_fifths_of_the_paragraphs(
    open_page: Open, newspaper: Newspaper
) -> None:
    expected = {3: 0, 4: 2, 5: 2, 8: 3, 10: 4, 20: 8}
    found = {
        count: _follows(open_page(newspaper.print(f"of-{count}", body="".join(_text(count, 14)))))
        for count in expected
    }
    assert found == expected


@pytest.mark.parametrize("name", EMBEDS)
def test_the_appeal_never_stands_beside(name: str, open_page: Open, newspaper: Newspaper) -> None:
    text = _text(10, 14)
    body = [*text[:4], EMBEDS[name], *text[4:]]
    page = open_page(newspaper.print(body="".join(body)))
    assert _follows(page) in {3, 5}
    assert (
        page.evaluate("document.querySelector('aside').parentElement.nextElementSibling.localName")
        == "p"
    )


def test_an_article_without_a_gap_has_no_appeal(open_page: Open, newspaper: Newspaper) -> None:
    broken_up = "<figure></figure>".join(_text(8, 14))
    assert _follows(open_page(newspaper.print(body=broken_up))) == 0


def test_the_newspapers_own_place_is_used_where_there_is_one(
    open_page: Open, newspaper: Newspaper
) -> None:
    text = _text(10, 14)
    place = '<div data-masthead-slot="in-article"></div>'
    page = open_page(newspaper.print(body="".join([*text[:6], place, *text[6:]])))
    assert _follows(page) == 6


def test_the_marked_article_is_preferred_to_the_first_on_the_page(
    open_page: Open, newspaper: Newspaper
) -> None:
    teaser = "<article>" + "".join(_text(6, 14)) + "</article>"
    marked = "<article data-masthead-article>" + "".join(_text(10, 14)) + "</article>"
    page = open_page(newspaper.print(body=teaser + marked))
    assert page.evaluate("document.querySelector('[data-masthead-article] aside') !== null")


def _shift(page: Page) -> float:
    """Read the article to its end and back; what moved by itself, as the browser counts it."""
    page.wait_for_timeout(300)
    for height in range(0, 4000, 400):
        page.evaluate("(height) => scrollTo(0, height)", height)
        page.wait_for_timeout(20)
    page.evaluate("scrollTo(0, 0)")
    page.wait_for_timeout(150)
    return float(page.evaluate("window.shifts.reduce((sum, each) => sum + each, 0)"))


HEAD = '<div data-masthead-slot="header-line"></div>'
RESERVED = '<div data-masthead-slot="in-article"></div>'
LAYOUTS = {
    "placed by the script": {"body": "".join(_text(12))},
    "placed by the script, its style too": {"body": "".join(_text(12)), "is_styled": False},
    "in a place without room in sight": {"body": "".join([_text(1)[0], RESERVED, *_text(9)])},
    "all slots": {
        "body": HEAD + "".join([*_text(6), RESERVED, *_text(6)]),
        "foot": '<div data-masthead-slot="banner"></div>',
    },
}


@pytest.fixture(params=[360, 1280])
def wide(request: pytest.FixtureRequest, open_page: Open, page: Page) -> Open:
    """Open pages in a window of this width."""
    page.set_viewport_size({"width": request.param, "height": 900})
    return open_page


@pytest.mark.parametrize("layout", LAYOUTS)
def test_nothing_moves(layout: str, wide: Open, newspaper: Newspaper, service: Service) -> None:
    notice = bundles.thanks(
        "line", "header-line", states=["anonymous"], words={"title": "Thank you"}
    )
    rules = bundles.published(service.url, notice, bundles.ask("spring", "in-article", "banner"))
    service.publish(rules)
    path = newspaper.print(**LAYOUTS[layout])  # type: ignore[arg-type]
    cold, warm = _shift(wide(path)), _shift(wide(path))
    assert cold < 0.01
    assert warm < 0.01


def test_the_measure_of_movement_does_see_some(open_page: Open, newspaper: Newspaper) -> None:
    page = open_page(newspaper.print(body="".join(_text(12))))
    page.evaluate(
        "new Promise((done) => setTimeout(() => { const p = document.createElement('p');"
        "p.textContent = 'Late words. '.repeat(200); document.querySelector('h1').after(p); done() }, 600))"
    )
    assert _shift(page) > 0.01


def test_a_place_in_sight_without_room_gives_way_to_a_gap_below(
    open_page: Open, page: Page, newspaper: Newspaper
) -> None:
    path = newspaper.print(body="".join([_text(1)[0], RESERVED, *_text(30)]))
    open_page(path)
    assert page.evaluate(
        "document.querySelector('aside').getBoundingClientRect().top > innerHeight"
    )
    assert _shift(page) < 0.01


def test_what_the_page_came_with_stays_where_there_is_no_room(
    open_page: Open, page: Page, newspaper: Newspaper
) -> None:
    place = '<div data-masthead-slot="in-article"><p>Of the page itself.</p></div>'
    open_page(newspaper.print(body=f"<p>Short.</p>{place}<p>Very short.</p>"))
    expect(page.get_by_text("Of the page itself.")).to_be_visible()
    assert _shift(page) < 0.01


def test_room_that_the_page_keeps_is_used_in_sight(
    open_page: Open, page: Page, newspaper: Newspaper
) -> None:
    roomy = '<div data-masthead-slot="in-article" class="roomy"></div>'
    path = newspaper.print(body="".join([_text(1)[0], roomy, *_text(9)]))
    open_page(path)
    assert _follows(page) == 1
    assert _shift(page) < 0.01
