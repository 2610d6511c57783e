"""Which letter confirms a change of a recurring gift, and what it says, frozen at the change."""

from datetime import datetime
from typing import Any

from membership.letters.plan_values import plan_values, printed_day, printed_moment, words_for
from payments.models import PlanChange, PlanChangeKind, PlanStatus
from payments.plans.queries import was_told_to_end

_STOPPABLE = (PlanStatus.ACTIVE, PlanStatus.PAST_DUE, PlanStatus.PAUSED)
_MOVES: dict[tuple[str | None, str | None], str] = {
    **{(before, PlanStatus.ENDING): "stopped" for before in _STOPPABLE},
    (PlanStatus.ENDING, PlanStatus.ACTIVE): "kept",
    (PlanStatus.ENDING, PlanStatus.PAUSED): "kept",
    (PlanStatus.ACTIVE, PlanStatus.PAUSED): "paused",
    (PlanStatus.PAST_DUE, PlanStatus.PAUSED): "paused",
    (PlanStatus.PAUSED, PlanStatus.ACTIVE): "resumed",
}
# What a change may touch without such a move, in the order in which one letter names them.
_FIELDS = {
    "resumes_at": "paused",
    "frequency": "frequency_changed",
    "amount": "amount_changed",
    "fee_cover": "amount_changed",
}


def letter_about(change: PlanChange) -> str | None:
    """Name the letter that tells of `change`; None for one that its payer need not be written about, or not yet."""
    if change.kind == PlanChangeKind.STARTED:
        return "agreement"
    before, after = change.before.get("status"), change.after.get("status")
    if after == PlanStatus.ENDED:
        return _end(change, before)
    if (before, after) in _MOVES:
        return _MOVES[before, after]
    return next((letter for name, letter in _FIELDS.items() if change.after.get(name)), None)


def _end(change: PlanChange, before: str | None) -> str | None:
    """Name the letter about an end: the supporter's own, which was perhaps told before, or one for want of payment."""
    if before == PlanStatus.ENDING:
        return None
    if was_told_to_end(change.plan):
        return "stopped"
    return "ended" if before == PlanStatus.PAST_DUE else None


def change_context(change: PlanChange) -> dict[str, Any]:
    """Return whose gift changed, how it was before, when it was done and what comes next."""
    plan = change.plan
    is_over = plan.status == PlanStatus.ENDED
    return {
        **plan_values(plan),
        "made_at": printed_moment(_made_at(change), plan),
        "ends_on": ""
        if is_over
        else printed_day(plan.cancel_at or plan.current_period_end_at, plan),
        "resumes_on": printed_day(plan.resumes_at, plan),
        "earlier_amount": _earlier_amount(change),
        "earlier_frequency": _earlier_frequency(change),
    }


def _made_at(change: PlanChange) -> datetime:
    """Return when the gift was stopped, as Stripe says it, or when another change was recorded."""
    is_stop = change.after.get("status") in (PlanStatus.ENDING, PlanStatus.ENDED)
    return (change.plan.cancelled_at if is_stop else None) or change.made_at


def _earlier_amount(change: PlanChange) -> str:
    if not {"amount", "fee_cover"} & change.before.keys():
        return ""
    plan = change.plan
    amount = change.before.get("amount", plan.amount)
    fee_cover = change.before.get("fee_cover", plan.fee_cover)
    return words_for(plan).amount(amount + fee_cover, plan.currency)


def _earlier_frequency(change: PlanChange) -> str:
    earlier = change.before.get("frequency")
    return words_for(change.plan).frequency(earlier).lower() if earlier else ""
