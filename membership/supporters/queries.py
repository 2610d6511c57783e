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
from membership.supporters.status_claim import StatusClaim
from membership.supporters.status_lookup import claim_for_supporter, renewed
from membership.supporters.status_token import grant_for_supporter, kept_status, mark
from membership.supporters.status_twin import Twin

REGISTERED = known_status(SupporterState.REGISTERED, None, None)


@dataclass(frozen=True, slots=True)
class Reader:
    """What is known of a request's reader: their status, until when nobody may ask them, and what a script knows."""

    status: Status
    quiet_until: datetime | None
    twin: Twin


def reader_for(request: HttpRequest, *, looks_again: bool = False) -> Reader:
    """Return what is known of the request's reader, and keep the browser's status token current on the way.

    Without a session and a token it costs no query; a signed-in reader costs one, and three when the status is due. A
    token from a day ago is looked up again, in up to four; with `looks_again` any is, whatever its age.
    """
    now = timezone.now()
    held = kept_status(request, now=now)
    if held is not None and (looks_again or not held.is_fresh(now)):
        known, held = held, renewed(held, now=now)
        if held != known:
            mark(request, held or "clear")
    if looks_again and held is not None and held.kind == "supporter":
        # Just looked up: the session would say nothing else.
        return _by_claim(held, now)
    user = getattr(request, "user", AnonymousUser())
    supporter = proven_supporter(user) if isinstance(user, User) else None
    if supporter is None:
        nobody = REGISTERED if isinstance(user, User) else ANONYMOUS
        return _by_claim(held, now) if held else _unknown(nobody, now)
    status = status_of(supporter, now=now)
    # A gift that this browser made under another address counts although the account knows nothing of it.
    if status.is_askable and held and held.is_gift_at(now):
        return _by_claim(held, now)
    if held is None or not _is_current(held, supporter, status):
        held = claim_for_supporter(supporter, now=now, held=held)
        mark(request, held)
    quiet_until = held.quiet_until if held.awaits else supporter.quiet_until
    return Reader(status, quiet_until, replace(held.twin_at(now), quiet_until=quiet_until))


def keep_current(request: HttpRequest, supporter: Supporter) -> None:
    """Have the browser's token say what is true of its signed-in `supporter` now; costs nothing where it does."""
    now = timezone.now()
    held = kept_status(request, now=now)
    if held is None or not _is_current(held, supporter, status_of(supporter, now=now)):
        grant_for_supporter(request, supporter)


def _by_claim(claim: StatusClaim, now: datetime) -> Reader:
    return Reader(claim.status_at(now), claim.quiet_until, claim.twin_at(now))


def _unknown(status: Status, now: datetime) -> Reader:
    return Reader(status, None, Twin(status.state, now))


def _is_current(held: StatusClaim, supporter: Supporter, status: Status) -> bool:
    """Whether a token was written for this supporter and since the last transition, which may not be stored yet."""
    known = (supporter.reference, supporter.token_version, supporter.token_stamp, status.state)
    if (held.subject, held.version, held.stamp, held.state) != known:
        return False
    # A token keeps whole seconds. While it waits for a payment it is quiet on its own account.
    quiet = supporter.quiet_until
    return held.awaits is not None or held.quiet_until == (quiet and quiet.replace(microsecond=0))


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
