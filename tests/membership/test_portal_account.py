"""From My support a reader sees and changes what they hear about, and where they are signed in."""

import pytest
from django.test import Client

from membership.accounts.browsers import browser_name
from membership.models import ConsentRecord, SignedInSession, User
from tests.factories import UserFactory
from tests.membership.monthly_gift import words

pytestmark = pytest.mark.django_db

LETTERS = "/support/letters/"
SESSIONS = "/support/sessions/"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/142.0.0.0 Safari/537.36"
)


@pytest.fixture
def user() -> User:
    return UserFactory.create(email="reader@example.org")


@pytest.fixture
def reader(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


def answers() -> list[tuple[str, bool, str]]:
    return list(ConsentRecord.objects.values_list("purpose", "granted", "source"))


def test_a_new_answer_is_a_new_record_and_the_old_ones_stay(reader: Client) -> None:
    reader.post(LETTERS, {"consent_news": "on"})
    reader.post(LETTERS, {"consent_appeals": "on"})
    assert answers() == [
        ("news", True, "my support"),
        ("news", False, "my support"),
        ("appeals", True, "my support"),
    ]
    page = words(reader.get(LETTERS))
    assert 'name="consent_appeals" checked' in page
    assert 'name="consent_news" checked' not in page


def test_the_same_answer_again_is_no_new_record(reader: Client) -> None:
    for _ in range(3):
        reader.post(LETTERS, {"consent_news": "on"})
    assert answers() == [("news", True, "my support")]


def test_saying_nothing_from_the_beginning_is_no_answer(reader: Client) -> None:
    reader.post(LETTERS, {})
    assert answers() == []


def test_a_reader_sees_where_they_are_signed_in_and_signs_out_elsewhere(
    reader: Client, user: User
) -> None:
    other = Client(headers={"User-Agent": FIREFOX})
    other.get("/accounts/login/")
    other.force_login(user)
    SignedInSession.objects.exclude(session_key=reader.session.session_key).update(
        browser="Firefox on Linux"
    )
    page = words(reader.get(SESSIONS))
    assert "This browser" in page
    assert "Firefox on Linux" in page
    reader.post(SESSIONS)
    assert other.get("/support/").status_code == 302
    assert reader.get("/support/").status_code == 200
    assert SignedInSession.objects.count() == 1


def test_signing_out_forgets_the_browser(reader: Client) -> None:
    assert SignedInSession.objects.count() == 1
    reader.post("/accounts/logout/")
    assert SignedInSession.objects.count() == 0


def test_somebody_elses_session_is_neither_seen_nor_ended(reader: Client) -> None:
    stranger = Client()
    stranger.force_login(UserFactory.create(email="stranger@example.org"))
    assert words(reader.get(SESSIONS)).count("since") == 1
    reader.post(SESSIONS)
    assert stranger.get("/support/").status_code == 200


@pytest.mark.parametrize(
    ("agent", "name"),
    [(FIREFOX, "Firefox on Linux"), (CHROME, "Chrome on Windows"), ("", ""), ("curl/8", "")],
)
def test_a_browser_has_a_name_in_words(agent: str, name: str) -> None:
    assert browser_name(agent) == name
