"""Which letter confirms a change of a recurring gift, and what it says, frozen at the change."""

from datetime import datetime
from typing import Any

from membership.letters.plan_values import plan_values, printed_day, printed_moment, words_for
from payments.models import PlanChange, PlanChangeKind, PlanStatus
from payments.plans.queries import was_told_to_end
from payments.receipts.words import card_text

_LETTERS: dict[str, str] = {
    PlanChangeKind.STARTED: "agreement",
    PlanChangeKind.AMOUNT: "amount_changed",
    PlanChangeKind.FREQUENCY: "frequency_changed",
    PlanChangeKind.DATE: "date_changed",
    PlanChangeKind.CARD: "card_changed",
    PlanChangeKind.PAUSED: "paused",
    PlanChangeKind.RESUMED: "resumed",
    PlanChangeKind.STOPPING: "stopped",
    PlanChangeKind.STOPPED: "stopped",
    PlanChangeKind.UNDONE: "kept",
}


def letter_about(change: PlanChange) -> str | None:
    """Name the letter that tells of `change`; None for one that its payer need not be written about, or not yet."""
    if change.kind == PlanChangeKind.ENDED:
        return _end(change)
    if change.kind == PlanChangeKind.CARD and "payment_method_id" not in change.after:
        # The bank renewed the card by itself: the gift goes on, and nobody did anything.
        return None
    if change.kind == PlanChangeKind.UNDONE and change.plan.status == PlanStatus.PAST_DUE:
        # What was to end fails instead, and is written about as every payment that fails.
        return None
    return _LETTERS.get(change.kind)


def _end(change: PlanChange) -> str | None:
    """Name the letter about an end: the payer's own, which was perhaps told before, or one for want of payment."""
    before = change.before.get("status")
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
        "card": card_text(plan.card_brand, plan.card_last4),
        "resumes_on": printed_day(plan.resumes_at, plan),
        "earlier_amount": _earlier_amount(change),
        "earlier_frequency": _earlier_frequency(change),
    }


def _made_at(change: PlanChange) -> datetime:
    """Return when the gift was stopped, as Stripe says it, or when another change was recorded."""
    is_stop = change.kind in (
        PlanChangeKind.STOPPING,
        PlanChangeKind.STOPPED,
        PlanChangeKind.ENDED,
    )
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
