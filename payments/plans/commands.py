"""Carry out what somebody wants of a plan.

Three steps, which no transaction spans: the command is written down, Stripe is told under a key of the command, and
what Stripe then says of the plan is recorded. A sweep finishes a command that was left in between, so that the word of
a supporter is never lost.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from payments.errors import (
    CardDeclined,
    GatewayRefused,
    GatewayUnauthorised,
    GatewayUnavailable,
    InvalidTransition,
)
from payments.gateway.snapshots import SubscriptionSnapshot
from payments.gateway.subscriptions import fetch_subscription
from payments.plans.actions import record_plan
from payments.plans.collecting import collect_open_invoice
from payments.plans.models import (
    PlanActor,
    PlanCommand,
    PlanCommandKind,
    PlanCommandState,
    RecurringPlan,
)
from payments.plans.orders import ORDERS, Call
from payments.plans.queries import unfinished_commands

logger = logging.getLogger(__name__)

_SWEEP = 100


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be done to a plan, with its parameters as JSON values."""

    kind: PlanCommandKind
    parameters: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Voice:
    """At whose word, where it was said, and why if they said so."""

    cause: str
    actor: PlanActor = PlanActor.READER
    reason: str = ""
    comment: str = ""


# Looks at the locked plan and says what is to be done; raises InvalidTransition when that cannot be wanted now.
Decision = Callable[[RecurringPlan], Wish]


def command_plan(plan_id: int, decide: Decision, *, voice: Voice, now: datetime) -> RecurringPlan:
    """Have a plan changed; returns it as Stripe then says it stands.

    Not composable. Safe to repeat: while the command is open, a repetition carries out the same one. Raises
    InvalidTransition for what cannot be wanted now, GatewayRefused, and GatewayUnavailable or GatewayUnauthorised when
    Stripe could not be asked: the command then stands, and the sweep carries it out. CardDeclined says that the payment
    method was changed and what is open could not be collected with it.
    """
    return carry_out(write_command(plan_id, decide, voice=voice, now=now), now=now)


@transaction.atomic(durable=True)
def write_command(plan_id: int, decide: Decision, *, voice: Voice, now: datetime) -> PlanCommand:
    """Write a wish down, or return the same one that is open; another that is open comes first."""
    plan = (
        RecurringPlan.objects.select_for_update(of=("self",))
        .select_related("entity")
        .get(pk=plan_id)
    )
    latest = PlanCommand.objects.filter(plan=plan, state=PlanCommandState.ASKED).first()
    if latest is not None:
        latest.plan = plan
        if _is_met(latest):
            _settle(latest, PlanCommandState.DONE, now=now)
        elif _is_repeated(latest, decide, plan):
            return latest
        else:
            raise InvalidTransition(
                f"Plan {plan} has the command {latest} to be carried out first."
            )
    wish = decide(plan)
    return PlanCommand.objects.create(
        plan=plan,
        kind=wish.kind,
        parameters=wish.parameters,
        actor=voice.actor,
        cause=voice.cause,
        reason=voice.reason,
        comment=voice.comment,
        asked_at=now,
    )


def carry_out(command: PlanCommand, *, now: datetime) -> RecurringPlan:
    """Tell Stripe, unless it is done already; see `command_plan`."""
    try:
        # An earlier call may have come through without its answer, or somebody was there before us.
        snapshot = _look(command, now=now)
        if not _is_met(command):
            _call(command, snapshot)
            snapshot = _look(command, now=now)
    except GatewayUnauthorised:
        # It says something about our key and nothing about the command.
        raise
    except GatewayRefused:
        _settle(command, PlanCommandState.REFUSED, now=now)
        raise
    if not _is_met(command):
        logger.warning("Plan %s is %s after %s.", command.plan, command.plan.status, command)
    if command.kind == PlanCommandKind.CARD and snapshot.latest_invoice_id:
        _collect(command, snapshot.latest_invoice_id, now=now)
    _settle(command, PlanCommandState.DONE, now=now)
    return command.plan


def finish_commands(*, now: datetime) -> int:
    """Carry out the commands that were left in between; returns how many were tried. The next sweep takes the rest."""
    tried = 0
    for command in unfinished_commands(now)[:_SWEEP]:
        tried += 1
        try:
            carry_out(command, now=now)
        except (GatewayUnavailable, GatewayUnauthorised) as error:
            logger.warning("Stripe is not there to carry out commands to plans (%s).", error)
            break
        except GatewayRefused as error:
            logger.error("Stripe refused the command %s: %s", command, error)  # noqa: TRY400
        except CardDeclined:
            logger.info("The new card of plan %s was declined.", command.plan)
    return tried


def _collect(command: PlanCommand, invoice_id: str, *, now: datetime) -> None:
    try:
        collect_open_invoice(invoice_id, idempotency_key=f"{command.reference}-pay")
    except (CardDeclined, GatewayRefused):
        # The method is changed as it was wanted; Stripe tries the invoice again by itself.
        _settle(command, PlanCommandState.DONE, now=now)
        raise
    finally:
        _look(command, now=now)


def _call(command: PlanCommand, snapshot: SubscriptionSnapshot) -> None:
    # Each try has a key of its own: Stripe repeats its first answer to a key, an internal error of its own included.
    # A second call that came through would change nothing.
    PlanCommand.objects.filter(pk=command.pk).update(attempts=F("attempts") + 1)
    command.refresh_from_db(fields=["attempts"])
    key = f"{command.reference}-{command.attempts}"
    ORDERS[PlanCommandKind(command.kind)].carry_out(Call(command, snapshot, key))


def _look(command: PlanCommand, *, now: datetime) -> SubscriptionSnapshot:
    snapshot = fetch_subscription(command.plan.stripe_id)
    record_plan(snapshot, cause=f"command {command.reference}", now=now)
    command.plan.refresh_from_db()
    return snapshot


def _is_met(command: PlanCommand) -> bool:
    return ORDERS[PlanCommandKind(command.kind)].is_met(command.plan, command.parameters)


def _is_repeated(open_one: PlanCommand, decide: Decision, plan: RecurringPlan) -> bool:
    """Say whether the same is wanted again; an open stop is repeated by any stop."""
    wish = decide(plan)
    if wish.kind in _STOPS:
        return open_one.kind in _STOPS
    return (wish.kind, wish.parameters) == (open_one.kind, open_one.parameters)


_STOPS = (PlanCommandKind.STOP, PlanCommandKind.STOP_NOW, PlanCommandKind.END)


def _settle(command: PlanCommand, state: PlanCommandState, *, now: datetime) -> None:
    # A page and the sweep may both carry out one command; the first to come back has the say.
    PlanCommand.objects.filter(pk=command.pk, state=PlanCommandState.ASKED).update(
        state=state, settled_at=now
    )
