"""Change how a plan is collected, on Stripe's hosted page.

The page is asked for first and written down; what its reader saved there is told by their return or by Stripe's event,
whichever comes first, and becomes a command like any other change.
"""

import logging
from collections.abc import Iterable
from datetime import datetime
from functools import partial

from django.db import transaction

from payments.errors import InvalidTransition
from payments.gateway.checkouts import fetch_checkout_session
from payments.gateway.setups import SetupRequest, create_setup_session
from payments.gateway.snapshots import CheckoutSessionSnapshot
from payments.plans.changing import can_change
from payments.plans.commands import Voice, Wish, carry_out, write_command
from payments.plans.models import (
    CardSession,
    CardSessionState,
    PlanActor,
    PlanCommandKind,
    RecurringPlan,
)

logger = logging.getLogger(__name__)


@transaction.atomic(durable=True)
def start_card_change(plan_id: int, *, voice: Voice, now: datetime) -> CardSession:
    """Write down that somebody wants to change the card; raises InvalidTransition where it is of no use."""
    plan = RecurringPlan.objects.select_for_update().get(pk=plan_id)
    if not can_change(plan, PlanCommandKind.CARD):
        raise InvalidTransition(f"Plan {plan} is {plan.status}: it needs no other card.")
    return CardSession.objects.create(plan=plan, actor=voice.actor, cause=voice.cause, asked_at=now)


def open_card_page(session: CardSession, *, success_url: str, cancel_url: str, locale: str) -> str:
    """Have Stripe make the hosted page and return its address. Not composable; raises as the gateway does."""
    plan = RecurringPlan.objects.select_related("customer").get(pk=session.plan_id)
    request = SetupRequest(
        reference=str(session.reference),
        customer_id=plan.customer.stripe_id or "",
        currency=plan.currency,
        locale=locale,
        success_url=success_url,
        cancel_url=cancel_url,
    )
    made = create_setup_session(request, idempotency_key=str(session.reference))
    CardSession.objects.filter(pk=session.pk).update(stripe_id=made.id)
    return made.url


def finish_card_change(session: CardSession, *, now: datetime) -> CardSession:
    """Take up what was saved on the page, if something was; returns the session as it stands then.

    Not composable and safe to repeat. Raises CardDeclined where the new card is set and could not pay what is open,
    GatewayUnavailable where the sweep goes on, and InvalidTransition while another command is open.
    """
    if session.state == CardSessionState.OPEN and session.stripe_id:
        record_card_sessions([fetch_checkout_session(session.stripe_id)])
        session.refresh_from_db()
    if session.state != CardSessionState.SAVED:
        return session
    wish = Wish(PlanCommandKind.CARD, {"method": session.method_id})
    voice = Voice(session.cause, actor=PlanActor(session.actor))
    command = write_command(session.plan_id, partial(_decide, wish=wish), voice=voice, now=now)
    # The command is written down, and its sweep goes on from there.
    CardSession.objects.filter(pk=session.pk).update(state=CardSessionState.TAKEN, settled_at=now)
    session.refresh_from_db()
    carry_out(command, now=now)
    return session


def record_card_sessions(snapshots: Iterable[CheckoutSessionSnapshot]) -> set[str]:
    """Note what was saved on hosted pages of ours; returns their ids. Safe to repeat; composable."""
    ours = set()
    for snapshot in snapshots:
        known = CardSession.objects.filter(stripe_id=snapshot.id)
        if not known.exists():
            continue
        ours.add(snapshot.id)
        still_open = known.filter(state=CardSessionState.OPEN)
        if snapshot.status == "complete" and snapshot.setup_method_id:
            still_open.update(state=CardSessionState.SAVED, method_id=snapshot.setup_method_id)
        elif snapshot.status == "expired":
            still_open.update(state=CardSessionState.EXPIRED)
    return ours


def finish_card_changes(*, now: datetime) -> int:
    """Take up what was saved by readers who never came back from the page; returns how many."""
    saved = CardSession.objects.filter(state=CardSessionState.SAVED).order_by("id")[:100]
    for session in saved:
        try:
            finish_card_change(session, now=now)
        except InvalidTransition:
            logger.info("Plan %s is not as its new card needs it.", session.plan_id)
    return len(saved)


def _decide(plan: RecurringPlan, *, wish: Wish) -> Wish:
    if not can_change(plan, PlanCommandKind.CARD):
        raise InvalidTransition(f"Plan {plan} is {plan.status}: it needs no other card.")
    return wish
