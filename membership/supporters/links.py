"""Signed links in letters: each opens one purpose for one subject until its day, without signing in.

The page behind a link shows on GET and acts on POST only, so that a scanner that opens every link in a mail changes
nothing. A link holds no address and no name, and nothing but its own page accepts it.
"""

import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db.models import TextChoices
from django.urls import reverse

from membership.errors import LinkExpired, LinkUnknown


class LinkPurpose(TextChoices):
    STOP = "stop", "Stop a recurring gift"  # Its subject is a plan.
    UPDATE_CARD = "update-card", "Change the card of a recurring gift"  # A plan.
    CONFIRM_PAYMENT = "confirm-payment", "Confirm a payment at the bank"  # A plan.
    UPGRADE = "upgrade", "Raise a recurring gift"  # A plan.
    UNSUBSCRIBE = "unsubscribe", "Take back a consent"  # A supporter.
    RESTART = "restart", "Begin a recurring gift again"  # A plan that ended.
    CONFIRM_REMINDER = "confirm-reminder", "Confirm a reminder"  # A reminder.
    STOP_REMINDER = "stop-reminder", "Stop a reminder"  # A reminder.


# The subject's 16 bytes, then the second at which the link expires.
_BODY = struct.Struct(">16sQ")


def make_link(purpose: LinkPurpose, subject: UUID, *, valid_for: timedelta, now: datetime) -> str:
    """Return the absolute address that opens `purpose` for `subject`, a reference, until `valid_for` is over."""
    token = make_token(purpose, subject, expires_at=now + valid_for)
    return settings.SITE_URL + reverse("membership:link", args=[purpose.value, token])


def make_token(purpose: LinkPurpose, subject: UUID, *, expires_at: datetime) -> str:
    """Return the signed part of a link."""
    body = _BODY.pack(subject.bytes, int(expires_at.timestamp()))
    return _signer(purpose).sign(urlsafe_b64encode(body).decode().rstrip("="))


def read_link(token: str, purpose: LinkPurpose, *, now: datetime) -> UUID:
    """Return the subject's reference; raises LinkUnknown for what we did not sign for this purpose, and LinkExpired."""
    try:
        encoded = _signer(purpose).unsign(token)
    except BadSignature as error:
        raise LinkUnknown("The link is not one of ours for this purpose.") from error
    subject, expires = _BODY.unpack(urlsafe_b64decode(encoded))
    if datetime.fromtimestamp(expires, UTC) <= now:
        raise LinkExpired(f"The link expired at {datetime.fromtimestamp(expires, UTC)}.")
    return UUID(bytes=subject)


def _signer(purpose: LinkPurpose) -> Signer:
    # A salt of its own, so that no link opens what another is for; the dot survives in every mail program.
    return Signer(salt=f"membership.links.{purpose.value}", sep=".")
