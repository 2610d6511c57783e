"""Answers given before Django: no session, cookie, language or middleware has a part in them.

Each is one function from a request's WSGI environment to an Answer. `config.edge` mounts it as a WSGI application;
`as_view` makes it a view as well, for servers that mount none, as Django's own and the tests'.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from django.db import connections
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

WSGIApplication = Callable[[dict[str, Any], Any], Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, every header, and a body."""

    status: HTTPStatus
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


# Takes the environment, and a function that returns at most so many bytes of the request's body.
Answering = Callable[[Mapping[str, Any], Callable[[int], bytes]], Answer]


def as_application(answering: Answering) -> WSGIApplication:
    """Return the WSGI application that answers so."""

    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        _close_old_connections()
        try:
            answer = answering(environ, _reader(environ))
        finally:
            _close_old_connections()
        start_response(f"{answer.status.value} {answer.status.phrase}", [*answer.headers.items()])
        return [answer.body] if answer.body and environ["REQUEST_METHOD"] != "HEAD" else []

    return application


def as_view(answering: Answering) -> Callable[..., HttpResponse]:
    """Return the view that answers so. No reader's cookie counts, so there is nothing to forge."""

    @csrf_exempt
    def view(request: HttpRequest, **_parts: str) -> HttpResponse:
        answer = answering(request.META, request.read)
        headers = {"Content-Type": "", **answer.headers}
        response = HttpResponse(answer.body, status=answer.status, headers=headers)
        if not response["Content-Type"]:
            del response["Content-Type"]
        return response

    return view


def _close_old_connections() -> None:
    """Do what Django does around the requests that it handles itself; never to a caller's own transaction."""
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()


def _reader(environ: dict[str, Any]) -> Callable[[int], bytes]:
    """Read no further than the body goes: a server may wait for more on an open connection."""
    length = environ.get("CONTENT_LENGTH") or "0"
    whole = int(length) if length.isdecimal() else 0
    return lambda most: environ["wsgi.input"].read(min(whole, most))
