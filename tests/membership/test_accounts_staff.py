"""The staff pages: for staff, with a second factor that this session proved not long ago."""

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from tests.factories import UserFactory
from tests.second_factor import app_code, set_up_app
from tests.sign_in import ask_for_code, latest_code, sign_in, type_code
from tests.staff import make_staff, sign_in_staff

pytestmark = pytest.mark.django_db

ADMIN = "/admin/"


@pytest.fixture
def enrolled(client: Client, transactional_db: None) -> str:
    """A superuser's session that just set an authenticator app up; returns the app's secret."""
    UserFactory.create(email="editor@example.org", is_staff=True, is_superuser=True)
    sign_in(client, "editor@example.org")
    secret, _ = set_up_app(client)
    return secret


def test_a_stranger_is_asked_to_sign_in_and_comes_back(client: Client) -> None:
    response = client.get("/admin/?q=1")
    assert response.url == "/accounts/login/?next=%2Fadmin%2F%3Fq%3D1"


def test_the_admins_own_password_page_is_not_reachable(client: Client) -> None:
    assert client.get("/admin/login/").url.startswith("/accounts/login/")
    assert client.post("/admin/login/", {"username": "a", "password": "b"}).status_code == 302


@pytest.mark.parametrize("path", ["/admin/", "/finance/", "/staff/", "/admin/no/such/page/"])
def test_a_reader_is_refused(client: Client, path: str) -> None:
    sign_in(client, "reader@example.org")
    assert client.get(path).status_code == 403


def test_staff_without_a_second_factor_are_led_to_set_one_up(client: Client) -> None:
    UserFactory.create(email="editor@example.org", is_staff=True, is_superuser=True)
    sign_in(client, "editor@example.org")
    response = client.get(ADMIN)
    assert response.url == reverse("mfa_index")
    assert "open only with a second step" in client.get(response.url).content.decode()


def test_a_role_without_the_staff_mark_is_guarded_alike(client: Client) -> None:
    user = UserFactory.create(email="finance@example.org")
    user.groups.add(Group.objects.create(name="a role"))
    sign_in(client, "finance@example.org")
    assert client.get("/finance/").url == reverse("mfa_index")


def test_someone_who_left_is_refused(client: Client) -> None:
    user = make_staff(is_superuser=True)
    sign_in_staff(client, user)
    assert client.get(ADMIN).status_code == 200
    user.is_active = False
    user.save()
    assert client.get(ADMIN).status_code == 302


def test_setting_an_app_up_opens_the_staff_pages_at_once(client: Client, enrolled: str) -> None:
    assert client.get(ADMIN).status_code == 200
    page = client.get(reverse("mfa_index")).content.decode()
    assert "open to you" in page
    assert client.get(reverse("mfa_view_recovery_codes")).status_code == 200


def test_the_next_sign_in_asks_for_the_app(client: Client, enrolled: str) -> None:
    other = Client()
    assert sign_in(other, "editor@example.org").url == reverse("mfa_authenticate")
    assert other.get("/support/").status_code == 302
    assert other.get(ADMIN).status_code == 302
    page = other.get(reverse("mfa_authenticate")).content.decode()
    assert "Second step" in page
    response = other.post(reverse("mfa_authenticate"), {"code": app_code(enrolled)})
    assert response.url == "/support/"
    assert other.get(ADMIN).status_code == 200


def test_the_way_back_survives_the_second_step(client: Client, enrolled: str) -> None:
    other = Client()
    ask_for_code(other, "editor@example.org", next=ADMIN)
    type_code(other, latest_code(), next=ADMIN)
    response = other.post(reverse("mfa_authenticate"), {"code": app_code(enrolled)})
    assert response.url == ADMIN


def test_a_code_of_the_app_works_once(client: Client, enrolled: str) -> None:
    for expected in (302, 200):
        other = Client()
        sign_in(other, "editor@example.org")
        response = other.post(reverse("mfa_authenticate"), {"code": app_code(enrolled)})
        assert response.status_code == expected


def test_wrong_codes_of_the_app_are_limited(client: Client, enrolled: str) -> None:
    other = Client()
    sign_in(other, "editor@example.org")
    for _ in range(10):
        other.post(reverse("mfa_authenticate"), {"code": "000000"})
    response = other.post(reverse("mfa_authenticate"), {"code": app_code(enrolled)})
    assert response.status_code == 200
    assert "Too many" in response.content.decode()


def test_a_recovery_code_signs_in_once(client: Client, enrolled: str) -> None:
    page = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    code = re.findall(r"<code>(\w+)</code>", page)[0]
    for expected in (302, 200):
        other = Client()
        sign_in(other, "editor@example.org")
        response = other.post(reverse("mfa_authenticate"), {"code": code})
        assert response.status_code == expected


def test_after_half_a_day_the_second_factor_is_asked_for_again(
    client: Client, enrolled: str
) -> None:
    with time_machine.travel(timezone.now() + timedelta(hours=12, minutes=1)):
        response = client.get("/admin/?q=1")
        assert response.url == "/accounts/security/confirm/?next=%2Fadmin%2F%3Fq%3D1"
        page = client.get(response.url).content.decode()
        assert 'name="next" value="/admin/?q=1"' in page
        response = client.post(response.url, {"code": app_code(enrolled), "next": "/admin/?q=1"})
        assert response.url == "/admin/?q=1"
        assert client.get(ADMIN).status_code == 200


def test_removing_the_app_needs_it_and_closes_the_staff_pages_elsewhere(
    client: Client, enrolled: str
) -> None:
    other = Client()
    sign_in(other, "editor@example.org")
    other.post(reverse("mfa_authenticate"), {"code": app_code(enrolled)})
    asked = other.get(reverse("mfa_deactivate_totp"))
    assert asked.url.startswith(reverse("mfa_reauthenticate"))
    assert client.post(reverse("mfa_deactivate_totp")).url == reverse("mfa_index")
    assert not Authenticator.objects.exists()
    assert other.get(ADMIN).url == reverse("mfa_index")


def test_a_second_factor_is_announced_by_mail(client: Client, enrolled: str) -> None:
    message = mail.outbox[-1]
    assert message.to == ["editor@example.org"]
    assert message.subject == "An authenticator app was added to your account"
    assert "If this was not you" in str(message.body)


def test_the_apps_secret_is_kept_encrypted_and_outlives_a_new_secret_key(
    client: Client, enrolled: str, settings: Settings
) -> None:
    app = Authenticator.objects.get(type=Authenticator.Type.TOTP)
    assert enrolled not in str(app.data)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key of the same site, as after a rotation"
    assert app.wrap().validate_code(app_code(enrolled, step=1))


def test_a_session_of_both_factors_opens_the_staff_pages(client: Client) -> None:
    sign_in_staff(client, make_staff(is_superuser=True))
    assert client.get(ADMIN).status_code == 200
