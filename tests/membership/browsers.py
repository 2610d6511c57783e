"""A reader's browser as far as the status cookies go."""

from uuid import uuid4

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from membership.middleware import StatusCookieMiddleware
from membership.models import SupporterState, User
from membership.supporters.status_claim import StatusClaim
from tests.factories import NOON
from tests.membership.givers import DAY


def claim(state: SupporterState = SupporterState.RECURRING, **fields: object) -> StatusClaim:
    values: dict[str, object] = {
        "kind": "supporter",
        "subject": uuid4(),
        "state": state,
        "since": NOON - 9 * DAY,
        "until": None,
        "quiet_until": None,
        "issued_at": NOON,
        "version": 3,
        "stamp": 1,
        "session": uuid4(),
    }
    return StatusClaim(**{**values, **fields})  # type: ignore[arg-type]


def request_of(user: User | AnonymousUser | None = None, token: str = "") -> HttpRequest:
    request = RequestFactory().get("/")
    request.user = user or AnonymousUser()
    if token:
        request.COOKIES["status"] = token
    return request


def respond(request: HttpRequest) -> HttpResponse:
    return StatusCookieMiddleware(lambda _request: HttpResponse())(request)


def token_of(request: HttpRequest) -> str:
    return respond(request).cookies["status"].value


def is_quiet(twin: str) -> bool:
    """Whether a script that reads the twin may not ask now."""
    _state, as_of, quiet_until, *_rest = twin.split(".")
    return int(quiet_until) > int(as_of)
