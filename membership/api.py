"""The public JSON API: what the newsroom's programs may know of a reader.

A reader is known by the session of this site, or by the signed status token that signing in left in the browser: the
newsroom's server, which shares the cookie's domain, passes it on as a bearer token. Answers belong to one reader, so
that no shared cache may keep them.
"""

from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from limits import RateLimitItem, RateLimitItemPerMinute

from membership.accounts.models import User
from membership.api_schema import DESCRIPTION
from membership.supporters.models import Supporter
from membership.supporters.queries import proven_supporter, reader_for
from membership.supporters.revoking import supporter_of_claim
from membership.supporters.standing import status_of
from membership.supporters.status_claim import read_token
from membership.supporters.status_token import read_status
from membership.tiers.queries import WITH_TIER, Membership, benefits_of, membership_of
from payments.addresses import client_address
from payments.checkouts.counters import counters

# The newsroom's server asks for all its readers from one address, so those who are known are counted by themselves.
PER_SUPPORTER = RateLimitItemPerMinute(60)
PER_UNKNOWN_ADDRESS = RateLimitItemPerMinute(60)
# Many readers share an address (offices, mobile carriers); a script asks once a day.
PER_ADDRESS = RateLimitItemPerMinute(300)

_BEARER = "Bearer "


def me(request: HttpRequest) -> JsonResponse:
    """The tier, benefits and status of the reader who asks."""
    if request.method not in ("GET", "HEAD"):
        return _only_get()
    now = timezone.now()
    supporter = _supporter(request, now)
    if supporter is None:
        if wait := _seconds_to_wait(PER_UNKNOWN_ADDRESS, "api", client_address(request)):
            return _too_many(wait)
        return _error(
            401,
            "not_known",
            "Sign in, or pass on the status token of a reader who signed in.",
            {"WWW-Authenticate": "Bearer"},
        )
    if wait := _seconds_to_wait(PER_SUPPORTER, "api-me", str(supporter.reference)):
        return _too_many(wait)
    status = status_of(supporter, now=now)
    membership = membership_of(supporter, now=now)
    body = {
        "supporter": str(supporter.reference),
        "status": {
            "state": status.state.value,
            "since": _text(status.since),
            "until": _text(status.until),
        },
        "tier": _tier(membership),
        "benefits": [
            {"key": benefit.key, "text": benefit.text}
            for benefit in (benefits_of(membership.tier) if membership else ())
        ],
    }
    response = JsonResponse(body, headers={"Cache-Control": "private, max-age=60"})
    patch_vary_headers(response, ["Authorization", "Cookie"])
    return response


def status(request: HttpRequest) -> JsonResponse:
    """What a script on an article may know of any reader, looked up now; it renews the status cookies on the way."""
    if request.method not in ("GET", "HEAD"):
        return _only_get()
    if wait := _seconds_to_wait(PER_ADDRESS, "api-status", client_address(request)):
        return _allow_articles(request, _too_many(wait))
    body = reader_for(request, looks_again=True).twin.as_json()
    response = JsonResponse(body, headers={"Cache-Control": "private, no-store"})
    patch_vary_headers(response, ["Cookie"])
    return _allow_articles(request, response)


def openapi(request: HttpRequest) -> JsonResponse:
    """The description of this API, for programs that read OpenAPI."""
    if request.method not in ("GET", "HEAD"):
        return _only_get()
    body = {**DESCRIPTION, "servers": [{"url": settings.SITE_URL}]}
    return JsonResponse(body, headers={"Cache-Control": "public, max-age=3600"})


def _supporter(request: HttpRequest, now: datetime) -> Supporter | None:
    """Return who asks: by the bearer token where one is given, else by the session, else by the status cookie."""
    header = request.headers.get("Authorization", "")
    if header:
        token = header.removeprefix(_BEARER) if header.startswith(_BEARER) else ""
        return supporter_of_claim(read_token(token, now=now), WITH_TIER)
    if isinstance(request.user, User):
        return proven_supporter(request.user, WITH_TIER)
    return supporter_of_claim(read_status(request, now=now), WITH_TIER)


def _tier(membership: Membership | None) -> dict[str, object] | None:
    if membership is None:
        return None
    return {
        "key": membership.tier.key,
        "name": membership.tier.name,
        "since": _text(membership.since),
        "until": _text(membership.until),
        "in_grace": membership.is_in_grace,
    }


def _text(instant: datetime | None) -> str | None:
    return None if instant is None else f"{instant:%Y-%m-%dT%H:%M:%SZ}"


def _seconds_to_wait(limit: RateLimitItem, *key: str) -> int:
    """Count one request; returns 0 while the limit holds."""
    return 0 if counters().hit(limit, *key) else counters().seconds_until_free(limit, *key)


def _allow_articles(request: HttpRequest, response: JsonResponse) -> JsonResponse:
    """Let the newspaper's own article pages read the answer, with the reader's cookies; nobody else's scripts can."""
    patch_vary_headers(response, ["Origin"])
    origin = request.headers.get("Origin", "")
    if origin in settings.ARTICLE_ORIGINS:
        response["Access-Control-Allow-Origin"] = origin
        response["Access-Control-Allow-Credentials"] = "true"
    return response


def _too_many(seconds: int) -> JsonResponse:
    words = "Too many requests: wait as long as Retry-After says, in seconds."
    return _error(429, "too_many_requests", words, {"Retry-After": str(seconds)})


def _only_get() -> JsonResponse:
    return _error(405, "method_not_allowed", "Use GET.", {"Allow": "GET, HEAD"})


def _error(status: int, code: str, message: str, headers: dict[str, str]) -> JsonResponse:
    body = {"error": {"code": code, "message": message}}
    headers = {"Cache-Control": "private, no-store", **headers}
    return JsonResponse(body, status=status, headers=headers)
