"""How a status token that was copied loses its worth: by its sign-in's end, or by its supporter's stamp.

Signing out ends the tokens of that sign-in alone: each bears a random name that is noted as revoked, so that the
supporter's other browsers keep their words. A changed email, an erasure and "sign out everywhere" raise the supporter's
stamp, which ends every token written before.
"""

from datetime import datetime
from uuid import UUID

from django.db.models import Exists, F, QuerySet

from membership.supporters.models import RevokedToken, Supporter
from membership.supporters.status_claim import LONGEST, StatusClaim


def supporter_of_claim(claim: StatusClaim | None, *related: str) -> Supporter | None:
    """Return whom a claim was written for, in one query; None when it proves nobody or was revoked.

    A payment proves that a browser gave, and nothing of whose address was typed. `related` rows are loaded along.
    """
    if claim is None or claim.kind != "supporter" or claim.session is None:
        return None
    known: QuerySet[Supporter] = Supporter.objects.filter(
        ~Exists(RevokedToken.objects.filter(session=claim.session)),
        reference=claim.subject,
        token_stamp=claim.stamp,
        merged_into=None,
        email_verified_at__isnull=False,
    )
    return (known.select_related(*related) if related else known).first()


def revoke_token(session: UUID, *, now: datetime) -> None:
    """End the tokens of one sign-in. Safe to repeat."""
    RevokedToken.objects.get_or_create(session=session, defaults={"revoked_at": now})


def end_all_tokens(supporter: Supporter) -> None:
    """End every token of a supporter that was written before; `supporter` is brought up to date."""
    Supporter.objects.filter(pk=supporter.pk).update(token_stamp=F("token_stamp") + 1)
    supporter.refresh_from_db(fields=["token_stamp"])


def forget_revoked_tokens(*, now: datetime) -> int:
    """Delete what no token can still bear, because none holds longer; returns how many."""
    deleted, _ = RevokedToken.objects.filter(revoked_at__lte=now - LONGEST).delete()
    return deleted
