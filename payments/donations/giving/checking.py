"""Compare kept sums with the gifts that they are of; where they differ, the gifts are right."""

import logging

from django.db import connection, transaction
from django.db.models.functions import Mod

from payments.customers.models import Customer
from payments.donations.giving.actions import hold_sums, sum_changed_givers
from payments.donations.giving.marks import mark_givers
from payments.donations.giving.models import GivingCalendar, GivingChange, GivingYear
from payments.donations.giving.sql import SUMS, Sql, live_sums

logger = logging.getLogger(__name__)

# Payers that are compared at once, which bounds what is held in memory.
_CHUNK = 5000
_PARTS = 7


def check_giving_sums(*, part: int | None = None) -> int:
    """Compare sums with their gifts and make those that differ again; returns of how many payers they did.

    Those of all payers, or of one part of seven (0 to 6), so that a run at night is short and a week compares all.
    Each that differs is an error in the log: whoever changes a payment marks its payer, so something else has.
    """
    wrong = 0
    payers = Customer.objects.order_by("pk")
    if part is not None:
        payers = payers.annotate(part=Mod("pk", _PARTS)).filter(part=part)
    ids = payers.values_list("pk", flat=True)
    chunk = list(ids[:_CHUNK])
    while chunk:
        wrong += _check(chunk)
        chunk = list(ids.filter(pk__gt=chunk[-1])[:_CHUNK])
    if wrong:
        sum_changed_givers()
    return wrong


@transaction.atomic
def _check(customers: list[int]) -> int:
    """Mark those of these payers whose sums are not those of their gifts; from then on they are added up live."""
    differ: set[int] = set()
    for calendar in hold_sums():
        differ |= _differing(calendar, customers)
    # Looked at last: whoever changed a gift after the sums were made left a mark with it.
    differ -= set(
        GivingChange.objects.filter(customer__in=differ).values_list("customer_id", flat=True)
    )
    for customer in sorted(differ):
        logger.error("What payer %d gave was not what the sums say; they are made again.", customer)
    mark_givers(differ)
    return len(differ)


def _differing(calendar: GivingCalendar, customers: list[int]) -> set[int]:
    rows = GivingYear.objects.filter(entity=calendar.entity_id, customer__in=customers)
    kept = Sql(*rows.order_by().values_list(*SUMS).query.sql_with_params())
    live = live_sums(calendar, customers)
    statement = (
        f"WITH kept AS ({kept.text}), live AS ({live.text})"  # noqa: S608  our own names
        " SELECT customer_id FROM (SELECT * FROM kept EXCEPT SELECT * FROM live) too_much"
        " UNION SELECT customer_id FROM (SELECT * FROM live EXCEPT SELECT * FROM kept) missing"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, (*kept.params, *live.params))
        return {customer for (customer,) in cursor.fetchall()}
