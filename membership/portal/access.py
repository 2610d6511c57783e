"""Who may see My support: a signed-in reader, of whom we know that the email is theirs."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

from membership.accounts.models import User
from membership.supporters.models import Supporter
from membership.supporters.queries import proven_supporter
from membership.tiers.queries import WITH_TIER

P = ParamSpec("P")
_Page = Callable[Concatenate[HttpRequest, Supporter, P], HttpResponse]


def supporter_page(view: _Page[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Call `view` with the supporter who asks; send a stranger to the sign-in and back."""

    @wraps(view)
    def page(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        supporter = None
        if isinstance(request.user, User):
            supporter = proven_supporter(request.user, WITH_TIER)
        if supporter is None:
            raise PermissionDenied("This account's email is not proven.")
        return view(request, supporter, *args, **kwargs)

    return never_cache(login_required(page))
