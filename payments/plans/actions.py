"""Writes of recurring plans: what Stripe's subscription says wins."""

import logging
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from payments.campaigns.models import Frequency
from payments.checkouts.models import Checkout
from payments.customers.payers import Payers
from payments.events import plan_changed
from payments.gateway.snapshots import PayerSnapshot, SubscriptionSnapshot
from payments.plans.differences import (
    EXPLAINED,
    Difference,
    differences_between,
    first_difference,
)
from payments.plans.models import PlanActor, PlanChange, PlanStatus, RecurringPlan
from payments.plans.origin import lock_origins, origin_of, split_total
from payments.plans.queries import command_awaited
from payments.plans.transitions import TRANSITIONS, status_of

logger = logging.getLogger(__name__)

_FREQUENCIES = {
    ("month", 1): Frequency.MONTHLY,
    ("month", 12): Frequency.YEARLY,
    ("year", 1): Frequency.YEARLY,
}


def record_plan(
    snapshot: SubscriptionSnapshot, *, cause: str, now: datetime
) -> RecurringPlan | None:
    """Record one plan, as `record_plans` does; None when the subscription is not ours."""
    return record_plans([(snapshot, cause)], now=now).get(snapshot.id)


@transaction.atomic
def record_plans(
    reports: Sequence[tuple[SubscriptionSnapshot, str]], *, now: datetime
) -> dict[str, RecurringPlan]:
    """Make our rows say what Stripe's subscriptions say, each for a cause; returns those that are ours, by Stripe's id.

    Announces `plan_changed` with a PlanChange row for each thing that changed, but for a period that rolled over. Safe
    to repeat: a snapshot that says nothing new changes nothing. Safe to race: two workers may hold events of one
    subscription, and the answer that was asked for later counts, whichever is written last. What changes at Stripe
    after that has an event of its own, whose question comes later still. A plan that ended stays so, since Stripe never
    revives one.
    """
    if not reports:
        return {}
    checkouts = lock_origins(snapshot.metadata for snapshot, _ in reports)
    rows = (
        RecurringPlan.objects.select_for_update(of=("self",))
        .select_related("checkout")
        .filter(stripe_id__in={snapshot.id for snapshot, _ in reports})
        .order_by("pk")
    )
    plans = {plan.stripe_id: plan for plan in rows}
    for snapshot, cause in reports:
        plan = plans.get(snapshot.id)
        origin = origin_of(snapshot.metadata)
        if plan is not None:
            _follow(snapshot, plan, cause=cause, now=now)
        elif origin in checkouts:
            plans[snapshot.id] = _begin(snapshot, checkouts[origin], cause=cause, now=now)
    return plans


def _follow(
    snapshot: SubscriptionSnapshot, plan: RecurringPlan, *, cause: str, now: datetime
) -> None:
    fields = _fields(snapshot, plan.checkout)
    if plan.status == PlanStatus.ENDED and fields["status"] != PlanStatus.ENDED:
        logger.info("Plan %s has ended; an older word of Stripe (%s) is left.", plan, cause)
        return
    if plan.read_at is not None and snapshot.read_at < plan.read_at:
        logger.info(
            "Plan %s was read again since; an older word of Stripe (%s) is left.", plan, cause
        )
        return
    plan.read_at = snapshot.read_at
    before = {name: getattr(plan, name) for name in fields}
    changed = [name for name in fields if fields[name] != before[name]]
    if changed:
        _look_at_transition(plan, PlanStatus(str(fields["status"])))
        for name in changed:
            setattr(plan, name, fields[name])
    plan.save(update_fields=["read_at", *changed])
    if "payment_method_id" in changed and snapshot.method:
        payers = Payers([plan.customer_id], [])
        payers.note_card(plan.customer_id, snapshot.method)
        payers.save()
    differences = differences_between(before, fields, is_paused=snapshot.is_paused)
    if differences:
        _announce(plan, differences, cause=cause, now=now)


def _begin(
    snapshot: SubscriptionSnapshot, checkout: Checkout, *, cause: str, now: datetime
) -> RecurringPlan:
    payer = PayerSnapshot(snapshot.customer_id, email="", name="", country="")
    payers = Payers([checkout.customer_id], [payer])
    payers.note_payer(checkout.customer_id, payer)
    payers.save()
    fields = _fields(snapshot, checkout)
    plan = RecurringPlan.objects.create(
        entity_id=checkout.campaign.entity_id,
        campaign=checkout.campaign,
        customer_id=checkout.customer_id,
        checkout=checkout,
        stripe_id=snapshot.id,
        read_at=snapshot.read_at,
        **fields,
    )
    _announce(plan, first_difference(fields), cause=cause, now=now)
    return plan


def _fields(snapshot: SubscriptionSnapshot, checkout: Checkout | None) -> dict[str, object]:
    amount, fee_cover = split_total(snapshot.amount, checkout)
    return {
        "status": status_of(snapshot),
        "frequency": _FREQUENCIES[snapshot.interval, snapshot.interval_count],
        "currency": snapshot.currency,
        "amount": amount,
        "fee_cover": fee_cover,
        "started_at": snapshot.started_at,
        "current_period_end_at": snapshot.current_period_end_at,
        "resumes_at": snapshot.resumes_at,
        "cancel_at": snapshot.cancel_at,
        "cancelled_at": snapshot.cancelled_at,
        "ended_at": snapshot.ended_at,
        "end_reason": snapshot.end_reason,
        "moved_to_at": snapshot.trial_end_at,
        "payment_method_id": snapshot.method_id or "",
        "card_brand": snapshot.method.card_brand if snapshot.method else "",
        "card_last4": snapshot.method.card_last4 if snapshot.method else "",
        "card_expires_on": snapshot.method.card_expires_on if snapshot.method else None,
    }


def _look_at_transition(plan: RecurringPlan, new: PlanStatus) -> None:
    if new != plan.status and new not in TRANSITIONS[PlanStatus(plan.status)]:
        logger.warning("Plan %s goes from %s to %s, as Stripe says.", plan, plan.status, new)


def _announce(
    plan: RecurringPlan, differences: list[Difference], *, cause: str, now: datetime
) -> None:
    """Write each difference down with who made it, which only an open command can tell."""
    command = command_awaited(plan)
    for each in differences:
        was_wanted = command is not None and each.kind in EXPLAINED.get(command.kind, ())
        change = PlanChange(
            plan=plan,
            kind=each.kind,
            actor=command.actor if command and was_wanted else PlanActor.STRIPE,
            cause=f"command {command.reference}" if command and was_wanted else cause,
            reason=command.reason if command and was_wanted else each.reason,
            comment=command.comment if command and was_wanted else "",
            before=each.before,
            after=each.after,
            made_at=now,
        )
        change.save(force_insert=True)
        plan_changed.send(sender=RecurringPlan, plan_id=plan.pk, change_id=change.pk)
