"""Writes: a sign-in claims a supporter, and a status that is due is derived again."""

import logging
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F

from membership.accounts.models import User, normalise_email
from membership.events import email_changed, supporters_merged
from membership.supporters.attaching import mark_statuses_due
from membership.supporters.merging import merge_supporter
from membership.supporters.models import StatusChange, Supporter, SupporterState
from membership.supporters.queries import statuses_due
from membership.supporters.revoking import end_all_tokens
from membership.supporters.status import (
    Status,
    derive_status,
    known_status,
    quiet_after_cancelling,
)
from payments.donations.queries import giving_facts
from payments.models import Customer

logger = logging.getLogger(__name__)

# A status that could not be derived is tried again after this, so that it does not stand before the others.
_TRY_AGAIN_AFTER = timedelta(minutes=10)
# How many lapse in one transaction.
_LAPSE_BATCH = 5000
# One statement, because a row for each would be made in Python to be sent back.
_WRITE_LAPSES = """
INSERT INTO membership_statuschange (supporter_id, from_state, to_state, reason, cause, changed_at)
SELECT id, state, %s, %s, 'clock', %s FROM membership_supporter WHERE id IN ({ids}) ORDER BY id
"""


@transaction.atomic
def claim_supporter(user: User, *, now: datetime) -> Supporter:
    """Give a user who just proved their email its supporter, and with it what was given under that email.

    An unproven supporter of the same email is theirs: taken over, or merged where they have one. Safe to repeat.
    """
    email = normalise_email(user.email)
    # The user's row orders two sign-ins of one person.
    User.objects.select_for_update().get(pk=user.pk)
    own = Supporter.objects.select_for_update().filter(user=user).first()
    if own is None:
        own, _created = Supporter.objects.select_for_update().get_or_create(
            email=email,
            merged_into=None,
            defaults={"name": user.name, "state_since": now, "created_at": now},
        )
    elif own.email != email:
        email_changed.send(sender=Supporter, supporter_id=own.pk, former=own.email)
        _take_over(email, own, now=now)
        # Whoever could read the old mailbox holds no token that still counts.
        end_all_tokens(own)
    own.user, own.email = user, email
    own.email_verified_at = own.email_verified_at or now
    own.save(update_fields=["user", "email", "email_verified_at"])
    return own


def _take_over(email: str, own: Supporter, *, now: datetime) -> None:
    other = Supporter.objects.select_for_update().filter(email=email, merged_into=None).first()
    if other is not None:
        merge_supporter(other, into=own)
        supporters_merged.send(sender=Supporter, supporter_id=own.pk, absorbed_id=other.pk)
        mark_statuses_due([own.reference], cause="merge", now=now)


def mark_payer_due(payment_id: int, *, cause: str, now: datetime) -> None:
    """Say that a fact about a payment may have changed its payer's status."""
    payer = Customer.objects.get(donations__payments=payment_id)
    if payer.party is not None:
        mark_statuses_due([payer.party], cause=cause, now=now)


def mark_planner_due(plan_id: int, *, cause: str, now: datetime) -> None:
    """Say that a fact about a recurring plan may have changed its payer's status."""
    payer = Customer.objects.get(plans=plan_id)
    if payer.party is not None:
        mark_statuses_due([payer.party], cause=cause, now=now)


@transaction.atomic
def refresh_status(supporter_id: int, *, now: datetime) -> Status:
    """Derive one supporter's status; a transition writes one StatusChange and outdates the tokens.

    Safe to repeat: the same facts give no second transition.
    """
    supporter = Supporter.objects.select_for_update().get(pk=supporter_id)
    facts = giving_facts(supporter.reference)
    status = derive_status(facts, now)
    if status.state != supporter.state:
        StatusChange.objects.create(
            supporter=supporter,
            from_state=supporter.state,
            to_state=status.state,
            reason=status.reason,
            cause=supporter.status_due_cause or "clock",
            changed_at=now,
        )
        supporter.state = status.state
        supporter.state_since = status.since or now
        supporter.token_version += 1
    quiet = filter(None, (supporter.quiet_until, quiet_after_cancelling(facts)))
    supporter.quiet_until = max(quiet, default=None)
    supporter.state_until = supporter.status_due_at = status.until
    supporter.lapses = status.lapses
    supporter.status_due_cause = ""
    supporter.save(
        update_fields=[
            "state",
            "state_since",
            "state_until",
            "lapses",
            "quiet_until",
            "token_version",
            "status_due_at",
            "status_due_cause",
        ]
    )
    return status


def refresh_due_statuses(*, limit: int, now: datetime) -> int:
    """Derive up to `limit` statuses that are due, each in its own transaction; returns how many were tried.

    Those that only time has lapsed come on top: what they are was known when they were derived last.
    """
    lapsed = lapse_due_statuses(now=now)
    due = list(statuses_due(now).values_list("pk", flat=True)[:limit])
    for supporter_id in due:
        try:
            refresh_status(supporter_id, now=now)
        except Exception:
            logger.exception("The status of supporter %s could not be derived.", supporter_id)
            Supporter.objects.filter(pk=supporter_id).update(status_due_at=now + _TRY_AGAIN_AFTER)
    if due:
        logger.info("Derived %s due statuses.", len(due))
    return lapsed + len(due)


def lapse_due_statuses(*, now: datetime) -> int:
    """Let those lapse of whom nothing but time said so, many at once; returns how many.

    A supporter about whom a fact has come in between is derived instead. One that another worker holds is left to it.
    """
    lapsed = 0
    while batch := _lapse_batch(now):
        lapsed += batch
    if lapsed:
        logger.info("Lapsed by time: %s supporters.", lapsed)
    return lapsed


@transaction.atomic
def _lapse_batch(now: datetime) -> int:
    skip = connection.features.has_select_for_update_skip_locked
    due = statuses_due(now).filter(lapses=True, status_due_cause="")
    rows = due.select_for_update(skip_locked=skip).values_list("pk", flat=True)
    lapsing = list(rows[:_LAPSE_BATCH])
    if not lapsing:
        return 0
    lapsed = known_status(SupporterState.LAPSED, None, None)
    with connection.cursor() as cursor:
        at = connection.ops.adapt_datetimefield_value(now)
        marks = ", ".join(["%s"] * len(lapsing))
        statement = _WRITE_LAPSES.format(ids=marks)
        cursor.execute(statement, [lapsed.state, lapsed.reason, at, *lapsing])
    Supporter.objects.filter(pk__in=lapsing).update(
        state=lapsed.state,
        state_since=now,
        state_until=None,
        lapses=False,
        status_due_at=None,
        token_version=F("token_version") + 1,
    )
    return len(lapsing)
