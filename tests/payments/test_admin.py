"""The admin: staff look at money and change nothing of it; who works here is an admin's to say."""

import pytest
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from membership.models import User
from payments.models import (
    BalanceTransaction,
    Campaign,
    LedgerPosting,
    Payment,
    Refund,
)
from payments.read_only import ReadOnlyAdmin
from tests.factories import UserFactory
from tests.payments.admin_pages import an_event, as_role, page_of
from tests.payments.gifts import a_gift, a_refund
from tests.staff import make_staff, sign_in_staff

OURS = [
    model for model in admin.site._registry if model._meta.app_label in ("payments", "membership")
]
READ_ONLY = [model for model in OURS if isinstance(admin.site._registry[model], ReadOnlyAdmin)]


@pytest.fixture
def chief(client: Client, db: None) -> Client:
    """Signed in as somebody who may do everything that anybody may."""
    sign_in_staff(client, make_staff(is_superuser=True))
    return client


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_every_list_opens_with_few_queries(
    model: type[Model],
    chief: Client,
    campaign: Campaign,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(5):
        a_refund(a_gift(campaign), 100)
        an_event()

    with django_assert_max_num_queries(16):
        assert chief.get(page_of(model, "changelist")).status_code == 200


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_every_list_can_be_searched(model: type[Model], chief: Client) -> None:
    assert chief.get(page_of(model, "changelist"), {"q": "x"}).status_code == 200


@pytest.mark.parametrize("model", [Payment, Refund, BalanceTransaction, LedgerPosting])
def test_a_row_of_money_opens(model: type[Model], chief: Client, campaign: Campaign) -> None:
    a_refund(a_gift(campaign, 2500), 100)

    response = chief.get(page_of(model, "change", model._default_manager.get_queryset()[0].pk))

    assert response.status_code == 200


@pytest.mark.parametrize("model", READ_ONLY, ids=lambda model: model.__name__)
def test_nobody_adds_changes_or_deletes_a_row_of_money(
    model: type[Model], chief: Client, campaign: Campaign
) -> None:
    a_refund(a_gift(campaign), 100)
    an_event()
    assert chief.get(page_of(model, "add")).status_code == 403

    row = model._default_manager.first()
    if row is not None:
        assert chief.post(page_of(model, "change", row.pk), {"status": "failed"}).status_code == 403
        expected = 200 if model is Authenticator else 403
        assert chief.get(page_of(model, "delete", row.pk)).status_code == expected


def test_nobody_raises_their_own_rights(client: Client, db: None) -> None:
    user = make_staff(role="admin")
    sign_in_staff(client, user)

    client.post(
        page_of(User, "change", user.pk),
        {"name": "Renamed", "email": "x@example.org", "groups": [1, 2, 3, 4, 5, 6]},
    )

    user.refresh_from_db()
    assert user.name == "Renamed"
    assert [group.name for group in user.groups.all()] == ["admin"]
    assert user.is_staff


def test_a_new_member_of_staff_gets_a_role_and_no_password(client: Client, db: None) -> None:
    administrator = as_role(client, "admin")

    administrator.post(
        page_of(User, "add"),
        {
            "email": " New@Example.org ",
            "name": "New",
            "is_staff": "on",
            "is_active": "on",
            "groups": [1],
        },
    )

    user = User.objects.get(email="new@example.org")
    assert user.groups.count() == 1
    assert not user.has_usable_password()
    assert not user.is_superuser


def test_second_factors_are_listed_without_their_secrets(client: Client, db: None) -> None:
    factor = Authenticator.objects.create(
        user=UserFactory.create(), type=Authenticator.Type.TOTP, data={"secret": "JBSWY3DPEHPK3PXP"}
    )
    administrator = as_role(client, "admin")

    for name, args in (("changelist", ()), ("change", (factor.pk,))):
        url = reverse(f"admin:mfa_authenticator_{name}", args=args)
        response = administrator.get(url)
        assert response.status_code == 200
        assert "JBSWY3DPEHPK3PXP" not in response.content.decode()
