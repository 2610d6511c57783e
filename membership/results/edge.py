"""The short way of prompt events: a WSGI application for one address, without sessions, cookies or middleware.

Pages of the newspaper send beacons from another site, as text/plain, which browsers send without asking first.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from django.db import DatabaseError, connections

from membership.errors import BeaconRefused, TooManyEvents
from membership.results.beacons import LONGEST_BODY, encode, parse
from membership.results.buffers import buffers
from payments.addresses import address_in

StartResponse = Callable[[str, list[tuple[str, str]]], object]

ADDRESS = "/prompts/events/"

_EVERY_ANSWER = {"Access-Control-Allow-Origin": "*", "Cache-Control": "no-store"}
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "POST",
    "Access-Control-Allow-Headers": "Content-Type",
    "Access-Control-Max-Age": "86400",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a beacon is answered: a status, headers besides those of every answer, and a sentence."""

    status: HTTPStatus
    sentence: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def all_headers(self) -> dict[str, str]:
        """Every header of the answer; one without a body has no type."""
        kind = {"Content-Type": "text/plain; charset=utf-8"} if self.sentence else {}
        return {**_EVERY_ANSWER, **kind, **self.headers}


def answer(environ: Mapping[str, Any], read: Callable[[int], bytes]) -> Answer:
    """Take the beacon of one request; `read` returns at most so many bytes of its body."""
    method = environ["REQUEST_METHOD"]
    if method == "OPTIONS":
        return Answer(HTTPStatus.NO_CONTENT, headers=_PREFLIGHT)
    if method != "POST":
        sentence = "Beacons are posted here."
        return Answer(HTTPStatus.METHOD_NOT_ALLOWED, sentence, {"Allow": "POST, OPTIONS"})
    try:
        beacon = parse(read(LONGEST_BODY + 1))
        buffers().put(encode(beacon), count=len(beacon.events), address=address_in(environ))
    except BeaconRefused as error:
        return Answer(HTTPStatus.BAD_REQUEST, str(error))
    except TooManyEvents as error:
        wait = {"Retry-After": str(error.retry_after)}
        return Answer(HTTPStatus.TOO_MANY_REQUESTS, str(error), wait)
    except DatabaseError:
        return Answer(HTTPStatus.SERVICE_UNAVAILABLE, "Events cannot be kept just now.")
    return Answer(HTTPStatus.NO_CONTENT)


def prompt_events(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    """Answer as a WSGI application; `config.wsgi` mounts it before Django."""
    _close_old_connections()
    try:
        given = answer(environ, _reader(environ))
    finally:
        _close_old_connections()
    start_response(f"{given.status.value} {given.status.phrase}", list(given.all_headers.items()))
    return [given.sentence.encode()] if given.sentence else []


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
