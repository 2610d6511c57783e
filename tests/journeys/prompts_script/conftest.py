"""A newspaper, the service behind its prompts, and readers who open its pages in Chromium."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.journeys.prompts_script.newspaper import Newspaper, Service

# Filled in before the page's own scripts run, so that a test can ask for what happened since.
WATCH = """
window.shifts = []
new PerformanceObserver((list) => window.shifts.push(...list.getEntries().map((each) => each.value)))
  .observe({ type: "layout-shift", buffered: true })
"""


@pytest.fixture
def service() -> Iterator[Service]:
    started = Service()
    yield started
    started.server.stop()


@pytest.fixture
def newspaper(service: Service) -> Iterator[Newspaper]:
    started = Newspaper(service)
    yield started
    started.server.stop()


@pytest.fixture
def reader(browser: Browser, newspaper: Newspaper) -> Iterator[Callable[..., BrowserContext]]:
    """Somebody with a browser of their own; the test fails when a script broke on a page they saw."""
    contexts: list[BrowserContext] = []
    broken: list[str] = []

    def arrive(**options: Any) -> BrowserContext:
        chosen = {"viewport": {"width": 1280, "height": 900}, "locale": "en-GB", **options}
        context = browser.new_context(base_url=newspaper.url, **chosen)
        context.set_default_timeout(10_000)
        context.add_init_script(WATCH)
        context.on(
            "page", lambda page: page.on("pageerror", lambda error: broken.append(str(error)))
        )
        contexts.append(context)
        return context

    yield arrive
    for context in contexts:
        context.close()
    assert broken == []


@pytest.fixture
def page(reader: Callable[..., BrowserContext]) -> Page:
    """An open window of a reader whom nobody knows, at noon of Greenwich."""
    return reader(timezone_id="Etc/GMT").new_page()


@pytest.fixture
def open_page(page: Page) -> Callable[[str], Page]:
    """Open a path and wait until the script has made up its mind, which it marks on its own tag."""

    def open_path(path: str) -> Page:
        page.goto(path)
        page.wait_for_selector("script[data-decided]", state="attached")
        return page

    return open_path


@pytest.fixture
def set_twin(page: Page, newspaper: Newspaper) -> Callable[[str], None]:
    """Set the status twin as the service does: a cookie that newspaper and service share."""

    def set_cookie(value: str) -> None:
        cookie = {"name": "status-twin", "value": value, "url": newspaper.url}
        page.context.add_cookies([cookie])  # type: ignore[list-item]

    return set_cookie
