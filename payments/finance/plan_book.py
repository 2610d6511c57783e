"""The recurring gifts of an entity as their stories: of all time, or of those that changed in some stretches of it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum

from payments.finance.measures.movements import Stock
from payments.finance.measures.plan_stories import (
    COLLECTING,
    Change,
    PlanStory,
    Times,
    annual,
    standing_at,
    standing_of,
    with_others,
)
from payments.ledger.sums.spans import Span
from payments.plans.models import (
    PlanActor,
    PlanChange,
    PlanChangeKind,
    PlanStatus,
    RecurringPlan,
)

# Changes that move no recurring revenue.
ASIDE = (
    PlanChangeKind.RENEWED,
    PlanChangeKind.RESTARTED,
    PlanChangeKind.CARD,
    PlanChangeKind.DATE,
)
_FIELDS = ("status", "frequency", "currency", "amount", "fee_cover")
# The longest that a first payment is on its way, and more.
_FIRST_DEBIT = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class PlanBook:
    """Every gift that changed since an instant, and what all gifts were worth just before it, by currency."""

    opening: dict[str, Stock]
    stories: list[PlanStory]


def plan_book(entity: str, since: datetime | None) -> PlanBook:
    """Return the recurring gifts of an entity since an instant, of all time where it is None; three statements.

    Nothing older is read: what stands now, by currency, less what changed since, is what stood then.
    """
    stories = _stories(entity, _changed(entity, [(since, None)], is_ending_too=True))
    opening = _standing_now(entity)
    for story in stories:
        if story.fields["status"] in COLLECTING:
            now = standing_of(story.fields)
            _add(opening, now.currency, -now.annual, -1)
        if since and (standing := standing_at(story, since)):
            _add(opening, standing.currency, standing.annual, 1)
    return PlanBook({each: stock for each, stock in opening.items() if stock.count}, stories)


def stories_between(entity: str, spans: Sequence[Span[datetime]]) -> list[PlanStory]:
    """Return the gifts that changed in stretches of time, each half-open, None without a bound; three statements.

    Each is told from its beginning to its end, beside all other gifts of its person.
    """
    keys = _changed(entity, spans)
    if keys is None:
        return _stories(entity, None)
    plans = RecurringPlan.objects.filter(entity__slug=entity).order_by()
    return with_others(stories_of(plans.filter(pk__in=keys)), _further(plans, keys))


def stories_begun(
    entity: str, since: datetime | None, until: datetime | None = None
) -> list[PlanStory]:
    """Return the gifts that began from one instant to another, None for any time; two statements.

    Some are older: a gift counts from its first payment, which a bank debit may take weeks to bring. They are told
    without other gifts of their people.
    """
    plans = RecurringPlan.objects.filter(entity__slug=entity)
    if since:
        plans = plans.filter(started_at__gte=since - _FIRST_DEBIT)
    if until:
        # None counts before Stripe's own beginning of it.
        plans = plans.filter(started_at__lt=until)
    return stories_of(plans)


def all_stories(entity: str, *, at_once: int = 5000) -> Iterator[PlanStory]:
    """Yield every gift of an entity; so many are read at once, which bounds what is held in memory."""
    plans = RecurringPlan.objects.filter(entity__slug=entity).order_by("pk")
    after = 0
    while own := dict(plans.filter(pk__gt=after).values_list("pk", "reference")[:at_once]):
        after = max(own)
        keys = plans.order_by().filter(pk__range=(min(own), after)).values_list("pk")
        wanted = {str(reference) for reference in own.values()}
        yield from (story for story in _stories(entity, keys) if story.plan in wanted)


def stories_of(plans: QuerySet[RecurringPlan]) -> list[PlanStory]:
    """Return the stories of some plans without other gifts of their people; two statements."""
    changes: dict[int, list[Change]] = defaultdict(list)
    told = PlanChange.objects.filter(plan__in=plans.values("pk")).exclude(kind__in=ASIDE)
    columns = ("plan_id", "made_at", "before", "after", "actor", "reason")
    for plan, at, before, after, actor, reason in told.order_by("plan", "id").values_list(*columns):
        changes[plan].append(Change(at, before, after, actor != PlanActor.STRIPE, reason))
    rows = plans.order_by("id").values(
        "id", "reference", "customer__party", "started_at", "ended_at", "end_reason", *_FIELDS
    )
    return [
        PlanStory(
            plan=str(row["reference"]),
            supporter=str(row["customer__party"]) if row["customer__party"] else None,
            started_at=row["started_at"],
            ended_at=row["ended_at"],
            end_reason=row["end_reason"],
            fields={name: row[name] for name in _FIELDS},
            changes=tuple(changes[row["id"]]),
        )
        for row in rows
    ]


def _changed(
    entity: str, spans: Sequence[Span[datetime]], *, is_ending_too: bool = False
) -> QuerySet[Any] | None:
    """Return the keys of the plans that changed, None for all; those that are ending too, where it is asked for.

    A story turns at the beginning of its gift, at its end or when something of it was learned, never at another time.
    Only the story of one that is ending says whether it counts.
    """
    if (None, None) in spans:
        return None
    plans = RecurringPlan.objects.filter(entity__slug=entity).order_by()
    changes = PlanChange.objects.filter(_within("made_at", spans)).exclude(kind__in=ASIDE)
    # One set of keys, each part from an index: a database that is asked for any of these conditions reads all plans.
    parts = [
        plans.filter(_within("started_at", spans)).values_list("pk"),
        plans.filter(_within("ended_at", spans)).values_list("pk"),
    ]
    if is_ending_too:
        parts.append(plans.filter(status=PlanStatus.ENDING).values_list("pk"))
    keys: QuerySet[Any] = changes.order_by().values_list("plan").union(*parts)
    return keys


def _stories(entity: str, keys: QuerySet[Any] | None) -> list[PlanStory]:
    """Return the gifts of these keys with all others of their people, in two statements."""
    plans = RecurringPlan.objects.filter(entity__slug=entity).order_by()
    if keys is not None:
        people = plans.filter(pk__in=keys).exclude(customer__party=None).values("customer__party")
        kin = plans.filter(customer__party__in=people).values_list("pk")
        plans = plans.filter(pk__in=keys.union(kin))
    return with_others(stories_of(plans))


def _further(
    plans: QuerySet[RecurringPlan], keys: QuerySet[Any]
) -> Iterator[tuple[str, str, Times]]:
    """Yield the gifts of the same people besides: few, and so read apart, which looks for all people only once."""
    people = plans.filter(pk__in=keys).exclude(customer__party=None).values("customer__party")
    kin = plans.filter(customer__party__in=people).exclude(status=PlanStatus.INCOMPLETE)
    columns = ("customer__party", "reference", "started_at", "ended_at")
    for person, plan, began, ended in kin.exclude(pk__in=keys).values_list(*columns):
        yield str(person), str(plan), (began, ended)


def _within(field: str, spans: Sequence[Span[datetime]]) -> Q:
    found = Q()
    for begin, end in spans:
        after = Q(**{f"{field}__gte": begin}) if begin else Q()
        found |= after & Q(**{f"{field}__lt": end}) if end else after
    return found


def _standing_now(entity: str) -> dict[str, Stock]:
    groups: Iterable[tuple[str, str, int, int]] = (
        RecurringPlan.objects.filter(entity__slug=entity, status__in=COLLECTING)
        .order_by("currency", "frequency")
        .values_list("currency", "frequency")
        .annotate(collected=Sum(F("amount") + F("fee_cover")), gifts=Count("id"))
    )
    standing: dict[str, Stock] = {}
    for currency, frequency, total, count in groups:
        _add(standing, currency, annual(frequency, total), count)
    return standing


def _add(stocks: dict[str, Stock], currency: str, annual_amount: int, count: int) -> None:
    stock = stocks.get(currency, Stock())
    stocks[currency] = Stock(stock.annual + annual_amount, stock.count + count)
