"""A reader asks to be reminded, confirms the address, and is written to once."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from membership.letters.suppressing import hash_of
from membership.models import Letter, LetterState, Reminder, ReminderState, Suppression
from membership.reminders.actions import write_due_reminders
from membership.supporters.actions import claim_supporter
from membership.supporters.attaching import attach_payment
from payments.models import Campaign, CampaignStatus
from tests.factories import UserFactory
from tests.membership.givers import paid
from tests.membership.reminders import EMAIL, MORNING, NOW, URL, ask, confirmed, link, remind, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("campaign")]


@pytest.fixture(autouse=True)
def clock() -> object:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def test_the_form_names_twelve_months_and_asks_little(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.get(URL)
    with django_assert_num_queries(1):
        page = client.get(f"{URL}?month=2027-05").content.decode()

    months = re.findall(r"<span>(\w+ 20\d\d)</span>", page)
    assert (len(months), months[0], months[-1]) == (12, "December 2026", "November 2027")
    assert re.search(r'value="2027-05"[^>]*checked', page)
    assert page.count("checked") == 1


def test_the_donation_page_leads_to_the_form(client: Client) -> None:
    assert f'href="{URL}"' in client.get("/donate/support/").content.decode()


def test_nothing_but_the_question_is_sent_before_the_address_is_confirmed(client: Client) -> None:
    response = ask(client)

    assert (response.status_code, response["Location"]) == (302, f"{URL}asked/")
    page = client.get(response["Location"]).content.decode()
    assert "look into your mailbox" in page
    assert EMAIL not in page
    send(NOW)
    assert [message.subject for message in mail.outbox] == [
        "Please confirm: a reminder in May 2027"
    ]
    assert mail.outbox[0].to == [EMAIL]
    assert remind() == ["Please confirm: a reminder in May 2027"]


def test_a_scanner_that_opens_the_links_changes_nothing(client: Client) -> None:
    ask(client)
    send(NOW)

    for page in ("confirm", "stop"):
        response = client.get(link(page))
        assert response.status_code == 200
        assert response["Referrer-Policy"] == "same-origin"
        assert "<button" in response.content.decode()

    assert Reminder.objects.get().state == ReminderState.WAITING


def test_a_confirmed_reader_is_written_to_once_on_the_first_working_morning(
    client: Client,
) -> None:
    confirmed(client)

    assert remind(MORNING - timedelta(seconds=1)) == []
    assert remind() == ["The reminder that you asked for"]
    assert remind(MORNING + timedelta(days=365)) == ["The reminder that you asked for"]
    body = str(mail.outbox[0].body)
    assert "Your reminder for May 2027" in body or "in May 2027" in body
    assert "/donate/support/" in body
    assert "27 November 2026" in body


def test_who_gave_in_the_meantime_is_not_reminded(client: Client) -> None:
    reminder = confirmed(client)
    attach_payment(paid(EMAIL, succeeded_at=NOW + timedelta(days=9)).pk, now=NOW)

    assert remind() == []

    reminder.refresh_from_db()
    assert reminder.state == ReminderState.NOT_NEEDED


def test_who_gives_between_the_writing_and_the_sending_is_not_reminded(client: Client) -> None:
    confirmed(client)
    write_due_reminders(limit=9, now=MORNING)
    attach_payment(paid(EMAIL, succeeded_at=MORNING).pk, now=MORNING)

    send(MORNING)

    assert mail.outbox == []
    assert Letter.objects.get(kind="reminder").state == LetterState.WITHHELD


def test_who_wishes_for_quiet_is_not_reminded(client: Client) -> None:
    confirmed(client)
    supporter = claim_supporter(UserFactory.create(email=EMAIL), now=NOW)
    supporter.quiet_until = MORNING + timedelta(days=9)
    supporter.save()

    assert remind() == []


def test_a_stranger_to_our_books_and_one_who_gave_before_are_reminded(client: Client) -> None:
    long_ago = NOW - timedelta(days=400)
    attach_payment(paid(EMAIL, succeeded_at=long_ago).pk, now=long_ago)
    confirmed(client)

    assert remind() == ["The reminder that you asked for"]


def test_an_address_that_takes_no_mail_gets_none(client: Client) -> None:
    Suppression.objects.create(
        address_hash=hash_of(EMAIL), reason="bounced", source="test", recorded_at=NOW
    )

    ask(client)
    send(NOW)

    assert mail.outbox == []
    assert Letter.objects.get().state == LetterState.WITHHELD


def test_confirming_twice_is_confirming_once(client: Client) -> None:
    ask(client)
    send(NOW)

    for _ in range(2):
        page = client.post(link("confirm")).content.decode()
        assert "We will remind you in May 2027" in page

    assert Reminder.objects.get().state == ReminderState.CONFIRMED


def test_who_confirms_when_the_month_has_begun_is_written_to_on_the_next_working_morning(
    client: Client, clock: time_machine.Traveller
) -> None:
    clock.move_to(datetime(2026, 11, 29, 12, tzinfo=UTC))
    ask(client, "2026-12")
    send(datetime.now(UTC))
    clock.move_to(datetime(2026, 12, 4, 12, tzinfo=UTC))

    client.post(link("confirm"))

    assert Reminder.objects.get().due_at == datetime(2026, 12, 7, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"email": EMAIL}, "Choose the month in which we may write to you."),
        ({"email": EMAIL, "month": "2026-11"}, "Choose the month in which we may write to you."),
        ({"email": EMAIL, "month": "2027-13"}, "Choose the month in which we may write to you."),
        ({"month": "2027-05"}, "Enter the email address to write to."),
        ({"email": "no", "month": "2027-05"}, "Enter an email address in full"),
        ({"email": "käte@example.org", "month": "2027-05"}, "Our mail does not reach addresses"),
    ],
)
def test_bad_input_is_named_and_nothing_is_lost(
    client: Client, values: dict[str, str], sentence: str
) -> None:
    response = client.post(URL, values)

    page = response.content.decode()
    assert response.status_code == 422
    assert page.count(sentence) == 2
    if "email" in values:
        assert f'value="{values["email"]}"' in page
    assert not Reminder.objects.exists()


def test_an_address_is_asked_three_times_a_day_at_most(client: Client) -> None:
    for _ in range(3):
        assert ask(client).status_code == 302

    refused = ask(client)

    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 0
    assert "look into its mailbox" in refused.content.decode()
    assert ask(client, email="other@example.org").status_code == 302
    assert Reminder.objects.filter(email=EMAIL).count() == 3


def test_one_visitor_cannot_write_to_many(client: Client) -> None:
    answers = [ask(client, email=f"reader{n}@example.org").status_code for n in range(21)]

    assert answers == [302] * 20 + [429]


def test_a_campaign_that_takes_no_gifts_has_no_form(client: Client, campaign: Campaign) -> None:
    assert client.get("/reminders/unknown/").status_code == 404
    Campaign.objects.filter(pk=campaign.pk).update(status=CampaignStatus.CLOSED)
    assert client.get(URL).status_code == 404


def test_a_reminder_of_a_campaign_that_ended_leads_to_where_the_newspaper_is(
    client: Client, campaign: Campaign
) -> None:
    confirmed(client)
    Campaign.objects.filter(pk=campaign.pk).update(status=CampaignStatus.CLOSED)

    remind()

    assert "/donate/support/" not in str(mail.outbox[0].body)
