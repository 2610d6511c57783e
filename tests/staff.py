"""Members of staff for tests: with a role or single permissions, signed in with both factors."""

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.http import HttpRequest
from django.test import Client

from membership.accounts.sessions import sign_in_both_factors
from membership.models import User
from tests.factories import UserFactory


def make_staff(*permissions: str, role: str = "", **fields: object) -> User:
    """Create a member of staff with the permissions (`payments.view_payment`) and the role named."""
    user = UserFactory.create(is_staff=True, **fields)
    for name in permissions:
        app, codename = name.split(".")
        user.user_permissions.add(
            Permission.objects.get(content_type__app_label=app, codename=codename)
        )
    if role:
        user.groups.add(Group.objects.get(name=role))
    return user


def sign_in_staff(client: Client, user: User) -> None:
    """Give the client a session of `user` that has proven both factors."""
    request = HttpRequest()
    request.session = client.session
    sign_in_both_factors(request, user)
    request.session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = str(request.session.session_key)
