"""Writes of reminders: asked for, confirmed, written on their morning, stopped and forgotten."""

import logging
from collections.abc import Collection
from dataclasses import asdict
from datetime import date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.urls import reverse

from membership.accounts.models import normalise_email
from membership.events import reminder_asked
from membership.letters.actions import write_letter
from membership.letters.models import Letter, LetterState
from membership.letters.wished import CONFIRMED_WITHIN, why_not_remind
from membership.reminders.models import Reminder, ReminderState
from membership.reminders.months import month_name, months_ahead, reminder_at
from payments.campaigns.queries import takes_gifts
from payments.models import Campaign
from payments.periods import civil_date
from payments.receipts.content import issuer_of
from payments.receipts.words import Words

logger = logging.getLogger(__name__)

CONFIRMATION, REMINDER = "reminder_confirmation", "reminder"

# A reminder that was sent is kept for so long, in case its letter comes back.
_KEPT_FOR = timedelta(days=30)


@transaction.atomic
def ask_for_reminder(
    campaign: Campaign, *, email: str, month: date, locale: str, now: datetime
) -> Reminder:
    """Note the wish and make the letter due that asks whether the address is the reader's.

    `campaign` comes with its entity. Raises ValueError for a month that is not among those offered.
    """
    zone = campaign.entity.time_zone
    if month not in months_ahead(civil_date(now, zone)):
        raise ValueError(f"{month} is none of the months that may be chosen.")
    reminder = Reminder.objects.create(
        campaign=campaign,
        email=normalise_email(email),
        locale=locale,
        month=month,
        due_at=reminder_at(month, zone, not_before=now),
        asked_at=now,
    )
    write_letter(
        CONFIRMATION, key=str(reminder), supporter=None, context=_context(reminder), now=now
    )
    reminder_asked.send(sender=Reminder, reminder_id=reminder.pk)
    return reminder


@transaction.atomic
def confirm_reminder(reference: UUID, *, now: datetime) -> Reminder | None:
    """Confirm what the address's owner asked for; None when it is stopped or was not confirmed in time.

    It takes the place of an earlier one of the same address and campaign: the latest wish holds. Safe to repeat.
    """
    reminder = _waiting_or_confirmed(reference, now=now)
    if reminder is None or reminder.state != ReminderState.WAITING:
        return reminder
    earlier = Reminder.objects.filter(
        email=reminder.email, campaign=reminder.campaign, state=ReminderState.CONFIRMED
    )
    _forget(list(earlier.select_for_update()))
    reminder.state, reminder.confirmed_at = ReminderState.CONFIRMED, now
    zone = reminder.campaign.entity.time_zone
    reminder.due_at = reminder_at(reminder.month, zone, not_before=now)
    reminder.save(update_fields=["state", "confirmed_at", "due_at"])
    logger.info("Reminder %s is confirmed.", reminder)
    return reminder


def stop_reminder(reference: UUID) -> None:
    """Forget a reminder and its address, whatever became of it. Safe to repeat."""
    with transaction.atomic():
        _forget(list(Reminder.objects.select_for_update().filter(reference=reference)))


def forget_reminders_of(emails: Collection[str]) -> None:
    """Forget the reminders of a person's addresses; called in the transaction that forgets the person."""
    _forget(list(Reminder.objects.select_for_update().filter(email__in=emails)))


def write_due_reminders(*, limit: int, now: datetime) -> int:
    """Write up to `limit` reminders whose morning has come, each in its own transaction; returns how many were tried.

    Who gave in the meantime, or wishes for quiet, is left in peace for good.
    """
    due = Reminder.objects.filter(state=ReminderState.CONFIRMED, due_at__lte=now)
    found = list(due.order_by("due_at", "id").values_list("pk", flat=True)[:limit])
    for reminder_id in found:
        try:
            _write(reminder_id, now=now)
        except Exception:
            logger.exception("Reminder %s could not be written.", reminder_id)
    return len(found)


@transaction.atomic
def forget_old_reminders(*, now: datetime) -> int:
    """Delete what nobody confirmed in time, and what ended a while ago, with the addresses; returns how many."""
    unconfirmed = Q(state=ReminderState.WAITING, asked_at__lte=now - CONFIRMED_WITHIN)
    ended = Q(ended_at__lte=now - _KEPT_FOR)
    skip = connection.features.has_select_for_update_skip_locked
    old = Reminder.objects.select_for_update(skip_locked=skip).filter(unconfirmed | ended)
    return _forget(list(old.order_by("id")))


@transaction.atomic
def _write(reminder_id: int, *, now: datetime) -> None:
    locked = Reminder.objects.select_for_update(of=("self",)).select_related("campaign__entity")
    reminder = locked.filter(pk=reminder_id, state=ReminderState.CONFIRMED).first()
    if reminder is None:
        return
    reason = why_not_remind(reminder.email, reminder.asked_at, now=now)
    reminder.state = ReminderState.NOT_NEEDED if reason else ReminderState.SENT
    reminder.ended_at = now
    reminder.save(update_fields=["state", "ended_at"])
    if reason:
        logger.info("Reminder %s is not written: %s", reminder, reason)
        return
    context = _context(reminder) | {"give_url": _give_url(reminder.campaign, now=now)}
    write_letter(REMINDER, key=str(reminder), supporter=None, context=context, now=now)


def _waiting_or_confirmed(reference: UUID, *, now: datetime) -> Reminder | None:
    locked = Reminder.objects.select_for_update(of=("self",)).select_related("campaign__entity")
    reminder = locked.filter(reference=reference).first()
    if reminder is None:
        return None
    is_late = reminder.asked_at + CONFIRMED_WITHIN <= now
    return None if is_late and reminder.state == ReminderState.WAITING else reminder


def _context(reminder: Reminder) -> dict[str, object]:
    """Return what both letters print, as it is now."""
    entity, words = reminder.campaign.entity, Words.for_reader(reminder.locale)
    return {
        "reminder": str(reminder),
        "locale": words.locale,
        "issuer": asdict(issuer_of(entity)),
        "payer_name": "",
        "payer_email": reminder.email,
        "month": month_name(reminder.month, words.locale),
        "asked_on": words.day(civil_date(reminder.asked_at, entity.time_zone)),
        "asked_at": reminder.asked_at.isoformat(),
    }


def _give_url(campaign: Campaign, *, now: datetime) -> str:
    """Return where to give: the campaign's page, or where the newspaper leads when that has ended."""
    is_open = takes_gifts(campaign, now=now)
    path = (
        reverse("membership:donate", args=[campaign.slug])
        if is_open
        else reverse("membership:home")
    )
    return settings.SITE_URL + path


def _forget(reminders: list[Reminder]) -> int:
    """Delete rows, and take the addresses off their letters; returns how many."""
    letters = Letter.objects.filter(
        kind__in=(CONFIRMATION, REMINDER), key__in=[str(each) for each in reminders]
    )
    letters.filter(state=LetterState.DUE).update(
        state=LetterState.WITHHELD, error="Nobody waits for it any more."
    )
    letters.update(context={})
    Reminder.objects.filter(pk__in=[each.pk for each in reminders]).delete()
    return len(reminders)
