"""What a recurring gift was worth at any time, told from its changes."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from payments.campaigns.models import Frequency
from payments.plans.models import PlanStatus

Fields = Mapping[str, object]
# When a gift began and ended, None where it has not.
Times = tuple[datetime, datetime | None]

# Money is expected of these; a gift that is ending is looked at with what it was before.
COLLECTING = (PlanStatus.ACTIVE, PlanStatus.PAST_DUE)
COLLECTIONS_A_YEAR = {Frequency.MONTHLY: 12, Frequency.YEARLY: 1}


@dataclass(frozen=True, slots=True)
class Change:
    """What became of some fields of a plan at an instant; `before` is empty where the plan appeared.

    `is_wanted` says that a person asked for it; `reason` is Stripe's word or the person's.
    """

    at: datetime
    before: Fields
    after: Fields
    is_wanted: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PlanStory:
    """A recurring gift: its fields as they are now (status, frequency, currency, amount, fee_cover) and its changes.

    The changes are oldest first. `others` are the times of the same person's other gifts.
    """

    plan: str
    supporter: str | None
    started_at: datetime
    ended_at: datetime | None
    end_reason: str
    fields: Fields
    changes: tuple[Change, ...] = ()
    others: tuple[Times, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """What is collected of a gift in a year, fee cover included, in minor units of `currency`.

    A year, because a twelfth of a yearly gift is no whole number.
    """

    currency: str
    annual: int


@dataclass(frozen=True, slots=True)
class Turn:
    """A gift before and after one change; a standing is None while nothing is collected."""

    change: Change
    was: str
    status: str
    before: Standing | None
    after: Standing | None


def annual(frequency: str, total: int) -> int:
    """Return what a gift of `total` each time comes to in a year: twelve times a monthly one, once a yearly one."""
    return total * COLLECTIONS_A_YEAR[Frequency(frequency)]


def standing_of(fields: Fields) -> Standing:
    """Return what a gift with these fields comes to while it counts."""
    total = _whole_number(fields["amount"]) + _whole_number(fields["fee_cover"])
    return Standing(str(fields["currency"]), annual(str(fields["frequency"]), total))


def turns(story: PlanStory) -> Iterator[Turn]:
    """Yield what each change made of a gift, from its beginning.

    A gift counts while it is active or past due: until it ends, its money is expected. It does not count while it is
    paused or its first payment is not through. One that is ending stays as it was before, so a gift that was stopped in
    a pause does not come back for its last day. Times never run backwards within a story.
    """
    fields: dict[str, object] = {}
    standing: Standing | None = None
    at = story.started_at
    for change in _whole(story):
        was = str(fields.get("status", ""))
        fields |= change.after
        status = str(fields["status"])
        at = max(at, change.at)
        after = standing_of(fields) if _counts(status, was, standing) else None
        yield Turn(replace(change, at=at), was, status, standing, after)
        standing = after


def with_others(
    stories: Sequence[PlanStory], further: Iterable[tuple[str, str, Times]] = ()
) -> list[PlanStory]:
    """Return the gifts each with the others of its person: those among them, and `further` ones by person and gift.

    One whose first payment is not through is no other.
    """
    times: dict[str, dict[str, Times]] = defaultdict(dict)
    for supporter, plan, lived in further:
        times[supporter][plan] = lived
    for each in stories:
        if each.supporter and each.fields["status"] != PlanStatus.INCOMPLETE:
            times[each.supporter][each.plan] = (each.started_at, each.ended_at)
    told = []
    for story in stories:
        of_person = times.get(story.supporter or "", {})
        # Nearly everybody has one gift.
        if len(of_person) > (story.plan in of_person):
            others = tuple(at for plan, at in of_person.items() if plan != story.plan)
            told.append(replace(story, others=others))
        else:
            told.append(story)
    return told


def standing_at(story: PlanStory, instant: datetime) -> Standing | None:
    """Return what a gift was worth just before `instant`."""
    standing = None
    for turn in turns(story):
        if turn.change.at >= instant:
            break
        standing = turn.after
    return standing


def _counts(status: str, was: str, standing: Standing | None) -> bool:
    if status == PlanStatus.ENDING:
        return standing is not None or was in ("", PlanStatus.INCOMPLETE)
    return status in COLLECTING


def _whole_number(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError(f"{value!r} is no amount in minor units.")
    return value


def _whole(story: PlanStory) -> list[Change]:
    """Return the changes from the gift's appearance on.

    One whose appearance was not written down began when Stripe says so, as what it was before its first change. One
    that ended without a word ended when Stripe says so.
    """
    changes = list(story.changes)
    if changes and not changes[0].before:
        return changes
    first = dict(story.fields)
    for change in reversed(changes):
        first |= change.before
    if first["status"] == PlanStatus.ENDED:
        first["status"] = PlanStatus.ACTIVE
        ended_at = story.ended_at or story.started_at
        over = Change(ended_at, {"status": "active"}, {"status": "ended"}, reason=story.end_reason)
        changes.append(over)
    return [Change(story.started_at, {}, first), *changes]
