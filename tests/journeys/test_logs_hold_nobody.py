"""The logs of signing in and of a download name nobody: no address, name, code, secret or cookie."""

import logging
from collections.abc import Callable
from urllib.parse import quote

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from membership.models import Supporter, User
from membership.supporters.attaching import attach_payment
from payments.receipts.actions import issue_receipt, render_receipt
from tests.factories import NOON, CustomerFactory, DonationFactory, PaymentFactory, UserFactory
from tests.second_factor import app_code, set_up_app
from tests.sign_in import ask_for_code, latest_code, sign_in, type_code

pytestmark = pytest.mark.django_db(transaction=True)

EMAIL = "augusta.pemberton@example.org"
NAME = "Augusta Pemberton"

Secrets = set[str]


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Callable[[], str]:
    """Everything that any logger said since the test began, at every level, with its tracebacks."""
    caplog.set_level(logging.NOTSET)
    for name in (
        "django",
        "django.request",
        "django.security",
        "allauth",
        "membership",
        "payments",
    ):
        caplog.set_level(logging.DEBUG, logger=name)
    formatter = logging.Formatter("%(levelname)s %(name)s %(message)s %(args)s")
    return lambda: "\n".join(map(formatter.format, caplog.records))


def cookies_of(client: Client) -> Secrets:
    names = (django_settings.SESSION_COOKIE_NAME, django_settings.CSRF_COOKIE_NAME, "status")
    return {client.cookies[name].value for name in names if name in client.cookies} - {""}


def both_spellings(code: str) -> Secrets:
    return {code, code.replace(" ", "")}


def assert_none_of(secrets: Secrets, text: str) -> None:
    personal = {EMAIL, EMAIL.split("@", maxsplit=1)[0], quote(EMAIL), NAME, *NAME.split(), *secrets}
    found = {word for word in personal if word.lower() in text.lower()}
    assert found == set()


def test_the_search_finds_what_is_logged(logged: Callable[[], str]) -> None:
    logging.getLogger("membership.anything").debug("Hello %s", EMAIL)
    with pytest.raises(AssertionError):
        assert_none_of(set(), logged())


def test_a_readers_way_from_a_wrong_code_to_a_receipt(
    client: Client, logged: Callable[[], str]
) -> None:
    customer = CustomerFactory.create(email=EMAIL, name=NAME)
    payment = PaymentFactory.create(donation=DonationFactory.create(customer=customer))
    attach_payment(payment.pk, now=NOON)
    Supporter.objects.update(name=NAME)
    receipt = issue_receipt(payment.pk, now=NOON)
    render_receipt(receipt.pk, now=NOON)
    secrets: Secrets = set()

    ask_for_code(client, EMAIL)
    secrets |= cookies_of(client) | both_spellings(latest_code())
    type_code(client, "00000000")
    type_code(client, latest_code())
    secrets |= cookies_of(client)
    assert client.get(reverse("membership:my_support")).status_code == 200
    download = reverse("membership:receipt_download", args=[receipt.reference])
    assert client.get(download).status_code == 200
    client.get("/support/no-such-page/")
    client.get("/admin/")
    client.post(reverse("account_logout"))
    for _ in range(6):
        ask_for_code(client, EMAIL)
        secrets |= both_spellings(latest_code())

    text = logged()
    assert str(receipt.reference) in text
    assert_none_of(secrets, text)


def test_a_mail_server_that_refuses_the_address_by_name(
    client: Client, logged: Callable[[], str], settings: Settings
) -> None:
    settings.EMAIL_BACKEND = "tests.journeys.refusing_mail.EmailBackend"
    assert ask_for_code(client, EMAIL).status_code == 503
    text = logged()
    assert "was not sent: SMTPRecipientsRefused" in text
    assert_none_of(cookies_of(client), text)


def test_a_members_of_staffs_way_through_the_second_step(
    client: Client, logged: Callable[[], str]
) -> None:
    UserFactory.create(email=EMAIL, name=NAME, is_staff=True, is_superuser=True)
    sign_in(client, EMAIL)
    secret, _ = set_up_app(client)
    secrets = {secret, app_code(secret), *cookies_of(client)}
    again = Client()
    sign_in(again, EMAIL)
    secrets |= both_spellings(latest_code())
    again.post(reverse("mfa_authenticate"), {"code": "123456"})
    again.post(reverse("mfa_authenticate"), {"code": app_code(secret)})
    assert again.get("/admin/").status_code == 200
    changed = User.objects.get().pk
    assert again.get(f"/admin/membership/user/{changed}/change/").status_code == 200
    assert_none_of(secrets | cookies_of(again), logged())
