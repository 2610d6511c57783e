"""The recurring gifts of an entity as their stories, as far back as a report looks."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, QuerySet, Sum

from payments.finance.measures.movements import Stock
from payments.finance.measures.plan_stories import (
    COLLECTING,
    Change,
    PlanStory,
    annual,
    standing_at,
    standing_of,
)
from payments.plans.models import (
    PlanActor,
    PlanChange,
    PlanChangeKind,
    PlanStatus,
    RecurringPlan,
)

# Changes that move no recurring revenue.
_ASIDE = (
    PlanChangeKind.RENEWED,
    PlanChangeKind.RESTARTED,
    PlanChangeKind.CARD,
    PlanChangeKind.DATE,
)
_FIELDS = ("status", "frequency", "currency", "amount", "fee_cover")
# The longest that a first payment is on its way, and more.
_FIRST_DEBIT = timedelta(days=31)
_Times = tuple[datetime, datetime | None]


@dataclass(frozen=True, slots=True)
class PlanBook:
    """Every gift that changed since an instant, and what all gifts were worth just before it, by currency."""

    opening: dict[str, Stock]
    stories: list[PlanStory]


def plan_book(entity: str, since: datetime | None) -> PlanBook:
    """Return the recurring gifts of an entity since an instant, of all time where it is None; four statements.

    Nothing older is read: what stands now, by currency, less what changed since, is what stood then.
    """
    changed = _changed(entity, since)
    stories = _stories(changed, _earlier_gifts(entity, since))
    opening = _standing_now(entity)
    for story in stories:
        if story.fields["status"] in COLLECTING:
            now = standing_of(story.fields)
            _add(opening, now.currency, -now.annual, -1)
        if since and (standing := standing_at(story, since)):
            _add(opening, standing.currency, standing.annual, 1)
    return PlanBook({each: stock for each, stock in opening.items() if stock.count}, stories)


def stories_begun(
    entity: str, since: datetime | None, until: datetime | None = None
) -> list[PlanStory]:
    """Return the gifts that began from one instant to another, None for any time; two statements.

    Some are older: a gift counts from its first payment, which a bank debit may take weeks to bring.
    """
    plans = RecurringPlan.objects.filter(entity__slug=entity)
    if since:
        plans = plans.filter(started_at__gte=since - _FIRST_DEBIT)
    if until:
        # None counts before Stripe's own beginning of it.
        plans = plans.filter(started_at__lt=until)
    return _stories(plans, {})


def _changed(entity: str, since: datetime | None) -> QuerySet[RecurringPlan]:
    """Return the plans that changed, and those that are ending: only their story says whether they count."""
    plans = RecurringPlan.objects.filter(entity__slug=entity).order_by()
    if since is None:
        return plans
    changes = PlanChange.objects.filter(made_at__gte=since).exclude(kind__in=_ASIDE).order_by()
    # One set of keys, each part from an index: a database that is asked for any of these conditions reads all plans.
    keys = changes.values_list("plan").union(
        plans.filter(started_at__gte=since).values_list("pk"),
        plans.filter(ended_at__gte=since).values_list("pk"),
        plans.filter(status=PlanStatus.ENDING).values_list("pk"),
    )
    return plans.filter(pk__in=keys)


def _stories(
    plans: QuerySet[RecurringPlan], earlier: dict[Any, list[tuple[int, _Times]]]
) -> list[PlanStory]:
    changes: dict[int, list[Change]] = defaultdict(list)
    told = PlanChange.objects.filter(plan__in=plans.values("pk")).exclude(kind__in=_ASIDE)
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
            others=tuple(
                times
                for plan, times in earlier.get(row["customer__party"], ())
                if plan != row["id"]
            ),
        )
        for row in rows
    ]


def _earlier_gifts(entity: str, since: datetime | None) -> dict[Any, list[tuple[int, _Times]]]:
    """Return the times of all gifts of those who began one since, by person."""
    plans = RecurringPlan.objects.filter(entity__slug=entity).exclude(customer__party=None)
    begun = plans.filter(started_at__gte=since) if since else plans
    rows = (
        plans.filter(customer__party__in=begun.values("customer__party"))
        .exclude(status=PlanStatus.INCOMPLETE)
        .order_by("started_at", "id")
        .values_list("customer__party", "id", "started_at", "ended_at")
    )
    gifts: dict[Any, list[tuple[int, _Times]]] = defaultdict(list)
    for party, plan, began, ended in rows:
        gifts[party].append((plan, (began, ended)))
    return gifts


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
