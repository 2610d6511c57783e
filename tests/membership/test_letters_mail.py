"""Letters on their way: each one leaves once, whatever the mail server does."""

import socket
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage

import pytest
from pytest_django import Settings

from membership.letters.actions import claim_letters, postpone
from membership.letters.compose import compose
from membership.letters.sending import send_due
from membership.models import Letter, LetterState
from payments.models import Receipt
from payments.receipts.queries import stored_pdf
from tests.factories import NOON
from tests.mailserver import MailServer, mail_server
from tests.membership.receipt_letters import receipt_letter

pytestmark = pytest.mark.django_db


@pytest.fixture
def smtp(settings: Settings) -> Iterator[MailServer]:
    with mail_server() as server:
        use(settings, server.port)
        yield server


def use(settings: Settings, port: int) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port


def text_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def test_a_letter_arrives_whole(smtp: MailServer) -> None:
    letter = receipt_letter()
    assert send_due(now=NOON) == {"sent": 1}
    (message,) = smtp.taken
    assert message["Message-ID"] == letter.message_id
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Feedback-ID"] == "receipt:transactional:testserver"
    assert text_of(message).startswith("The Harbour Courier\n\nDear Ada Reader,")
    (enclosure,) = message.iter_attachments()
    assert enclosure.get_content() == stored_pdf(Receipt.objects.get().document)


def test_mail_that_is_down_and_comes_back_loses_and_doubles_nothing(settings: Settings) -> None:
    letters = [receipt_letter() for _ in range(3)]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    use(settings, port)
    assert send_due(now=NOON) == {"mail down": 1}
    assert Letter.objects.filter(state=LetterState.DUE, claim=None).count() == 3
    with mail_server(port) as server:
        later = NOON + timedelta(minutes=2)
        assert send_due(now=later) == {"sent": 3}
        assert send_due(now=later) == {}
    assert {message["Message-ID"] for message in server.taken} == {
        letter.message_id for letter in letters
    }
    assert len(server.taken) == 3


def test_a_dead_address_is_given_up_and_shown_without_the_address(
    smtp: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    dead, alive = receipt_letter(email="dead@example.org"), receipt_letter()
    smtp.refusals["dead@example.org"] = 550
    assert send_due(now=NOON) == {"for good": 1, "sent": 1}
    dead.refresh_from_db()
    alive.refresh_from_db()
    assert (dead.state, alive.state) == (LetterState.FAILED, LetterState.SENT)
    assert dead.error == "SMTPRecipientsRefused 550"
    assert "dead@example.org" not in caplog.text


def test_a_busy_mailbox_is_tried_again_less_and_less_often(smtp: MailServer) -> None:
    letter = receipt_letter(email="busy@example.org")
    smtp.refusals["busy@example.org"] = 450
    waits, now = [], NOON
    for _ in range(12):
        assert send_due(now=now) == {"for now": 1}
        letter.refresh_from_db()
        waits.append(letter.due_at - now)
        now = letter.due_at
    assert waits[:4] == [timedelta(minutes=minutes) for minutes in (1, 2, 4, 8)]
    assert waits[-1] == timedelta(hours=6)
    smtp.refusals.clear()
    assert send_due(now=now) == {"sent": 1}


def test_an_address_that_fits_no_envelope_is_given_up(smtp: MailServer) -> None:
    letter = receipt_letter(email="two@example.org\nBcc: three@example.org")
    assert send_due(now=NOON) == {"for good": 1}
    letter.refresh_from_db()
    assert letter.state == LetterState.FAILED
    assert smtp.taken == []


def test_a_sender_that_dies_before_it_notes_the_sending_repeats_the_same_message(
    smtp: MailServer,
) -> None:
    letter = receipt_letter()
    (claimed,) = claim_letters(now=NOON)
    compose(claimed).send()  # And here the process dies.
    assert send_due(now=NOON + timedelta(minutes=14)) == {}
    assert send_due(now=NOON + timedelta(minutes=16)) == {"sent": 1}
    assert [message["Message-ID"] for message in smtp.taken] == [letter.message_id] * 2


def test_a_sender_that_lost_its_claim_does_not_undo_what_the_other_did(
    smtp: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    letter = receipt_letter()
    (stale,) = claim_letters(now=NOON)
    assert send_due(now=NOON + timedelta(minutes=16)) == {"sent": 1}
    postpone(stale, error="late", now=NOON)
    letter.refresh_from_db()
    assert letter.state == LetterState.SENT
    assert "taken by another sender" in caplog.text
