"""From My support a reader draws up and downloads their own yearly statements, and nobody else's."""

import zipfile
from datetime import UTC, datetime
from io import BytesIO

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from membership.letters.tasks import send_due_letters
from membership.models import Letter
from membership.supporters.attaching import attach_payment
from payments.models import Statement
from payments.receipts.statements import render_due_statements
from tests.factories import CustomerFactory, DonationFactory, PaymentFactory, UserFactory
from tests.membership.monthly_gift import words

pytestmark = pytest.mark.django_db

PAGE = "/support/statements/"
LAST_YEAR = datetime(2025, 9, 1, 12, tzinfo=UTC)


def statement_of(client: Client, email: str) -> Statement:
    """Give last year, sign in and have the statement drawn."""
    gift = DonationFactory.create(customer=CustomerFactory.create(email=email))
    payment = PaymentFactory.create(donation=gift, succeeded_at=LAST_YEAR)
    attach_payment(payment.pk, now=LAST_YEAR)
    client.force_login(UserFactory.create(email=email))
    assert "being drawn up" in words(client.post(PAGE, follow=True))
    render_due_statements()
    return Statement.objects.latest("id")


def test_a_statement_is_drawn_up_and_downloaded(client: Client) -> None:
    statement = statement_of(client, "reader@example.org")
    page = words(client.get(PAGE))
    assert f"Statement {statement.number}" in page
    assert "£10.00" in page
    response = client.get(f"{PAGE}{statement.reference}/")
    assert response.content.startswith(b"%PDF-")
    assert "no-store" in response["Cache-Control"]
    assert "up to date" in words(client.post(PAGE, follow=True))


def test_all_are_downloaded_together(client: Client) -> None:
    theirs = statement_of(Client(), "stranger@example.org")
    own = statement_of(client, "reader@example.org")
    with zipfile.ZipFile(BytesIO(client.get(f"{PAGE}all/").content)) as files:
        assert files.namelist() == [f"{own.number}-v1.pdf"]
        assert theirs.number not in str(files.namelist())


def test_a_strangers_statement_does_not_exist(client: Client) -> None:
    theirs = statement_of(Client(), "stranger@example.org")
    statement_of(client, "reader@example.org")
    assert client.get(f"{PAGE}{theirs.reference}/").status_code == 404


def test_the_page_asks_the_database_no_more_than_eight_times(client: Client) -> None:
    statement_of(client, "reader@example.org")
    with CaptureQueriesContext(connection) as queries:
        client.get(PAGE)
    assert len(queries) <= 8


def test_one_letter_says_that_the_statement_is_ready(client: Client) -> None:
    statement = statement_of(client, "reader@example.org")
    letter = Letter.objects.get(kind="statement")
    send_due_letters()
    (message,) = mail.outbox
    assert message.to == ["reader@example.org"]
    assert "2025/26 statement" in message.subject
    assert "£10.00" in message.body
    assert letter.key == str(statement.reference)
    client.post(PAGE)
    render_due_statements()
    assert Letter.objects.filter(kind="statement").count() == 1
