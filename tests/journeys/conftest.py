"""A real browser at a running site, with the content security policy and the accessibility rules watching."""

import copy
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from payments.models import Campaign
from tests.journeys.reader import Reader
from tests.life import LifeClock
from tests.sandbox.client import SandboxAccount

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
# A folder for pictures of every page at two widths, for people to look at.
PICTURES = os.environ.get("JOURNEY_PICTURES", "")

_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
_REPORT_VIOLATIONS = """
document.addEventListener('securitypolicyviolation', (event) =>
  reportViolation(`${event.effectiveDirective} refused ${event.blockedURI} on ${location.pathname}`))
"""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    # Playwright's loop runs in the thread in which tests arrange their rows.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=list(_FLAGS))
        yield chromium
        chromium.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def site(live_server: LiveServer, settings: Settings) -> str:
    """The address of the running site."""
    settings.SITE_URL = live_server.url
    return str(live_server.url)


@pytest.fixture
def violations() -> list[str]:
    """What the content security policy refused; a journey that expects something empties it."""
    return []


@pytest.fixture
def window(browser: Browser, site: str, violations: list[str]) -> Iterator[Page]:
    """A fresh window at the site. The test fails at its end if the policy refused anything or a script broke."""
    context: BrowserContext = browser.new_context(base_url=site, locale="en-GB")
    context.set_default_timeout(10_000)
    context.expose_function("reportViolation", lambda text: violations.append(text))  # noqa: PLW0108  playwright marks the function it is given
    context.add_init_script(_REPORT_VIOLATIONS)
    page = context.new_page()
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    yield page
    context.close()
    assert violations == []
    assert broken == []


@pytest.fixture
def look(window: Page) -> Callable[[str], None]:
    """Check the page that the window shows against WCAG 2.2 AA, at a telephone's and a desk's width."""
    axe = AXE.read_text()
    rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

    def check(name: str) -> None:
        for width in (360, 1280):
            window.set_viewport_size({"width": width, "height": 900})
            if PICTURES:
                window.screenshot(path=f"{PICTURES}/{name}-{width}.png", full_page=True)
            window.evaluate(axe)
            found = window.evaluate("(tags) => axe.run(document, {runOnly: tags})", rules)
            problems = [(rule["id"], rule["nodes"][0]["html"]) for rule in found["violations"]]
            assert problems == [], f"{name} at {width} px"
            overflow = window.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert overflow <= 0, f"{name} is {overflow} px too wide at {width} px"

    return check


@pytest.fixture
def hosted_pages(sandbox: SandboxAccount, settings: Settings) -> None:
    """Let the policy's form-action name the sandbox, whose port is known only now."""
    policy = copy.deepcopy(settings.CONTENT_SECURITY_POLICY)
    policy["DIRECTIVES"]["form-action"] = ["'self'", settings.STRIPE_CHECKOUT_ORIGIN]
    settings.CONTENT_SECURITY_POLICY = policy


@pytest.fixture
def reader(
    *,
    campaign: Campaign,
    hosted_pages: None,
    window: Page,
    site: str,
    clock: LifeClock,
    sandbox: SandboxAccount,
    deliver: Callable[[], int],
) -> Reader:
    """Somebody in a window who may live through years. It is noon of the coming last day of January.

    The day is always the same, so that the letters come in the same order whenever the tests run.
    """
    clock.advance_to(datetime(datetime.now(UTC).year + 1, 1, 31, 12, tzinfo=UTC))
    return Reader(window, site, clock, sandbox, deliver)
