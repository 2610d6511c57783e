"""The short way of prompt events: answered before Django, without sessions, cookies or middleware.

Pages of the newspaper send beacons from another site, as text/plain, which browsers send without asking first.
"""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from django.db import DatabaseError

from membership.errors import BeaconRefused, TooManyEvents
from membership.results.beacons import LONGEST_BODY, encode, parse
from membership.results.buffers import buffers
from membership.short_cuts import Answer, as_application
from payments.addresses import address_in

ADDRESS = "/prompts/events/"

_EVERY_ANSWER = {"Access-Control-Allow-Origin": "*", "Cache-Control": "no-store"}
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "POST",
    "Access-Control-Allow-Headers": "Content-Type",
    "Access-Control-Max-Age": "86400",
}


def answer(environ: Mapping[str, Any], read: Callable[[int], bytes]) -> Answer:
    """Take the beacon of one request; `read` returns at most so many bytes of its body."""
    method = environ["REQUEST_METHOD"]
    if method == "OPTIONS":
        return Answer(HTTPStatus.NO_CONTENT, headers={**_EVERY_ANSWER, **_PREFLIGHT})
    if method != "POST":
        sentence = "Beacons are posted here."
        return _said(HTTPStatus.METHOD_NOT_ALLOWED, sentence, {"Allow": "POST, OPTIONS"})
    try:
        beacon = parse(read(LONGEST_BODY + 1))
        buffers().put(encode(beacon), count=len(beacon.events), address=address_in(environ))
    except BeaconRefused as error:
        return _said(HTTPStatus.BAD_REQUEST, str(error))
    except TooManyEvents as error:
        wait = {"Retry-After": str(error.retry_after)}
        return _said(HTTPStatus.TOO_MANY_REQUESTS, str(error), wait)
    except DatabaseError:
        return _said(HTTPStatus.SERVICE_UNAVAILABLE, "Events cannot be kept just now.")
    return Answer(HTTPStatus.NO_CONTENT, headers=_EVERY_ANSWER)


def _said(status: HTTPStatus, sentence: str, headers: Mapping[str, str] | None = None) -> Answer:
    kind = {"Content-Type": "text/plain; charset=utf-8"}
    return Answer(status, sentence.encode(), {**_EVERY_ANSWER, **kind, **(headers or {})})


prompt_events = as_application(answer)
