"""Addresses that take no mail: what the mail provider tells of them, and what staff lift."""

import hashlib
import logging
from datetime import datetime

from anymail.signals import AnymailTrackingEvent, EventType, RejectReason
from django.db import IntegrityError, transaction

from membership.accounts.models import normalise_email
from membership.letters.models import Suppression, SuppressionReason
from membership.letters.unsubscribing import withdraw_consents
from membership.supporters.models import Supporter

logger = logging.getLogger(__name__)

# Of what providers call a bounce only this says that the mailbox will never take mail; a full one may next week.
_GONE = (RejectReason.INVALID, RejectReason.BOUNCED)


def hash_of(email: str) -> str:
    """Return what an address is known by here: enough to spare it, and nothing that can be written to."""
    return hashlib.sha256(normalise_email(email).encode()).hexdigest()


def suppression_of(email: str) -> Suppression | None:
    """Return why an address takes no mail, or None when it does: the latest fact holds."""
    latest = Suppression.objects.filter(address_hash=hash_of(email)).last()
    return latest if latest and latest.reason != SuppressionReason.LIFTED else None


def record_mail_event(event: AnymailTrackingEvent, provider: str, *, now: datetime) -> None:
    """Note what the provider says became of a mail. Safe to repeat: an event is known by its id."""
    reason = _reason(event)
    if event.recipient is None:
        return
    supporter = Supporter.objects.filter(
        email=normalise_email(event.recipient), merged_into=None
    ).first()
    if event.event_type in (EventType.UNSUBSCRIBED, EventType.COMPLAINED) and supporter:
        withdraw_consents(supporter, source=provider.lower(), now=now)
    if reason is None:
        return
    event_id = f"{provider} {event.event_id}"[:200] if event.event_id else None
    try:
        with transaction.atomic():
            Suppression.objects.create(
                address_hash=hash_of(event.recipient),
                reason=reason,
                source=provider,
                event_id=event_id,
                supporter=supporter,
                recorded_at=now,
            )
    except IntegrityError:
        logger.info("A mail event of %s came twice.", provider)
    else:
        logger.warning("An address takes no more mail: %s, says %s.", reason, provider)


@transaction.atomic
def lift_suppression(suppression_id: int, *, source: str, now: datetime) -> bool:
    """Let mail go to an address again, at a staff member's word; False when it may already."""
    known = Suppression.objects.get(pk=suppression_id)
    latest = Suppression.objects.filter(address_hash=known.address_hash).last()
    if latest is None or latest.reason == SuppressionReason.LIFTED:
        return False
    Suppression.objects.create(
        address_hash=known.address_hash,
        reason=SuppressionReason.LIFTED,
        source=source[:40],
        supporter=known.supporter,
        recorded_at=now,
    )
    return True


def _reason(event: AnymailTrackingEvent) -> SuppressionReason | None:
    if event.event_type == EventType.COMPLAINED:
        return SuppressionReason.COMPLAINED
    is_gone = event.reject_reason in _GONE
    if event.event_type in (EventType.BOUNCED, EventType.REJECTED) and is_gone:
        return SuppressionReason.BOUNCED
    return None
