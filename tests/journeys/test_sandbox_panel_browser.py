"""The sandbox's control panel in a real browser: what a person does there, on a telephone and at a desk."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page
from stripe import StripeClient

from tests.sandbox.client import SandboxAccount
from tests.sandbox_contract.stories import Story

pytestmark = pytest.mark.browser


@pytest.fixture
def site(sandbox: SandboxAccount) -> str:
    """The sandbox in the place of the newspaper's site."""
    return f"{sandbox.api_base}/_panel/"


def test_a_person_disputes_a_gift_and_moves_the_clock(
    window: Page, look: Callable[[str], None], sandbox: SandboxAccount
) -> None:
    client = StripeClient(sandbox.key, base_addresses={"api": sandbox.api_base})
    story = Story(sandbox, client)
    story.paid(story.standing_gift())
    window.goto("./")
    look("panel")

    window.get_by_label("Days").fill("3")
    window.get_by_role("button", name="Advance the clock").click()
    assert window.get_by_role("status").inner_text() == "Done: Advance the clock."
    window.get_by_label("Twice each").check()
    window.get_by_role("button", name="Set webhook faults").click()

    window.get_by_role("link", name="Charges").click()
    look("panel-objects")
    window.get_by_role("row").nth(1).get_by_role("link").click()
    look("panel-object")
    window.get_by_role("button", name="Dispute this").click()
    assert window.get_by_role("status").inner_text() == "Done: Dispute this."
    window.get_by_role("link", name="← Account").click()
    window.get_by_role("link", name="charge.dispute.created").click()
    window.get_by_role("button", name="Resend", exact=True).click()
    assert window.get_by_role("status").inner_text() == "Done: Resend."
    assert client.v1.disputes.list().data[0].status == "needs_response"
    taken = [d for d in sandbox.take_deliveries() if d.type == "charge.dispute.created"]
    assert len(taken) == 3
