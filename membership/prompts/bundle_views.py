"""The published bundle for browsers and CDNs: a small pointer that changes, and bytes that never do."""

import hashlib
import json

from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from membership.prompts.compiling import SCHEMA
from membership.prompts.queries import bundle_body, latest_publication

# Caches keep the pointer for fifteen seconds and may still serve it for ten; with the five that a process of ours keeps
# its own bundle, a stop holds everywhere within thirty. While we cannot be reached they go on serving it for a day.
_POINTER = "public, max-age=15, stale-while-revalidate=10, stale-if-error=86400"
_FOREVER = "public, max-age=31536000, immutable"


@require_safe
def pointer(request: HttpRequest) -> HttpResponse:
    """Name the bundle that holds and its signature; `bundle` is null when nothing is to be shown. One query."""
    latest = latest_publication()
    said = {
        "schema": SCHEMA,
        "bundle": latest.bundle.sha256 if latest and latest.bundle else None,
        "signature": latest.signature if latest else "",
        "at": int(latest.published_at.timestamp()) if latest else 0,
    }
    body = json.dumps(said, sort_keys=True, separators=(",", ":")).encode()
    return _answer(request, body, hashlib.sha256(body).hexdigest()[:32], _POINTER)


@require_safe
def bundle(request: HttpRequest, sha256: str) -> HttpResponse:
    """Serve the exact bytes that were published under a hash, whether they still hold or not."""
    body = bundle_body(sha256)
    if body is None:
        missing = HttpResponseNotFound("No bundle has this name.\n", content_type="text/plain")
        missing["Cache-Control"] = "no-store"
        missing["Access-Control-Allow-Origin"] = "*"
        return missing
    return _answer(request, body, sha256, _FOREVER)


def _answer(request: HttpRequest, body: bytes, etag: str, caching: str) -> HttpResponse:
    response = HttpResponse(body, content_type="application/json")
    quoted = f'"{etag}"'
    response["ETag"] = quoted
    found = get_conditional_response(request, etag=quoted, response=response)
    answer = HttpResponse(status=304) if found is None else found
    answer["ETag"] = quoted
    answer["Cache-Control"] = caching
    # Any newspaper's page may read it: it is the same for everyone and holds nothing of a reader.
    answer["Access-Control-Allow-Origin"] = "*"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
