"""How tests ask for a reminder, confirm it and let its morning come."""

import re
from datetime import UTC, datetime

from django.core import mail
from django.http import HttpResponse
from django.test import Client

from membership.letters.catalogue import Stream
from membership.letters.sending import send_due
from membership.models import Reminder, ReminderState
from membership.reminders.actions import write_due_reminders

URL = "/reminders/support/"
EMAIL = "later@example.org"
NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
# Saturday the 1st of May is no working day.
MORNING = datetime(2027, 5, 3, 8, tzinfo=UTC)


def ask(client: Client, month: str = "2027-05", email: str = EMAIL) -> HttpResponse:
    return client.post(URL, {"month": month, "email": email})


def send(now: datetime) -> None:
    for stream in Stream:
        send_due(now=now, stream=stream)


def link(word: str) -> str:
    """The path of the newest letter's link to a page: confirm or stop."""
    found = re.search(rf"https?://[^/\s]+(/reminders/{word}/\S+)", str(mail.outbox[-1].body))
    assert found, mail.outbox[-1].body
    return found[1]


def confirmed(client: Client, month: str = "2027-05") -> Reminder:
    """A reminder whose address its owner confirmed; its letter has left."""
    ask(client, month)
    send(NOW)
    assert client.post(link("confirm")).status_code == 200
    mail.outbox.clear()
    return Reminder.objects.get(state=ReminderState.CONFIRMED)


def remind(now: datetime = MORNING) -> list[str]:
    """Write and send what is due; the subjects that arrived."""
    write_due_reminders(limit=9, now=now)
    send(now)
    return [str(message.subject) for message in mail.outbox]
