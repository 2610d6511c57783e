"""The roles of staff hold what they should, after any migrate."""

from io import StringIO

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command

from membership.accounts.roles import ROLES

pytestmark = pytest.mark.django_db


def _names(group: str) -> set[str]:
    return {
        f"{app}.{codename}"
        for app, codename in Permission.objects.filter(group__name=group).values_list(
            "content_type__app_label", "codename"
        )
    }


@pytest.mark.parametrize("role", ROLES)
def test_every_role_holds_exactly_its_permissions_after_migrate(role: str) -> None:
    assert _names(role) == ROLES[role]


def test_migrating_again_repairs_a_role_and_leaves_other_groups_alone() -> None:
    own = Group.objects.create(name="interns")
    own.permissions.add(Permission.objects.get(codename="view_payment"))
    finance = Group.objects.get(name="finance")
    finance.permissions.clear()
    finance.permissions.add(Permission.objects.get(codename="change_user"))

    call_command("migrate", verbosity=0, stdout=StringIO())

    assert _names("finance") == ROLES["finance"]
    assert _names("interns") == {"payments.view_payment"}


def test_no_role_may_change_money() -> None:
    money = {"payment", "donation", "refund", "balancetransaction", "ledgerposting", "ledgerentry"}
    changing = {
        name
        for names in ROLES.values()
        for name in names
        if name.split(".")[1].split("_", 1)[0] in {"add", "change", "delete"}
        and name.rsplit("_", 1)[1] in money
    }
    assert changing == set()


def test_personal_data_belongs_to_few_roles() -> None:
    assert {role for role, names in ROLES.items() if "payments.view_personal_data" in names} == {
        "finance lead"
    }
    assert {role for role, names in ROLES.items() if "payments.view_customer" in names} == {
        "finance lead",
        "support",
    }
