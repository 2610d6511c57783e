"""Stop a standing gift at its supporter's word, and keep it after all.

Three steps, which no transaction spans: the command is written down, Stripe is told under a key of the command, and
what Stripe then says of the plan is recorded. A sweep finishes a command that was left in between, so that the word of
a supporter is never lost.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import F

from payments.errors import (
    GatewayRefused,
    GatewayUnauthorised,
    GatewayUnavailable,
    InvalidTransition,
)
from payments.gateway.subscriptions import end_at_once, fetch_subscription, set_ending
from payments.plans.actions import record_plan
from payments.plans.models import (
    PlanCommand,
    PlanCommandKind,
    PlanCommandState,
    PlanStatus,
    RecurringPlan,
)
from payments.plans.queries import unfinished_commands
from payments.plans.transitions import TRANSITIONS

logger = logging.getLogger(__name__)

_SWEEP = 100

_CALLS: dict[PlanCommandKind, Callable[..., None]] = {
    PlanCommandKind.STOP: partial(set_ending, is_ending=True),
    PlanCommandKind.KEEP: partial(set_ending, is_ending=False),
    PlanCommandKind.END: end_at_once,
}
# Where a plan stands once a command was carried out, by us or by anyone else at Stripe.
_MET = {
    PlanCommandKind.STOP: {PlanStatus.ENDING, PlanStatus.ENDED},
    PlanCommandKind.KEEP: {PlanStatus.ACTIVE, PlanStatus.PAUSED},
    PlanCommandKind.END: {PlanStatus.ENDED},
}


def way_to_stop(plan: RecurringPlan) -> PlanCommandKind | None:
    """Say how the plan would be stopped: at the end of the period that is paid for, or at once; None if it cannot be.

    A period that nobody paid for is not waited for: until then Stripe would go on trying to collect it.
    """
    is_unpaid = plan.status in (PlanStatus.INCOMPLETE, PlanStatus.PAST_DUE)
    target = PlanStatus.ENDED if is_unpaid else PlanStatus.ENDING
    if target not in TRANSITIONS[PlanStatus(plan.status)]:
        return None
    return PlanCommandKind.END if is_unpaid else PlanCommandKind.STOP


def can_keep(plan: RecurringPlan) -> bool:
    """Say whether a stop can be taken back; an end that was set at Stripe for a day of its own stays there."""
    is_ours = plan.cancel_at in (None, plan.current_period_end_at)
    return plan.status == PlanStatus.ENDING and is_ours


def stop_plan(plan_id: int, *, cause: str, now: datetime) -> RecurringPlan:
    """Collect nothing more for a plan; returns it as Stripe then says it stands.

    Not composable. Safe to repeat: while the command is open, a repetition carries out the same one. Raises
    InvalidTransition for a plan that is stopped already, and GatewayUnavailable or GatewayUnauthorised when Stripe
    could not be asked: the command then stands, and the sweep carries it out.
    """
    return _carry_out(_command(plan_id, is_stop=True, cause=cause, now=now), now=now)


def keep_plan(plan_id: int, *, cause: str, now: datetime) -> RecurringPlan:
    """Let a plan that is still ending go on; raises as `stop_plan` does."""
    return _carry_out(_command(plan_id, is_stop=False, cause=cause, now=now), now=now)


def finish_commands(*, now: datetime) -> int:
    """Carry out the commands that were left in between; returns how many were tried. The next sweep takes the rest."""
    tried = 0
    for command in unfinished_commands(now)[:_SWEEP]:
        tried += 1
        try:
            _carry_out(command, now=now)
        except (GatewayUnavailable, GatewayUnauthorised) as error:
            logger.warning("Stripe is not there to carry out commands to plans (%s).", error)
            break
        except GatewayRefused as error:
            logger.error("Stripe refused the command %s: %s", command, error)  # noqa: TRY400
    return tried


@transaction.atomic(durable=True)
def _command(plan_id: int, *, is_stop: bool, cause: str, now: datetime) -> PlanCommand:
    plan = RecurringPlan.objects.select_for_update().get(pk=plan_id)
    latest = PlanCommand.objects.filter(plan=plan, state=PlanCommandState.ASKED).first()
    if latest is not None:
        latest.plan = plan
        if (latest.kind != PlanCommandKind.KEEP) == is_stop:
            return latest
        if not _is_met(latest):
            raise InvalidTransition(
                f"Plan {plan} has the command {latest} to be carried out first."
            )
        _settle(latest, PlanCommandState.DONE, now=now)
    kind = way_to_stop(plan) if is_stop else (PlanCommandKind.KEEP if can_keep(plan) else None)
    if kind is None:
        raise InvalidTransition(f"Plan {plan} is {plan.status}: it cannot be stopped or kept now.")
    return PlanCommand.objects.create(plan=plan, kind=kind, cause=cause, asked_at=now)


def _carry_out(command: PlanCommand, *, now: datetime) -> RecurringPlan:
    try:
        # An earlier call may have come through without its answer, or somebody was there before us.
        _look(command, now=now)
        if not _is_met(command):
            _call(command)
            _look(command, now=now)
    except GatewayUnauthorised:
        # It says something about our key and nothing about the command.
        raise
    except GatewayRefused:
        _settle(command, PlanCommandState.REFUSED, now=now)
        raise
    if not _is_met(command):
        logger.warning("Plan %s is %s after %s.", command.plan, command.plan.status, command)
    _settle(command, PlanCommandState.DONE, now=now)
    return command.plan


def _call(command: PlanCommand) -> None:
    # Each try has a key of its own: Stripe repeats its first answer to a key, an internal error of its own included.
    # A second call that came through would change nothing.
    PlanCommand.objects.filter(pk=command.pk).update(attempts=F("attempts") + 1)
    command.refresh_from_db(fields=["attempts"])
    call = _CALLS[PlanCommandKind(command.kind)]
    call(command.plan.stripe_id, idempotency_key=f"{command.reference}-{command.attempts}")


def _look(command: PlanCommand, *, now: datetime) -> None:
    snapshot = fetch_subscription(command.plan.stripe_id)
    record_plan(snapshot, cause=f"command {command.reference}", now=now)
    command.plan.refresh_from_db()


def _is_met(command: PlanCommand) -> bool:
    return command.plan.status in _MET[PlanCommandKind(command.kind)]


def _settle(command: PlanCommand, state: PlanCommandState, *, now: datetime) -> None:
    # A page and the sweep may both carry out one command; the first to come back has the say.
    PlanCommand.objects.filter(pk=command.pk, state=PlanCommandState.ASKED).update(
        state=state, settled_at=now
    )
