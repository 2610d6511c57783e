"""Write the notices that time has made due: the sweep looks at the plans whose hour has come, and at no others."""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from membership.letters.actions import supporter_of, write_letter
from membership.letters.calendar import rules_for
from membership.letters.models import NoticeClock
from membership.letters.notices import CARD_EXPIRING, Notice, NoticeFacts, add_months, next_notices
from membership.letters.plan_values import plan_values, printed_day, words_for
from payments.models import Frequency, PlanStatus, RecurringPlan
from payments.periods import civil_date
from payments.receipts.words import card_text

logger = logging.getLogger(__name__)

# One that could not be written is tried again after this, so that it does not stand before the others.
_TRY_AGAIN_AFTER = timedelta(hours=1)
_MONTHS = {Frequency.MONTHLY: 1, Frequency.YEARLY: 12}


def look_again(plan_id: int, *, now: datetime) -> None:
    """Have a plan's notices looked at: it began or changed."""
    plan = RecurringPlan.objects.get(pk=plan_id)
    # What was due before we knew the plan is not owed: an imported plan may be years old.
    watched_from = max(plan.started_at, now) if _is_imported(plan) else plan.started_at
    NoticeClock.objects.update_or_create(
        plan=plan,
        defaults={"due_at": now},
        create_defaults={"due_at": now, "watched_from": watched_from},
    )


def look_again_at_cards(customer_ids: list[int], *, now: datetime) -> None:
    """Have the notices looked at of every plan that these customers pay for: their cards are others than before."""
    NoticeClock.objects.filter(plan__customer__in=customer_ids).update(due_at=now)


def write_due_notices(*, limit: int, now: datetime) -> int:
    """Write what is due of up to `limit` plans, each in its own transaction; returns how many were looked at."""
    due = NoticeClock.objects.filter(due_at__lte=now).order_by("due_at", "id")
    clocks = list(due.values_list("pk", flat=True)[:limit])
    for clock_id in clocks:
        try:
            _look(clock_id, now=now)
        except Exception:
            logger.exception("The notices of clock %s could not be written.", clock_id)
            NoticeClock.objects.filter(pk=clock_id).update(due_at=now + _TRY_AGAIN_AFTER)
    return len(clocks)


@transaction.atomic
def _look(clock_id: int, *, now: datetime) -> None:
    skip = connection.features.has_select_for_update_skip_locked
    clock = (
        NoticeClock.objects.select_for_update(of=("self",), skip_locked=skip)
        .select_related("plan__entity", "plan__checkout", "plan__customer")
        .filter(pk=clock_id, due_at__lte=now)
        .first()
    )
    if clock is None:
        # Another sweep holds it, or has done it.
        return
    while (notices := _notices(clock, now)) and notices[0].due_at <= now:
        _write(notices[0], clock.plan, now=now)
        clock.told = {**clock.told, notices[0].kind: notices[0].period}
    clock.due_at = notices[0].due_at if notices else None
    clock.save(update_fields=["due_at", "told"])


def _notices(clock: NoticeClock, now: datetime) -> list[Notice]:
    plan = clock.plan
    facts = NoticeFacts(
        frequency=Frequency(plan.frequency),
        started_at=plan.started_at,
        next_charge_at=next_charge_of(plan),
        card_expires_on=plan.card_expires_on or plan.customer.card_expires_on,
        watched_from=clock.watched_from,
        zone=plan.entity.time_zone,
        told=clock.told,
    )
    rules = rules_for(
        plan.frequency,
        jurisdiction=(plan.checkout or plan.customer).country,
        entity_class=plan.entity.kind,
        today=civil_date(now, plan.entity.time_zone),
    )
    return next_notices(facts, rules, now=now)


def next_charge_of(plan: RecurringPlan) -> datetime | None:
    """Return when the plan will next collect; None when it will not, not yet known, or is failing just now.

    During a pause periods pass without a payment: the first that ends after it is the one.
    """
    charge_at = plan.current_period_end_at
    if charge_at is None or plan.status not in (PlanStatus.ACTIVE, PlanStatus.PAUSED):
        return None
    if plan.status == PlanStatus.ACTIVE:
        return charge_at
    if plan.resumes_at is None:
        return None
    while charge_at < plan.resumes_at:
        months = _MONTHS[Frequency(plan.frequency)]
        charge_at = add_months(charge_at, months, day=plan.started_at.day)
    return charge_at


def _write(notice: Notice, plan: RecurringPlan, *, now: datetime) -> None:
    customer = plan.customer
    # A plan from before we asked Stripe for its card is paid with the customer's.
    card = plan if plan.card_last4 else customer
    context: dict[str, Any] = {
        **plan_values(plan),
        "next_on": printed_day(notice.charge_at, plan),
        "card": card_text(card.card_brand, card.card_last4),
    }
    if notice.kind == CARD_EXPIRING and card.card_expires_on:
        context["expires_on"] = words_for(plan).day(card.card_expires_on)
    logger.info("Plan %s is due for %s %s.", plan, notice.kind, notice.period)
    write_letter(
        notice.kind,
        key=f"{plan.reference} {notice.period}",
        supporter=supporter_of(customer),
        context=context,
        now=now,
    )


def _is_imported(plan: RecurringPlan) -> bool:
    return plan.checkout_id is None
