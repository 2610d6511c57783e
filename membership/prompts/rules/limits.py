"""What a reader has left of each limit, in numbers: the same counts by which the filters decide."""

from dataclasses import dataclass

from membership.prompts.rules.bundle import Bundle
from membership.prompts.rules.campaigns import Campaign, Cap
from membership.prompts.rules.context import Context
from membership.prompts.rules.frequency import (
    DISMISSAL_DAYS,
    count_within,
    seen_in_slot,
    seen_of_campaign,
)


@dataclass(frozen=True, slots=True)
class Limit:
    """`used` of `most` in the last `days`; `most` None: it is counted, and no number is too many.

    `name` is the filter's id; `of` is the slot or campaign, "" for the limits over all of them.
    """

    name: str
    of: str
    used: int
    most: int | None
    days: int
    gap: int = 0  # Seconds between two.


def limits_of(
    bundle: Bundle, context: Context, slot: str, campaign: Campaign | None
) -> tuple[Limit, ...]:
    """Return the limits of a slot of this page view: the slot's, the campaign's, the budget's, and the dismissals."""
    now, views = context.now, context.history.views
    budget = bundle.budget
    caps = {item.id: item.cap for item in bundle.slots}
    found = []
    if slot in caps:
        found.append(_cap("slot_cap", slot, caps[slot], seen_in_slot(views, slot), now))
    if campaign is not None:
        seen = seen_of_campaign(views, campaign.id)
        found.append(_cap("campaign_cap", campaign.id, campaign.cap, seen, now))
    asked = [view.at for view in views if view.is_asking]
    used = count_within(asked, days=budget.days, now=now) if budget.days else len(asked)
    found.append(Limit("ask_budget", "", used, budget.asks, budget.days))
    dismissed = count_within(list(context.history.dismissed), days=DISMISSAL_DAYS, now=now)
    found.append(Limit("cooldown", "", dismissed, None, DISMISSAL_DAYS))
    return tuple(found)


def _cap(name: str, of: str, cap: Cap, seen: list[int], now: int) -> Limit:
    used = count_within(seen, days=cap.days, now=now) if cap.days else len(seen)
    return Limit(name, of, used, cap.views, cap.days, cap.gap)
