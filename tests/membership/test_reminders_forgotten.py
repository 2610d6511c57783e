"""A reminder and its address go: when it is stopped, not confirmed, replaced or over, and with the person."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client

from membership.models import Reminder
from membership.privacy.actions import ask_to_erase, erase_supporter
from membership.privacy.export import personal_data
from membership.reminders.actions import forget_old_reminders
from tests.factories import SupporterFactory
from tests.membership.reminders import EMAIL, MORNING, NOW, ask, confirmed, link, remind, send
from tests.membership.test_privacy import where_found

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("campaign")]


@pytest.fixture(autouse=True)
def clock() -> object:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def test_one_click_in_the_mail_program_ends_it(client: Client) -> None:
    confirmed(client)
    remind()
    headers = mail.outbox[0].extra_headers
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = re.sub(r"<https?://[^/]+(.*)>", r"\1", headers["List-Unsubscribe"])
    strict = Client(enforce_csrf_checks=True)

    response = strict.post(address, {"List-Unsubscribe": "One-Click"})

    assert response.status_code == 200
    assert where_found(EMAIL) == set()
    assert strict.post(address).status_code == 200


def test_a_stopped_reminder_is_never_sent(client: Client) -> None:
    ask(client)
    send(NOW)
    way_out = link("stop")
    client.post(link("confirm"))
    mail.outbox.clear()

    assert "your address is deleted" in client.post(way_out).content.decode()

    assert remind() == []
    assert where_found(EMAIL) == set()


def test_what_nobody_confirms_in_seven_days_is_deleted(
    client: Client, clock: time_machine.Traveller
) -> None:
    ask(client)
    send(NOW)
    week = timedelta(days=7)
    assert forget_old_reminders(now=NOW + week - timedelta(seconds=1)) == 0
    clock.shift(week)

    # The sweep has not come yet, and the link is over all the same.
    assert client.post(link("confirm")).status_code == 410
    assert forget_old_reminders(now=NOW + week) == 1

    assert where_found(EMAIL) == set()
    assert client.get(link("confirm")).status_code == 410


def test_what_was_sent_is_forgotten_a_month_later(client: Client) -> None:
    confirmed(client)
    remind()
    assert forget_old_reminders(now=MORNING + timedelta(days=29)) == 0

    assert forget_old_reminders(now=MORNING + timedelta(days=30)) == 1

    assert where_found(EMAIL) == set()


def test_the_latest_confirmed_wish_holds(client: Client) -> None:
    confirmed(client, "2027-03")

    latest = confirmed(client, "2027-05")

    assert Reminder.objects.get() == latest
    assert latest.month == date(2027, 5, 1)
    assert remind(datetime(2027, 3, 1, 9, tzinfo=UTC)) == []


def test_a_link_for_one_thing_opens_no_other(client: Client) -> None:
    ask(client)
    send(NOW)
    token = link("confirm").split("/")[-2]

    assert client.post(f"/reminders/stop/{token}/").status_code == 404
    assert client.post("/reminders/confirm/nonsense/").status_code == 404


def test_a_person_who_is_forgotten_takes_their_reminders_along(client: Client) -> None:
    supporter = SupporterFactory.create(email=EMAIL)
    confirmed(client)
    ask(client, "2027-06")
    assert len(personal_data(supporter)["reminders"]) == 2  # type: ignore[arg-type]

    erase_supporter(ask_to_erase(supporter, cause="reader", now=NOW), now=NOW)

    assert where_found(EMAIL) == set()
    assert remind() == []
