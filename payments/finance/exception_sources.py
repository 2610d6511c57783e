"""What the desk's reports put into the queue of exceptions; imported when the apps are ready."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count, Min, Sum
from django.db.models.functions import TruncMonth

from payments.entities.models import LegalEntity
from payments.finance.links import report_address
from payments.ledger.queries import waiting_for_rates
from payments.periods import midnight
from payments.reconciliation.exceptions import ExceptionRow, exception_source


@exception_source("exchange rates")
def lines_without_rates(entity: LegalEntity, now: datetime) -> Iterable[ExceptionRow]:
    """Amounts that are not in the entity's own currency yet: one row for each currency and month."""
    waiting = (
        waiting_for_rates(entity)
        .order_by()
        .annotate(month=TruncMonth("original_on"))
        .values_list("balance_transaction__currency", "month")
        .annotate(Count("id"), Min("original_on"), Sum("balance_transaction__net"))
        .order_by("month", "balance_transaction__currency")
    )
    for currency, month, count, first, net in waiting:
        lines = "1 line" if count == 1 else f"{count} lines"
        yield ExceptionRow(
            kind="exchange rates",
            key=f"{entity.slug} {currency} {month:%Y-%m}",
            title=f"Rates of {currency} for {month:%B %Y}",
            since=midnight(first, entity.time_zone),
            reason=f"{lines} cannot be told in {entity.default_currency}: import the daily rates.",
            currency=currency,
            amount=net,
            link=report_address("journal", {"entity": entity.slug, "first": str(first)}),
        )
