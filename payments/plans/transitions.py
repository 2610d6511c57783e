"""Which states a recurring plan passes through, and how Stripe's words name them."""

from payments.gateway.snapshots import SubscriptionSnapshot
from payments.plans.models import PlanStatus

_RUNNING = {PlanStatus.ACTIVE, PlanStatus.PAST_DUE, PlanStatus.PAUSED, PlanStatus.ENDING}

TRANSITIONS: dict[PlanStatus, set[PlanStatus]] = {
    PlanStatus.INCOMPLETE: {*_RUNNING, PlanStatus.ENDED},
    PlanStatus.ACTIVE: {*_RUNNING, PlanStatus.ENDED} - {PlanStatus.ACTIVE},
    PlanStatus.PAST_DUE: {*_RUNNING, PlanStatus.ENDED} - {PlanStatus.PAST_DUE},
    PlanStatus.PAUSED: {*_RUNNING, PlanStatus.ENDED} - {PlanStatus.PAUSED},
    PlanStatus.ENDING: {*_RUNNING, PlanStatus.ENDED} - {PlanStatus.ENDING},
    PlanStatus.ENDED: set(),
}


def status_of(subscription: SubscriptionSnapshot) -> PlanStatus:
    """Name the state of Stripe's subscription; raises KeyError for a word that Stripe did not have before.

    The first that holds, gravest first: a failing card is shown even where the plan is also to end. Where it was
    stopped at once (collection paused and an end set) nothing is tried any more: that is ending, never a pause.
    """
    status = _STATUSES[subscription.status]
    is_to_end = subscription.cancel_at_period_end or subscription.cancel_at is not None
    if status is PlanStatus.PAST_DUE and is_to_end and subscription.is_paused:
        return PlanStatus.ENDING
    if status is not PlanStatus.ACTIVE:
        return status
    if is_to_end:
        return PlanStatus.ENDING
    return PlanStatus.PAUSED if subscription.is_paused else PlanStatus.ACTIVE


_STATUSES = {
    "incomplete": PlanStatus.INCOMPLETE,
    "incomplete_expired": PlanStatus.ENDED,
    "trialing": PlanStatus.ACTIVE,  # Also a plan whose date was moved by a trial end.
    "active": PlanStatus.ACTIVE,
    "past_due": PlanStatus.PAST_DUE,
    "unpaid": PlanStatus.PAST_DUE,
    "paused": PlanStatus.PAUSED,
    "canceled": PlanStatus.ENDED,
}
