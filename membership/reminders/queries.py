"""Reads of reminders."""

from datetime import datetime
from uuid import UUID

from membership.letters.wished import CONFIRMED_WITHIN
from membership.reminders.models import Reminder, ReminderState


def find_reminder(reference: UUID, *, now: datetime) -> Reminder | None:
    """Return a reminder with its campaign; None when it is forgotten or was not confirmed in time."""
    reminder = (
        Reminder.objects.select_related("campaign__entity").filter(reference=reference).first()
    )
    if reminder is None:
        return None
    is_late = reminder.asked_at + CONFIRMED_WITHIN <= now
    return None if is_late and reminder.state == ReminderState.WAITING else reminder
