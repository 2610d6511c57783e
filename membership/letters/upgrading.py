"""Once a year, ask who agreed to appeals whether they would give a little more.

In the twelfth month of each year of a gift that is collected as it should be and was not changed for a year, and never
twice within 365 days, whatever gifts somebody has. Who is not asked in those days is asked again a year later.
"""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from membership.letters.actions import supporter_of, write_letter
from membership.letters.models import Letter
from membership.letters.notices import add_months, morning_of
from membership.letters.plan_values import plan_values
from membership.letters.unsubscribing import has_consent
from membership.letters.upgrade_facts import may_be_asked
from membership.supporters.models import ConsentPurpose, Supporter
from payments.models import PlanChange, PlanChangeKind, PlanStatus, RecurringPlan
from payments.periods import civil_date

logger = logging.getLogger(__name__)

UPGRADE = "upgrade"

_EVERY = timedelta(days=365)
# For so long after eleven months of a year the question may still be asked.
_WINDOW = timedelta(days=14)
# No gift of ours is older than this many years.
_YEARS = 30


def ask_for_upgrades(*, limit: int, now: datetime) -> int:
    """Write the letters that are due of up to `limit` plans, each in its own transaction; returns how many."""
    written = 0
    for plan in _plans_to_ask(now)[:limit]:
        try:
            written += _ask(plan, now=now)
        except Exception:
            logger.exception("Plan %s could not be asked for more.", plan)
    return written


def was_asked(supporter: Supporter, since: datetime) -> bool:
    """Whether a letter asked somebody for more since an instant."""
    own = Q(supporter=supporter) | Q(supporter__merged_into=supporter)
    return Letter.objects.filter(own, kind=UPGRADE, created_at__gt=since).exists()


def _plans_to_ask(now: datetime) -> QuerySet[RecurringPlan]:
    """Return the plans in the twelfth month of a year, about which nobody was asked for this year."""
    in_time = Q()
    for began, ended in _windows(now):
        in_time |= Q(started_at__gt=began, started_at__lte=ended)
    asked = Letter.objects.filter(kind=UPGRADE, created_at__gt=now - _EVERY)
    changed = PlanChange.objects.filter(kind=PlanChangeKind.AMOUNT, made_at__gt=now - _EVERY)
    return (
        RecurringPlan.objects.filter(in_time, status=PlanStatus.ACTIVE)
        .filter(customer__party__isnull=False)
        .exclude(customer__party__in=asked.values("supporter__reference"))
        .exclude(pk__in=changed.values("plan"))
        .select_related("entity", "checkout", "customer")
        .order_by("started_at", "id")
    )


def _windows(now: datetime) -> Iterable[tuple[datetime, datetime]]:
    """Yield the ranges of beginnings of which eleven months of some year have just passed."""
    for year in range(1, _YEARS + 1):
        ended = add_months(now, 1 - 12 * year, day=now.day)
        yield ended - _WINDOW, ended


@transaction.atomic
def _ask(plan: RecurringPlan, *, now: datetime) -> bool:
    known = supporter_of(plan.customer)
    if known is None:
        return False
    # The row orders two sweeps, and two gifts of one person.
    supporter = Supporter.objects.select_for_update().get(pk=known.pk)
    if was_asked(supporter, now - _EVERY) or not may_be_asked(supporter, plan, now=now):
        return False
    if not has_consent(supporter, ConsentPurpose.APPEALS):
        return False
    today = civil_date(now, plan.entity.time_zone)
    letter = write_letter(
        UPGRADE,
        key=f"{plan.reference} {today.isoformat()}",
        supporter=supporter,
        context=plan_values(plan),
        now=now,
        due_at=max(now, morning_of(today, plan.entity.time_zone)),
    )
    logger.info("Plan %s is asked for more by letter %s.", plan, letter.reference)
    return True
