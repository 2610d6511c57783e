"""Reads: who the reader of a request is, and which supporters are due."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from membership.accounts.models import User
from membership.supporters.models import ConsentRecord, Supporter, SupporterState
from membership.supporters.standing import status_of
from membership.supporters.status import ANONYMOUS, Status, known_status
from membership.supporters.status_token import claim_for_supporter, mark, read_status, renewed

_REGISTERED = known_status(SupporterState.REGISTERED, None, None)


@dataclass(frozen=True, slots=True)
class Reader:
    """What is known of the reader of a request: their status, and until when nobody may ask them."""

    status: Status
    quiet_until: datetime | None = None


def reader_for(request: HttpRequest) -> Reader:
    """Return what is known of the request's reader, and keep the browser's status token current on the way.

    Without a session and a token it costs no query; a signed-in reader costs one, and three when the status is due.
    """
    now = timezone.now()
    held = read_status(request, now=now)
    if held is not None and not held.is_fresh(now):
        known, held = held, renewed(held, now=now)
        if held != known:
            mark(request, held or "clear")
    by_token = Reader(held.status_at(now), held.quiet_until) if held else Reader(ANONYMOUS)
    user = getattr(request, "user", AnonymousUser())
    if not isinstance(user, User):
        return by_token
    supporter = proven_supporter(user)
    if supporter is None:
        return by_token if held else Reader(_REGISTERED)
    signed_in = Reader(status_of(supporter, now=now), supporter.quiet_until)
    # A gift that this browser made under another address counts although the account knows nothing of it.
    if signed_in.status.is_askable and held and held.is_gift_at(now):
        return by_token
    if held is None or (held.subject, held.version) != (
        supporter.reference,
        supporter.token_version,
    ):
        claim = claim_for_supporter(supporter, now=now)
        mark(request, replace(claim, awaits=held.awaits if held else None))
    return signed_in


def proven_supporter(user: User, *related: str) -> Supporter | None:
    """Return the supporter whom `user` proved to be, or None; `related` rows are loaded with it."""
    proven = Supporter.objects.filter(user=user, email_verified_at__isnull=False)
    return (proven.select_related(*related) if related else proven).first()


def statuses_due(now: datetime) -> QuerySet[Supporter]:
    """Return the supporters whose status is to be derived again, those that wait longest first."""
    return Supporter.objects.filter(status_due_at__lte=now).order_by("status_due_at", "id")


def consents_of(supporter: Supporter) -> QuerySet[ConsentRecord]:
    """Return every answer that the supporter gave, under this row or one merged into it, oldest first."""
    own = Q(supporter=supporter) | Q(supporter__merged_into=supporter)
    return ConsentRecord.objects.filter(own).order_by("id")
