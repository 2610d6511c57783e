"""Marketing mail needs a recorded consent, and ends with one click (RFC 8058)."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from membership.supporters.links import LinkPurpose, make_token
from membership.supporters.models import ConsentPurpose, ConsentRecord, Supporter
from membership.supporters.queries import consents_of

# Mailbox providers ask that the way out works for as long as a mail may be found again.
_LASTS = timedelta(days=3 * 365)
_TEXT = "No more emails like this"
_TEXT_VERSION = "2026-11"


def has_consent(supporter: Supporter, purpose: str) -> bool:
    """Say whether the supporter's latest answer allows mail for this purpose; no answer allows none."""
    latest = consents_of(supporter).filter(purpose=purpose).last()
    return latest is not None and latest.granted


def unsubscribe_url(supporter: Supporter, *, now: datetime) -> str:
    """Return the address of the page that ends all marketing mail to a supporter."""
    token = make_token(LinkPurpose.UNSUBSCRIBE, supporter.reference, expires_at=now + _LASTS)
    return settings.SITE_URL + reverse("membership:unsubscribe", args=[token])


@transaction.atomic
def withdraw_consents(supporter: Supporter, *, source: str, now: datetime) -> int:
    """Take back every consent to marketing mail; returns how many there were. Safe to repeat."""
    Supporter.objects.select_for_update().get(pk=supporter.pk)
    given = [purpose for purpose in ConsentPurpose.values if has_consent(supporter, purpose)]
    ConsentRecord.objects.bulk_create(
        ConsentRecord(
            supporter=supporter,
            purpose=purpose,
            granted=False,
            text=_TEXT,
            text_version=_TEXT_VERSION,
            source=source[:40],
            recorded_at=now,
        )
        for purpose in given
    )
    return len(given)
