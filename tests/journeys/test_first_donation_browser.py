"""The main job in a real browser, against what `make demo` starts: appeal, gift, thanks, receipt, register."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.processes import BIN, Programs, free_port, wait_until

pytestmark = pytest.mark.browser

Look = Callable[[str], None]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The demo, serving; its output names every address."""
    folder = tmp_path_factory.mktemp("demo")
    port, sandbox_port = str(free_port()), str(free_port())
    with Programs({"DEMO_VAR": str(folder / "var")}, folder) as programs:
        log = programs.start(
            "demo",
            *(str(BIN / "python"), "-m", "tests.demo"),
            *("--port", port, "--sandbox-port", sandbox_port),
        )
        wait_until("the demo serves", lambda: "Stripe sandbox  http" in log.read_text())
        yield log


@pytest.fixture
def site(demo: Path) -> str:
    return _address(demo, "Start here").rstrip("/")


def _address(demo: Path, label: str) -> str:
    found = re.search(rf"^{label}\s+(http\S+)$", demo.read_text(), re.MULTILINE)
    assert found, label
    return found[1]


def test_a_reader_gives_in_the_browser_and_is_thanked(window: Page, look: Look) -> None:
    window.goto("/")
    look("start")
    window.goto("/news/us/harbour-lights/")
    appeal = window.locator("aside.prompt")
    expect(appeal).to_contain_text("$")
    expect(appeal).not_to_contain_text("£")
    look("article-ask")
    appeal.get_by_role("button").nth(1).click()
    expect(window.get_by_role("heading", level=1)).to_be_visible()
    look("donate")
    window.get_by_label("Email address").fill("window@example.org")
    window.get_by_role("button", name=re.compile("Continue|Give|Donate")).click()
    expect(window.get_by_label(re.compile("Card number", re.IGNORECASE))).to_be_visible()
    look("hosted-page")
    window.get_by_label(re.compile("Card number", re.IGNORECASE)).fill("4242424242424242")
    window.get_by_label(re.compile("Expiry month|Month", re.IGNORECASE)).fill("12")
    window.get_by_label(re.compile("Expiry year|Year", re.IGNORECASE)).fill("2034")
    window.get_by_label(re.compile("CVC|Security code", re.IGNORECASE)).fill("123")
    window.get_by_role("button", name=re.compile("Donate|Subscribe|Pay|Give")).click()
    window.wait_for_url("**/thank-you/**")
    expect(window.get_by_role("heading", level=1)).to_have_text("Thank you", timeout=20_000)
    look("thank-you")
    window.goto("/news/us/harbour-lights/")
    expect(window.locator("aside.prompt")).to_contain_text("Thank you")
    look("article-thanks")


def test_the_giver_claims_the_gift_with_a_mailed_code(window: Page, look: Look) -> None:
    window.goto("/accounts/login/")
    window.get_by_label("Email address").fill("window@example.org")
    window.get_by_role("button", name="Send me a code").click()
    mailbox = window.context.new_page()
    mailbox.goto("/mailbox/")
    mailbox.get_by_role("link", name=re.compile("code", re.IGNORECASE)).first.click()
    code = re.search(r"^ +(\d{4} \d{4})$", mailbox.locator("pre").inner_text(), re.MULTILINE)
    assert code
    mailbox.close()
    window.get_by_label("Code").fill(code[1])
    window.get_by_role("button", name="Sign in", exact=True).click()
    expect(window.get_by_role("heading", name="My support")).to_be_visible()
    look("my-support")
    with window.expect_download() as download:
        window.get_by_role("link", name=re.compile("Receipt")).first.click()
    assert download.value.suggested_filename.endswith(".pdf")


def test_the_mailbox_shows_the_letters(window: Page, look: Look) -> None:
    window.goto("/mailbox/")
    look("mailbox")
    window.locator("main").get_by_role("link").first.click()
    look("mail")


def test_finance_reads_and_exports_the_register(demo: Path, window: Page, look: Look) -> None:
    window.goto(_address(demo, "Finance"))
    look("finance")
    window.goto("/finance/gifts/")
    expect(window.get_by_role("heading", level=1)).to_be_visible()
    look("gift-register")
    window.get_by_role("button", name="Export").click()
    expect(window.get_by_role("link", name="Download", exact=True)).to_be_visible(timeout=20_000)
    look("export")


def test_an_editor_finds_the_prompts_and_the_campaigns(demo: Path, window: Page) -> None:
    window.goto(_address(demo, "Editor"))
    expect(window.get_by_role("heading", level=1)).to_have_text("Prompts")
    window.goto(urljoin(window.url, "/admin/"))
    window.get_by_role("link", name="Campaigns", exact=True).first.click()
    expect(window.get_by_role("link", name="Support the Courier")).to_be_visible()


def test_a_staff_link_works_once(demo: Path, window: Page) -> None:
    window.goto(_address(demo, "Editor"))
    expect(window.get_by_role("main")).to_contain_text("no longer works")
