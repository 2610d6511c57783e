"""On New Year's Eve a reader asks to be reminded in May, confirms, is written to once, and gives or stops."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.core import mail
from playwright.sync_api import Page, expect

from membership.letters.tasks import send_due_letters, send_due_marketing
from membership.models import Reminder
from membership.reminders.tasks import write_due_reminders
from payments.models import Campaign
from tests.life import LifeClock

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
EMAIL = "later@example.org"


@pytest.fixture(autouse=True)
def newspaper(campaign: Campaign) -> Campaign:
    return campaign


def link(text: str) -> str:
    """The address under some words in the newest letter."""
    found = re.search(rf"{text}:\n(\S+)", str(mail.outbox[-1].body))
    assert found, mail.outbox[-1].body
    return found[1]


def test_a_reminder_from_the_donation_page_to_the_last_click(
    window: Page, clock: LifeClock, look: Callable[[str], None]
) -> None:
    new_years_eve = datetime(datetime.now(UTC).year + 1, 12, 31, 12, tzinfo=UTC)
    clock.advance_to(new_years_eve)
    year = new_years_eve.year + 1

    window.goto("/donate/support/")
    look("donate-with-reminder")
    window.get_by_role("link", name="Remind me in a later month").click()
    months = window.get_by_role("radio")
    expect(months).to_have_count(12)
    expect(months.first).to_have_value(f"{year}-01")
    look("reminder")

    window.get_by_role("button", name="Remind me").click()
    expect(window.get_by_role("alert")).to_contain_text("Choose the month")
    look("reminder-problems")
    window.get_by_label(f"May {year}").check()
    window.get_by_label("Email address").fill(EMAIL)
    # What has the focus is what Enter sends: nobody needs a mouse.
    window.keyboard.press("Enter")
    expect(window.get_by_role("heading", level=1)).to_contain_text("look into your mailbox")
    look("reminder-asked")

    send_due_letters()
    way_out = link("Delete my address")
    window.goto(link(f"Yes, remind me in May {year}"))
    look("reminder-confirm")
    window.get_by_role("button", name="Yes, remind me").click()
    expect(window.get_by_role("heading", level=1)).to_have_text(f"We will remind you in May {year}")
    look("reminder-confirmed")

    mail.outbox.clear()
    for day in (1, 15, 31):
        clock.advance_to(datetime(year, 5, day, 12, tzinfo=UTC))
        write_due_reminders()
        send_due_marketing()
    assert [message.to for message in mail.outbox] == [[EMAIL]]
    window.goto(link("See how to support us"))
    expect(window).to_have_url(re.compile(r"/donate/support/$"))

    window.goto(way_out)
    look("reminder-stop")
    window.get_by_role("button", name="Stop and delete my address").click()
    expect(window.get_by_role("heading", level=1)).to_contain_text("your address is deleted")
    look("reminder-stopped")
    assert not Reminder.objects.exists()
