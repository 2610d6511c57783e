"""A database connection that died between two of Stripe's calls costs neither of them."""

import psycopg
import pytest
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from payments.webhooks.actions import receive_event
from payments.webhooks.models import WebhookEvent
from tests.payments.stories import an_event

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has no server to lose"),
]


def lose_the_connection() -> None:
    """End the server's side of our connection, as a restart of PostgreSQL does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [pid] = cursor.fetchone()
    with psycopg.connect(**connection.get_connection_params()) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])


def test_an_event_is_stored_over_a_new_connection() -> None:
    receive_event(an_event(1), now=timezone.now())
    lose_the_connection()
    receive_event(an_event(2), now=timezone.now())
    assert WebhookEvent.objects.count() == 2


@transaction.atomic
def store_two_in_one_transaction() -> None:
    receive_event(an_event(1), now=timezone.now())
    lose_the_connection()
    receive_event(an_event(2), now=timezone.now())


def test_a_connection_lost_within_a_transaction_stays_an_error() -> None:
    with pytest.raises(OperationalError):
        store_two_in_one_transaction()
    connection.close()
    assert not WebhookEvent.objects.exists()
