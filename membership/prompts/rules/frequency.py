"""How often is too often: caps, the budget over all slots, the growing cool-down, quiet hours."""

from membership.prompts.rules.campaigns import Cap
from membership.prompts.rules.context import Context, View
from membership.prompts.rules.parts import Budget
from membership.prompts.rules.targeting import DAY

# How long a dismissal counts towards the cool-down's growth.
DISMISSAL_DAYS = 180


def keeps_cap(cap: Cap, seen: list[int], now: int) -> bool:
    """Return whether one more view keeps the cap, after views at the instants `seen`."""
    if cap.gap and seen and now < max(seen) + cap.gap:
        return False
    return cap.views is None or count_within(seen, days=cap.days, now=now) < cap.views


def seen_in_slot(views: tuple[View, ...], slot: str) -> list[int]:
    """Return when asks and invitations were seen in the slot; thanks there tire nobody."""
    return [view.at for view in views if view.slot == slot and view.is_asking]


def seen_of_campaign(views: tuple[View, ...], campaign: str) -> list[int]:
    """Return when the campaign was seen, in whatever slot and variant."""
    return [view.at for view in views if view.campaign == campaign]


def keeps_budget(budget: Budget, views: tuple[View, ...], now: int) -> bool:
    """Return whether one more ask keeps what a reader may be asked over all slots."""
    asked = [view.at for view in views if view.is_asking]
    return budget.asks is None or count_within(asked, days=budget.days, now=now) < budget.asks


def has_cooled_down(budget: Budget, dismissed: tuple[int, ...], now: int) -> bool:
    """Return whether the time without asks after the latest dismissal is over; it grows with their number."""
    recent = [at for at in dismissed if at > now - DISMISSAL_DAYS * DAY]
    if not recent or not budget.cooldown:
        return True
    days = budget.cooldown[min(len(recent), len(budget.cooldown)) - 1]
    return not days or now >= max(recent) + days * DAY


def is_waking_hour(budget: Budget, now: int, tz: int) -> bool:
    """Return whether the reader's local hour is none of the quiet ones."""
    if budget.quiet is None:
        return True
    begins, ends = budget.quiet
    hour = (now + tz * 60) % DAY // 3600
    if begins <= ends:
        return not begins <= hour < ends
    return ends <= hour < begins


def is_left_alone(context: Context) -> bool:
    """Return whether the reader is in a time without asks: their own pause, or the quiet after cancelling."""
    return context.now < max(context.reader.quiet_until, context.history.paused_until)


def count_within(instants: list[int], *, days: int, now: int) -> int:
    """Return how many instants lie within the last `days`; those that a wrong clock put ahead count too."""
    since = now - days * DAY
    return sum(at > since for at in instants)
