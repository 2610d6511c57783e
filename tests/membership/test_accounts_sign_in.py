"""Signing in by a mailed code: the same for everyone, once, soon, and for the mailbox's owner only."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings as django_settings
from django.contrib.sessions.models import Session
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from membership.accounts.tasks import forget_stale_sign_ins
from membership.models import SignInCode, Supporter, User
from tests.factories import SupporterFactory, UserFactory
from tests.sign_in import ask_for_code, latest_code, other_code, sign_in, type_code

pytestmark = pytest.mark.django_db

SUPPORT = "/support/"


def is_signed_in(client: Client) -> bool:
    return client.get(SUPPORT).status_code == 200


def test_a_typed_code_signs_a_new_reader_in(client: Client) -> None:
    response = ask_for_code(client, "new@example.org")
    assert response.url == reverse("account_confirm_login_code")
    response = type_code(client, latest_code())
    assert response.url == SUPPORT
    assert is_signed_in(client)
    supporter = Supporter.objects.get(user__email="new@example.org")
    assert supporter.email_verified_at is not None


def test_a_known_reader_comes_back_as_the_same_user(client: Client) -> None:
    user = UserFactory.create(email="known@example.org")
    sign_in(client, "known@example.org")
    assert client.session["_auth_user_id"] == str(user.pk)
    assert User.objects.count() == 1


def test_a_guest_who_gave_finds_the_supporter_row_that_the_gift_made(client: Client) -> None:
    guest = SupporterFactory.create(email="guest@example.org")
    sign_in(client, "Guest@Example.org")
    guest.refresh_from_db()
    assert guest.user is not None
    assert guest.email_verified_at is not None


@pytest.mark.parametrize("spaced", ["{}", " {} ", "{0[0]}-{0[1]}", "{0[0]}\u00a0{0[1]}"])
def test_spaces_and_dashes_in_the_code_do_not_matter(client: Client, spaced: str) -> None:
    ask_for_code(client, "reader@example.org")
    code = latest_code()
    typed = spaced.format(code.split() if "[" in spaced else code)
    assert type_code(client, typed).status_code == 302


def test_known_and_unknown_addresses_get_the_same_answer_page_mail_and_queries() -> None:
    UserFactory.create(email="known@example.org")
    answers = []
    for email in ("known@example.org", "nobody@example.org"):
        browser = Client()
        with CaptureQueriesContext(connection) as queries:
            asked = ask_for_code(browser, email)
        page = browser.get(asked.url).content.decode()
        tables = [re.findall(r'"(\w+)"', query["sql"])[:1] for query in queries.captured_queries]
        answers.append((asked.status_code, asked.url, _without(page, email), tables))
    assert answers[0] == answers[1]
    known, unknown = mail.outbox
    assert known.subject == unknown.subject
    assert _without_digits(known.body) == _without_digits(unknown.body)


def test_an_address_that_nobody_proves_leaves_nothing_behind(client: Client) -> None:
    ask_for_code(client, "typo@example.org")
    assert not User.objects.exists()
    with time_machine.travel(timezone.now() + timedelta(days=91)):
        forget_stale_sign_ins()
    assert not SignInCode.objects.exists()
    assert not Supporter.objects.exists()
    assert not Session.objects.exists()


def test_the_session_and_the_row_do_not_hold_the_code_or_the_address(client: Client) -> None:
    ask_for_code(client, "reader@example.org")
    code = latest_code().replace(" ", "")
    assert "reader@example.org" not in str(dict(client.session))
    assert code not in str(SignInCode.objects.values().get())


def test_a_closed_account_learns_so_only_after_the_code(client: Client) -> None:
    UserFactory.create(email="closed@example.org", is_active=False)
    assert sign_in(client, "closed@example.org").url == reverse("account_inactive")
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    ("typed", "mailed"),
    [
        ("Reader@EXAMPLE.org", "reader@example.org"),
        ("  reader@example.org ", "reader@example.org"),
        ("reader@\uff45xample.org", "reader@example.org"),
        ("reader@stra\xdfe.example", "reader@strasse.example"),
    ],
)
def test_the_code_goes_to_the_mailbox_that_the_account_will_have(
    client: Client, typed: str, mailed: str
) -> None:
    """Two spellings that fold into one may be two mailboxes; the folded one's owner must get the code."""
    ask_for_code(client, typed)
    assert mail.outbox[-1].to == [mailed]
    type_code(client, latest_code())
    assert User.objects.get().email == mailed


def test_a_wrong_code_says_how_many_tries_are_left(client: Client) -> None:
    ask_for_code(client, "reader@example.org")
    response = type_code(client, other_code(latest_code()))
    assert "4 tries are left" in response.content.decode()
    assert not is_signed_in(client)


def test_five_wrong_codes_spend_the_right_one(client: Client) -> None:
    ask_for_code(client, "reader@example.org")
    code = latest_code()
    for _ in range(4):
        type_code(client, other_code(code))
    assert type_code(client, other_code(code)).url == reverse("account_login")
    assert type_code(client, code).url == reverse("account_login")
    assert not is_signed_in(client)


def test_a_malformed_code_costs_no_try(client: Client) -> None:
    ask_for_code(client, "reader@example.org")
    for typed in ("", "1234", "abcdefgh", "123456789", "١٢٣٤٥٦٧٨"):
        assert type_code(client, typed).status_code == 200
    assert SignInCode.objects.get().attempts_left == 5


def test_a_code_works_for_a_quarter_of_an_hour(client: Client) -> None:
    ask_for_code(client, "reader@example.org")
    code = latest_code()
    with time_machine.travel(timezone.now() + timedelta(minutes=15, seconds=1)):
        assert type_code(client, code).url == reverse("account_login")


def test_a_code_works_once_and_in_its_own_browser_only(client: Client) -> None:
    ask_for_code(client, "reader@example.org")
    code = latest_code()
    elsewhere = Client()
    assert type_code(elsewhere, code).url == reverse("account_login")
    assert type_code(client, code).status_code == 302
    client.post(reverse("account_logout"))
    assert type_code(client, code).url == reverse("account_login")
    assert not is_signed_in(client)


def test_a_new_code_replaces_the_one_before(client: Client) -> None:
    ask_for_code(client, "reader@example.org")
    first = latest_code()
    ask_for_code(client, "reader@example.org")
    assert SignInCode.objects.count() == 1
    if first != latest_code():
        assert type_code(client, first).status_code == 200
    assert type_code(client, latest_code()).status_code == 302


def test_mail_that_cannot_be_sent_is_said_and_nothing_is_lost(
    client: Client, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    response = ask_for_code(client, "reader@example.org")
    assert response.status_code == 503
    page = response.content.decode()
    assert "cannot send mail" in page
    assert 'value="reader@example.org"' in page


def test_the_session_changes_with_signing_in_and_ends_with_signing_out(client: Client) -> None:
    ask_for_code(client, "reader@example.org")
    before = client.cookies[django_settings.SESSION_COOKIE_NAME].value
    type_code(client, latest_code())
    during = client.cookies[django_settings.SESSION_COOKIE_NAME].value
    assert during != before
    client.post(reverse("account_logout"))
    client.cookies[django_settings.SESSION_COOKIE_NAME] = during
    assert not is_signed_in(client)


def test_signing_in_sets_the_status_cookie_and_signing_out_clears_it(client: Client) -> None:
    sign_in(client, "reader@example.org")
    assert client.cookies["status"].value
    client.post(reverse("account_logout"))
    assert client.cookies["status"].value == ""


def test_signing_out_by_a_link_asks_first(client: Client) -> None:
    sign_in(client, "reader@example.org")
    assert client.get(reverse("account_logout")).status_code == 200
    assert is_signed_in(client)


def test_nobody_has_a_password(db: None) -> None:
    user = User.objects.create_superuser("staff@example.org", password="a password")
    assert not user.has_usable_password()


def _without(page: str, email: str) -> str:
    """The page without the address and the CSRF tokens, which differ with each answer."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page.replace(email, "ADDRESS"))


def _without_digits(body: object) -> str:
    return re.sub(r"\d", "0", str(body))
