"""From when on a plan's change may tell its past otherwise: read from the change itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from payments.finance.measures.plan_stories import Times
from payments.plans.models import PlanChange, PlanStatus, RecurringPlan


@dataclass(frozen=True, slots=True)
class Learned:
    """What a change may tell otherwise: the gift's own story from `own_from` on, and its times.

    The times are what the other gifts of its person are looked at beside, None while the first payment is not through.
    """

    own_from: datetime
    was: Times | None
    times: Times | None

    @classmethod
    def of(cls, change: PlanChange) -> Self:
        """Read a change, as it was just written, with its plan.

        A story turns when a change is made, but not before its gift began, and where the end was never written down as
        such, at the end that Stripe says. So it is another from the change on, from either beginning where that is
        another, and from the gift's beginning where it ended without a word.
        """
        plan, before = change.plan, change.before
        now = (plan.started_at, plan.ended_at)
        then = (_instant(before, "started_at", now[0]), _instant(before, "ended_at", now[1]))
        own = [change.made_at]
        if then[0] and then[0] != now[0]:
            own += [then[0], now[0]]
        if before and _ended_silently(plan, before):
            own.append(min(each for each in (then[0], now[0]) if each))
        status = str(before.get("status", plan.status))
        was_known = bool(before) and status != PlanStatus.INCOMPLETE
        return cls(
            own_from=min(own),
            was=(then[0] or now[0], then[1]) if was_known else None,
            times=now if plan.status != PlanStatus.INCOMPLETE else None,
        )

    @property
    def earliest(self) -> datetime:
        """The first instant of which anything may be told otherwise."""
        found = [self.own_from]
        if self.was is None or self.times is None:
            found += [each[0] for each in (self.was, self.times) if each]
        else:
            for then, now in zip(self.was, self.times, strict=True):
                if then != now:
                    found += [each for each in (then, now) if each]
        return min(found)


def _instant(
    fields: Mapping[str, object], name: str, otherwise: datetime | None
) -> datetime | None:
    """Read an instant as changes keep them, empty for none; `otherwise` where the field did not change."""
    if name not in fields:
        return otherwise
    return datetime.fromisoformat(str(fields[name])) if fields[name] else None


def _ended_silently(plan: RecurringPlan, before: Mapping[str, object]) -> bool:
    """Say whether a gift had ended already and no change says when: what comes now is told before its end."""
    if plan.status != PlanStatus.ENDED or "status" in before:
        return False
    return not plan.changes.filter(after__has_key="status").exists()
