"""Days go with whatever is learned of them later, in the transaction that writes it down.

Two things of a past day may change. What stood, where a change of a gift counts in it: then all days from it on go. Or
whether a gift was new or its person came back, which the other gifts of the person decide by Stripe's own times, and by
who the person is: then the days go on which such a gift came, since what stood is as it was.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Min, Q, QuerySet

from payments.customers.models import Customer
from payments.finance.measures.movements import Movement, movements_of
from payments.finance.measures.plan_stories import PlanStory, Times, with_others
from payments.finance.plan_book import ASIDE, stories_of
from payments.finance.recurring_days.learned import Learned
from payments.finance.recurring_days.models import RecurringDay
from payments.periods import midnight
from payments.plans.models import PlanChange, PlanStatus, RecurringPlan


def forget_after_change(change_id: int) -> int:
    """Delete the days that a plan's change moves, once its rows are written; returns how many.

    Nearly always it is of now, and one statement finds that no day is kept that ends after it.
    """
    change = PlanChange.objects.select_related("plan__customer").get(pk=change_id)
    if change.kind in ASIDE:
        return 0
    learned = Learned.of(change)
    days = _held_days(change.plan.entity_id, learned.earliest)
    if not days:
        return 0
    gone = {day.pk for day in days if _ends_at(day) > learned.own_from}
    person = change.plan.customer.party
    if person is not None and learned.was != learned.times:
        _wait_for([person])
        stories = stories_of(_plans(change.plan.entity_id, [person]))
        now = _comings(stories)
        before = _comings(_with_times(stories, str(change.plan.reference), learned.was))
        gone |= _on(days, now ^ before)
    return _delete(gone)


def forget_after_parties(was: Mapping[int, UUID | None]) -> int:
    """Delete the days on which a gift came that counts otherwise now that customers are known to be other people.

    `was` says who each was, by id. Returns how many days. Most have just begun to give, and no day that is kept ends
    after that.
    """
    begun = RecurringPlan.objects.filter(customer__in=was).order_by("entity").values_list("entity")
    count = 0
    for entity_id, at in begun.annotate(at=Min("started_at")):
        if days := _held_days(entity_id, at):
            count += _delete(_on(days, _other_comings(entity_id, was)))
    return count


def _held_days(entity_id: int, since: datetime) -> list[RecurringDay]:
    """Return the kept days that end after an instant, locked in their order; nobody keeps another until the commit.

    See `hold_still` for why it matters that they are locked even where there are none.
    """
    # No time zone is two days away from UTC.
    near = since.date() - timedelta(days=2)
    days = RecurringDay.objects.filter(entity=entity_id, day__gte=near).order_by("day")
    return [day for day in days.select_for_update() if _ends_at(day) > since]


def _wait_for(people: Collection[UUID]) -> None:
    """Wait for those who look at the past of the same people: each decides by what the other may be about to write."""
    if connection.vendor == "postgresql":
        keys = sorted(int.from_bytes(each.bytes[:8], signed=True) for each in people)
        with connection.cursor() as cursor:
            for key in keys:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])


def _other_comings(entity_id: int, was: Mapping[int, UUID | None]) -> set[Movement]:
    """Return the beginnings of gifts as they were told and as they are told now, where that differs."""
    parties = Customer.objects.filter(pk__in=was).values_list("party", flat=True)
    people = {party for party in (*was.values(), *parties) if party}
    _wait_for(people)
    plans = _plans(entity_id, people, customers=was)
    owners = plans.filter(customer__in=was).values_list("reference", "customer")
    earlier = {str(plan): was[customer] for plan, customer in owners}
    stories = stories_of(plans)
    before = [
        replace(each, supporter=str(earlier[each.plan] or "") or None)
        if each.plan in earlier
        else each
        for each in stories
    ]
    return _comings(stories) ^ _comings(before)


def _plans(
    entity_id: int, people: Collection[UUID], customers: Iterable[int] = ()
) -> QuerySet[RecurringPlan]:
    payers = Customer.objects.filter(Q(party__in=people) | Q(pk__in=list(customers)))
    keys = list(payers.values_list("pk", flat=True))
    return RecurringPlan.objects.filter(entity=entity_id, customer__in=keys)


def _with_times(stories: Sequence[PlanStory], plan: str, times: Times | None) -> list[PlanStory]:
    """Return the stories as they were while one of the plans had other times, or was none yet."""
    told = []
    for story in stories:
        if story.plan != plan:
            told.append(story)
        elif times is not None:
            fields = {**story.fields, "status": PlanStatus.ACTIVE}
            told.append(replace(story, started_at=times[0], ended_at=times[1], fields=fields))
    return told


def _comings(stories: Sequence[PlanStory]) -> set[Movement]:
    """Return the movements of gifts beside the others of their people, whoever these are."""
    return {
        replace(movement, supporter=None)
        for story in with_others(stories)
        for movement in movements_of(story)
    }


def _on(days: Iterable[RecurringDay], movements: Collection[Movement]) -> set[int]:
    return {
        day.pk
        for day in days
        if any(_begins_at(day) <= movement.at < _ends_at(day) for movement in movements)
    }


def _delete(keys: Collection[int]) -> int:
    if keys:
        RecurringDay.objects.filter(pk__in=keys).delete()
    return len(keys)


def _begins_at(day: RecurringDay) -> datetime:
    return midnight(day.day, day.time_zone)


def _ends_at(day: RecurringDay) -> datetime:
    return midnight(day.day + timedelta(days=1), day.time_zone)
