"""A reader's own wish not to be asked for a while."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

from django.db import transaction
from django.http import HttpRequest

from membership.accounts.models import User
from membership.supporters.models import Supporter, SupporterState
from membership.supporters.queries import proven_supporter
from membership.supporters.revoking import supporter_of_claim
from membership.supporters.status_claim import StatusClaim
from membership.supporters.status_lookup import claim_for_supporter
from membership.supporters.status_token import mark, read_status


def keep_quiet(request: HttpRequest, *, days: int, now: datetime) -> datetime:
    """Let nobody ask this reader for so many days; returns until when, which may be later if it was so already.

    It is written into this browser's status token, whoever its reader is, and kept with a supporter whom the session or
    the token proves, for all their browsers. Safe to repeat.
    """
    until = now + timedelta(days=days)
    held = read_status(request, now=now)
    user = request.user
    proven = proven_supporter(user) if isinstance(user, User) else supporter_of_claim(held)
    if proven is not None:
        proven = _keep(proven, until)
        until = proven.quiet_until or until
    if proven is not None and not (held and held.is_gift_at(now)):
        mark(request, claim_for_supporter(proven, now=now, held=held))
        return until
    claim = held or _nobody(now)
    until = max(filter(None, (claim.quiet_until, until)))
    mark(request, replace(claim, quiet_until=until))
    return until


@transaction.atomic
def _keep(supporter: Supporter, until: datetime) -> Supporter:
    kept = Supporter.objects.select_for_update().get(pk=supporter.pk)
    kept.quiet_until = max(filter(None, (kept.quiet_until, until)))
    kept.save(update_fields=["quiet_until"])
    return kept


def _nobody(now: datetime) -> StatusClaim:
    """Return the claim of a browser of which nothing else is known."""
    return StatusClaim(
        kind="checkout",
        subject=uuid4(),
        state=SupporterState.ANONYMOUS,
        since=None,
        until=None,
        quiet_until=None,
        issued_at=now,
    )
