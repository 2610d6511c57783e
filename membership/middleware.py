"""The one place that sets and clears the status cookies."""

from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_cache_control, patch_vary_headers

from membership.supporters.status_claim import StatusClaim, make_token
from membership.supporters.status_token import is_https, token_cookie, twin_cookie


class StatusCookieMiddleware:
    """Write the status that a view marked the request with into the reader's browser."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        mark = getattr(request, "status_token_for", None)
        if mark is None:
            return response
        if isinstance(mark, StatusClaim):
            _set(response, token_cookie(), make_token(mark), claim=mark, is_hidden=True)
            _set(
                response,
                twin_cookie(),
                mark.twin_at(timezone.now()).as_cookie(),
                claim=mark,
                is_hidden=False,
            )
        else:
            for name in (token_cookie(), twin_cookie()):
                response.delete_cookie(name, domain=_domain(), samesite="Lax")
        # The answer now belongs to one reader: no shared cache may keep it.
        patch_vary_headers(response, ["Cookie"])
        patch_cache_control(response, private=True)
        return response


def _set(
    response: HttpResponse, name: str, value: str, *, claim: StatusClaim, is_hidden: bool
) -> None:
    response.set_cookie(
        name,
        value,
        max_age=max(claim.kept_until - timezone.now(), timedelta(0)),
        domain=_domain(),
        secure=is_https(),
        httponly=is_hidden,
        samesite="Lax",
    )


def _domain() -> str | None:
    return settings.STATUS_COOKIE_DOMAIN or None
