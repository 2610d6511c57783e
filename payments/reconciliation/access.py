"""Who may look at payouts and the bank, and who may decide there."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

may_look = permission_required("payments.view_payout", raise_exception=True)
may_decide = permission_required("payments.reconcile_payout", raise_exception=True)


def person(request: HttpRequest) -> AbstractBaseUser:
    """Return who is signed in; raises PermissionDenied where nobody is."""
    if not request.user.is_authenticated:
        raise PermissionDenied
    return request.user
