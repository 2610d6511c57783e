"""The door of the staff pages."""

from collections.abc import Callable
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.mfa.utils import is_mfa_enabled
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from membership.accounts.models import User
from membership.accounts.queries import is_staff_member
from membership.accounts.sessions import has_second_factor

STAFF_PREFIXES = ("/admin/", "/finance/", "/staff/")


class StaffMiddleware:
    """Let only staff with a second factor to the staff pages; what each of them may do there, the pages decide.

    A middleware and not a decorator, so that a page added under one of the prefixes is guarded without being told, and
    because payments' pages cannot import from here.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(STAFF_PREFIXES):
            return self.get_response(request)
        user = request.user
        if not isinstance(user, User):
            return _with_return(reverse("account_login"), request)
        if not is_staff_member(user):
            raise PermissionDenied("The staff pages are for staff.")
        if has_second_factor(request, user):
            return self.get_response(request)
        if is_mfa_enabled(user):
            methods = get_adapter().get_reauthentication_methods(user)
            return _with_return(methods[0]["url"], request)
        return HttpResponseRedirect(reverse("mfa_index"))


def _with_return(url: str, request: HttpRequest) -> HttpResponse:
    """Redirect with the way back; what was posted is lost, so the reader finds the empty form again."""
    return HttpResponseRedirect(f"{url}?{urlencode({'next': request.get_full_path()})}")
