"""Addresses that take no mail: what the mail provider reports, what staff see and lift."""

import json
from base64 import b64encode
from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from membership.letters.actions import write_letter
from membership.letters.catalogue import Stream
from membership.letters.samples import samples_of
from membership.letters.sending import send_due
from membership.letters.suppressing import hash_of, lift_suppression, suppression_of
from membership.letters.unsubscribing import has_consent, unsubscribe_url
from membership.models import (
    ConsentPurpose,
    ConsentRecord,
    Letter,
    LetterState,
    Supporter,
    SupporterState,
    Suppression,
    SuppressionReason,
)
from tests.architecture.visitors import browser_of
from tests.factories import NOON, SupporterFactory
from tests.membership.givers import recurring_payment
from tests.membership.receipt_letters import receipt_letter

pytestmark = pytest.mark.django_db

ADDRESS = "gone@example.org"


@pytest.fixture
def provider(settings: Settings) -> None:
    """Mail goes through Postmark, which signs nothing and is known by a secret of ours."""
    settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
    settings.ANYMAIL = {"POSTMARK_SERVER_TOKEN": "token", "WEBHOOK_SECRET": "mail:secret"}


def report(client: Client, *, login: str = "mail:secret", **event: object) -> int:
    """Post one event as Postmark does."""
    body = {
        "RecordType": "Bounce",
        "Type": "HardBounce",
        "ID": 4242,
        "Email": ADDRESS,
        "MessageID": "message-1",
        "BouncedAt": "2026-11-20T12:00:00Z",
        **event,
    }
    response = client.post(
        reverse("membership:mail_events"),
        json.dumps(body),
        content_type="application/json",
        headers={"Authorization": f"Basic {b64encode(login.encode()).decode()}"},
    )
    return response.status_code


def test_a_mailbox_that_does_not_exist_gets_no_letter_and_the_letter_says_why(
    provider: None, client: Client, settings: Settings
) -> None:
    assert report(client) == 200
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    letter = receipt_letter(email="Gone@Example.org")
    assert send_due(now=NOON) == {"withheld": 1}
    letter.refresh_from_db()
    assert letter.state == LetterState.WITHHELD
    assert letter.error == "The mailbox does not exist, says the mail provider."
    assert mail.outbox == []


def test_an_event_that_comes_twice_is_noted_once(provider: None, client: Client) -> None:
    assert [report(client), report(client)] == [200, 200]
    assert Suppression.objects.count() == 1


@pytest.mark.parametrize(
    "event",
    [
        {"Type": "Transient"},
        {"Type": "Blocked"},
        {"RecordType": "Delivery", "Recipient": ADDRESS, "DeliveredAt": "2026-11-20T12:00:00Z"},
    ],
)
def test_a_mailbox_that_is_full_or_busy_goes_on_getting_mail(
    provider: None, client: Client, event: dict[str, object]
) -> None:
    assert report(client, **event) == 200
    assert suppression_of(ADDRESS) is None


def test_who_reports_us_as_spam_gets_nothing_more_and_has_taken_every_consent_back(
    provider: None, client: Client
) -> None:
    reader = SupporterFactory.create(email=ADDRESS)
    _agreed(reader)
    assert report(client, RecordType="SpamComplaint", Type="SpamComplaint") == 200
    suppression = suppression_of(ADDRESS)
    assert suppression is not None
    assert suppression.reason == SuppressionReason.COMPLAINED
    assert suppression.supporter == reader
    assert not has_consent(reader, ConsentPurpose.APPEALS)


def test_a_stranger_without_the_secret_is_refused(provider: None, client: Client) -> None:
    assert report(client, login="mail:guess") == 400
    assert not Suppression.objects.exists()


@pytest.mark.parametrize("anymail", [{}, {"POSTMARK_SERVER_TOKEN": "token"}])
def test_nothing_listens_where_anybody_could_post(
    provider: None, client: Client, settings: Settings, anymail: dict[str, str]
) -> None:
    settings.ANYMAIL = anymail
    assert report(client) == 404


def test_nothing_listens_without_a_mail_provider(client: Client) -> None:
    assert report(client) == 404


def test_the_history_of_an_address_is_only_added_to(provider: None, client: Client) -> None:
    report(client)
    suppression = Suppression.objects.get()
    assert lift_suppression(suppression.pk, source="staff 1", now=NOON)
    assert suppression_of(ADDRESS) is None
    assert not lift_suppression(suppression.pk, source="staff 1", now=NOON)
    assert report(client, ID=4243) == 200
    assert suppression_of(ADDRESS) is not None
    assert [each.reason for each in Suppression.objects.all()] == ["bounced", "lifted", "bounced"]
    with pytest.raises(IntegrityError), transaction.atomic():
        Suppression.objects.update(reason="lifted")
    with pytest.raises(IntegrityError), transaction.atomic():
        Suppression.objects.all().delete()


def test_no_address_is_kept(provider: None, client: Client) -> None:
    report(client)
    row = Suppression.objects.values().get()
    assert ADDRESS not in str(row)
    assert row["address_hash"] == hash_of(" GONE@example.org ".strip())


def test_staff_find_a_suppression_by_the_address_and_lift_it(
    provider: None, client: Client
) -> None:
    report(client)
    staff = browser_of("support")
    address = reverse("admin:membership_suppression_changelist")
    assert "1 suppression" in staff.get(address, {"q": "Gone@example.org"}).content.decode()
    assert "0 suppressions" in staff.get(address, {"q": "other@example.org"}).content.decode()
    chosen = [Suppression.objects.get().pk]
    staff.post(address, {"action": "lift", "_selected_action": chosen})
    assert suppression_of(ADDRESS) is None


class TestMarketing:
    def test_without_consent_nothing_goes(self) -> None:
        letter = _asked(SupporterFactory.create())
        assert send_due(now=NOON, stream=Stream.MARKETING) == {"withheld": 1}
        letter.refresh_from_db()
        assert letter.error == "The reader has not agreed to such mail, or not any more."

    def test_with_consent_it_goes_with_the_way_out_in_head_and_foot(
        self, settings: Settings
    ) -> None:
        settings.MARKETING_FROM_EMAIL = "news@mail.courier.example"
        reader = SupporterFactory.create()
        _agreed(reader)
        _asked(reader)
        assert send_due(now=NOON, stream=Stream.MARKETING) == {"sent": 1}
        (message,) = mail.outbox
        address = unsubscribe_url(reader, now=NOON)
        assert message.extra_headers["List-Unsubscribe"] == f"<{address}>"
        assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert message.extra_headers["Feedback-ID"].startswith("upgrade:marketing:")
        assert address in message.body
        assert message.from_email.endswith("<news@mail.courier.example>")

    def test_no_receipt_waits_behind_it(self) -> None:
        reader = SupporterFactory.create()
        _agreed(reader)
        _asked(reader)
        receipt_letter()
        assert send_due(now=NOON) == {"sent": 1}
        assert "receipt" in str(mail.outbox[0].subject)

    def test_a_letter_that_a_payment_calls_for_has_no_such_way_out(self) -> None:
        receipt_letter()
        send_due(now=NOON)
        assert "List-Unsubscribe" not in mail.outbox[0].extra_headers
        assert "No more emails" not in mail.outbox[0].body

    def test_the_page_shows_and_only_the_button_acts(self, client: Client) -> None:
        reader = SupporterFactory.create()
        _agreed(reader)
        path = _path(unsubscribe_url(reader, now=NOON + timedelta(days=365)))
        page = client.get(path).content.decode()
        assert "Send me no more" in page
        assert reader.email not in page
        assert has_consent(reader, ConsentPurpose.APPEALS)
        assert "Done: no more such emails" in client.post(path).content.decode()
        assert not has_consent(reader, ConsentPurpose.APPEALS)
        answers = ConsentRecord.objects.filter(supporter=reader, granted=False)
        assert {answer.source for answer in answers} == {"unsubscribe"}

    def test_a_mailbox_provider_acts_with_one_post_and_no_cookie(self) -> None:
        reader = SupporterFactory.create()
        _agreed(reader)
        provider = Client(enforce_csrf_checks=True)
        path = _path(unsubscribe_url(reader, now=NOON + timedelta(days=365)))
        for _ in range(2):
            response = provider.post(path, {"List-Unsubscribe": "One-Click"})
            assert response.status_code == 200
        assert not has_consent(reader, ConsentPurpose.APPEALS)
        assert ConsentRecord.objects.filter(granted=False).count() == 1

    def test_a_forged_or_foreign_link_does_nothing(self, client: Client) -> None:
        assert client.post("/unsubscribe/forged/").status_code == 404


def _agreed(reader: object) -> None:
    ConsentRecord.objects.create(
        supporter=reader,
        purpose=ConsentPurpose.APPEALS,
        granted=True,
        text="Occasional appeals",
        text_version="1",
        source="test",
        recorded_at=NOON,
    )


def _asked(reader: Supporter) -> Letter:
    """A marketing letter that is due, to `reader`, whose gift is collected."""
    plan = recurring_payment().donation.plan
    assert plan is not None
    reader.state = SupporterState.RECURRING
    reader.save()
    values = {**samples_of("upgrade", "uk")[0].values, "plan": str(plan.reference)}
    return write_letter("upgrade", key="1", supporter=reader, context=values, now=NOON)


def _path(address: str) -> str:
    return "/" + address.split("/", 3)[3]
