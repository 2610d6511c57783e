"""Guessing and flooding: codes are limited by address, by who asks, and by the tries that one code allows."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core import mail
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from membership.accounts.actions import issue_code, prove_address
from membership.accounts.errors import CodeSpent, CodeWrong
from tests.sign_in import ask_for_code, other_code

pytestmark = pytest.mark.django_db


def test_codes_for_one_address_are_limited_from_wherever_they_are_asked(client: Client) -> None:
    for number in range(5):
        asked = Client(REMOTE_ADDR=f"192.0.2.{number}")
        assert ask_for_code(asked, "reader@example.org").status_code == 302
    refused = ask_for_code(Client(REMOTE_ADDR="192.0.2.99"), "Reader@Example.org")
    assert refused.status_code == 429
    assert "several codes" in refused.content.decode()
    assert len(mail.outbox) == 5


def test_codes_for_many_addresses_are_limited_by_who_asks(client: Client) -> None:
    statuses = [ask_for_code(client, f"reader{n}@example.org").status_code for n in range(31)]
    assert statuses == [302] * 30 + [429]


def test_a_forged_forwarded_header_does_not_escape_the_limit(client: Client) -> None:
    for n in range(30):
        ask_for_code(client, f"reader{n}@example.org")
    forged = client.post(
        reverse("account_login"),
        {"email": "another@example.org"},
        headers={"X-Forwarded-For": "203.0.113.7"},
    )
    assert forged.status_code == 429


def test_behind_a_trusted_proxy_the_reader_is_counted_and_not_the_proxy(
    client: Client, settings: Settings
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for n in range(31):
        response = client.post(
            reverse("account_login"),
            {"email": f"reader{n}@example.org"},
            headers={"X-Forwarded-For": f"203.0.113.{n}"},
        )
        assert response.status_code == 302


@pytest.mark.django_db(transaction=True)
def test_guessing_many_codes_at_once_gives_no_more_tries() -> None:
    issued = issue_code("reader@example.org", now=timezone.now())
    start = threading.Barrier(12)

    def guess(_: int) -> str:
        start.wait()
        try:
            prove_address(str(issued.reference), code=other_code(issued.code), now=timezone.now())
        except (CodeWrong, CodeSpent) as error:
            return type(error).__name__
        finally:
            connection.close()
        return "proven"

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(guess, range(12)))
    assert answers.count("CodeWrong") == 4
    assert answers.count("CodeSpent") == 8


@pytest.mark.services
def test_with_redis_all_web_processes_count_together(client: Client, settings: Settings) -> None:
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": settings.REDIS_URL,
            "KEY_PREFIX": uuid.uuid4().hex,
        }
    }
    statuses = []
    for _ in range(6):
        statuses.append(ask_for_code(client, "reader@example.org").status_code)
        caches.close_all()  # as another process has connections of its own
    assert statuses == [302] * 5 + [429]
