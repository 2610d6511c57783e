"""The short way of prompts that the server decides: fragments for CDNs, decisions for programs."""

import hashlib
import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from django.db import DatabaseError
from django.utils import timezone

from membership.errors import DecisionRefused
from membership.prompts.current import current_bundle
from membership.prompts.decision_requests import LONGEST_BODY, answer_decision
from membership.prompts.fragments import Variant, find_variant, fragment_html
from membership.short_cuts import Answer, as_application

DECIDE = "/api/v1/prompts/decide"
FRAGMENTS = "/prompts/fragment/"

# With the five seconds that a process of ours keeps what it read, a stop holds everywhere within thirty. While we
# cannot be reached caches go on serving it for a day.
_FRAGMENT_CACHING = "public, max-age=20, stale-while-revalidate=5, stale-if-error=86400"
_PLAIN = {"X-Content-Type-Options": "nosniff"}
_NOT_KEPT = {**_PLAIN, "Cache-Control": "no-store"}
_JSON = {**_NOT_KEPT, "Content-Type": "application/json"}


def answer_fragment(environ: Mapping[str, Any], _read: Callable[[int], bytes]) -> Answer:
    """Give the HTML of one variant. A page puts in whatever it gets, so that a refusal has no body."""
    if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
        return Answer(HTTPStatus.METHOD_NOT_ALLOWED, headers={**_NOT_KEPT, "Allow": "GET, HEAD"})
    now = timezone.now()
    parts = environ["PATH_INFO"].removeprefix(FRAGMENTS).split("/")
    if len(parts) != 5 or parts.pop():
        return Answer(HTTPStatus.NOT_FOUND, headers=_NOT_KEPT)
    wanted = Variant(*parts)
    try:
        published = current_bundle(now)
        # While nothing is published nobody can say which variants there are; each of them is empty.
        found = find_variant(published.bundle, wanted) if published else wanted
        if found is None:
            return Answer(HTTPStatus.NOT_FOUND, headers=_NOT_KEPT)
        body = fragment_html(found, now=now).encode()
    except DatabaseError:
        return Answer(HTTPStatus.SERVICE_UNAVAILABLE, headers=_NOT_KEPT)
    headers = {
        **_PLAIN,
        "Cache-Control": _FRAGMENT_CACHING,
        "Content-Type": "text/html; charset=utf-8",
        "ETag": f'"{hashlib.sha256(body).hexdigest()[:32]}"',
    }
    if found != wanted:
        headers["Content-Location"] = FRAGMENTS + found.path
    if headers["ETag"] in environ.get("HTTP_IF_NONE_MATCH", ""):
        del headers["Content-Type"]
        return Answer(HTTPStatus.NOT_MODIFIED, headers=headers)
    return Answer(HTTPStatus.OK, body, headers)


def answer_decide(environ: Mapping[str, Any], read: Callable[[int], bytes]) -> Answer:
    """Decide the page view that a program posts."""
    if environ["REQUEST_METHOD"] != "POST":
        words = "Use POST, with a page view as JSON."
        return _refused(HTTPStatus.METHOD_NOT_ALLOWED, "method_not_allowed", words, Allow="POST")
    if environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower() != "application/json":
        words = "Send JSON, and say so: Content-Type: application/json."
        return _refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "not_json", words)
    try:
        said = answer_decision(read(LONGEST_BODY + 1), now=timezone.now())
    except DecisionRefused as error:
        return _refused(HTTPStatus.BAD_REQUEST, "refused", str(error))
    except DatabaseError:
        words = "The prompts cannot be read just now; show none, and ask again for the next page."
        return _refused(HTTPStatus.SERVICE_UNAVAILABLE, "unavailable", words)
    return Answer(HTTPStatus.OK, _json(said), _JSON)


def _refused(status: HTTPStatus, code: str, message: str, **headers: str) -> Answer:
    return Answer(
        status, _json({"error": {"code": code, "message": message}}), {**_JSON, **headers}
    )


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


decide = as_application(answer_decide)
fragment = as_application(answer_fragment)
