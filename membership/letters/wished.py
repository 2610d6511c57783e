"""The two letters of a reminder: the one that asks whose the address is, and the reminder itself.

Nobody has an account for it, so that the way out is the reminder's own link. What the links open belongs to the topic
of reminders, which stands above this one.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.dateparse import parse_datetime

from membership.letters.contents import Contents
from membership.letters.gathering import contents_of
from membership.letters.models import Letter
from membership.supporters.links import LinkPurpose, make_token
from membership.supporters.models import Supporter
from membership.supporters.standing import status_of
from payments.models import Payment

# For so long an address waits for its confirmation.
CONFIRMED_WITHIN = timedelta(days=7)
# Mailbox providers ask that the way out works for as long as a mail may be found again.
_STOPS_FOR = timedelta(days=3 * 365)


def confirmation_contents(letter: Letter) -> Contents:
    """What asks whether the address is the reader's, with the links to confirm and to be forgotten."""
    reference = UUID(letter.context["reminder"])
    links = {
        "confirm_url": _link(
            "reminder_confirm",
            LinkPurpose.CONFIRM_REMINDER,
            reference,
            letter.due_at + CONFIRMED_WITHIN,
        ),
        "stop_url": stop_url(reference, since=letter.due_at),
    }
    return contents_of(letter, {**letter.context, **links})


def reminder_contents(letter: Letter) -> Contents:
    """What reminds; its way out is a mail program's own button too (RFC 8058)."""
    out = stop_url(UUID(letter.context["reminder"]), since=letter.due_at)
    return contents_of(letter, {**letter.context, "unsubscribe_url": out})


def stop_url(reference: UUID, *, since: datetime) -> str:
    """Return the address of the page that forgets a reminder and whose it is."""
    return _link("reminder_stop", LinkPurpose.STOP_REMINDER, reference, since + _STOPS_FOR)


def why_outdated_reminder(letter: Letter, now: datetime) -> str:
    """Say why a reminder that is written is not to be sent any more; empty when it may go."""
    asked_at = parse_datetime(letter.context["asked_at"])
    return why_not_remind(letter.context["payer_email"], asked_at or letter.created_at, now=now)


def why_not_remind(email: str, asked_at: datetime, *, now: datetime) -> str:
    """Say why whose address this is needs no reminder any more; empty when they do."""
    rows = Supporter.objects.filter(email=email).select_related("merged_into")
    for supporter in {row.merged_into or row for row in rows}:
        given = Payment.objects.filter(
            donation__customer__party=supporter.reference,
            status__in=Payment.SETTLED,
            succeeded_at__gte=asked_at,
        )
        if not status_of(supporter, now=now).is_askable or given.exists():
            return "The reader supports us by now."
        if supporter.quiet_until is not None and supporter.quiet_until > now:
            return "The reader wishes not to be asked now."
    return ""


def _link(page: str, purpose: LinkPurpose, reference: UUID, expires_at: datetime) -> str:
    token = make_token(purpose, reference, expires_at=expires_at)
    return settings.SITE_URL + reverse(f"membership:{page}", args=[token])
