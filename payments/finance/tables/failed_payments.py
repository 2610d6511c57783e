"""R8, failed payments of recurring gifts, and how many of them were recovered in time."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.utils import timezone

from payments.finance.columns import Column, ColumnKind, Row, amount, amount_columns
from payments.finance.failures import FailureForm, FailureSelection, failed_payments
from payments.finance.links import report_address
from payments.finance.measures.declines import by_decline
from payments.finance.measures.recovery import FailureOutcome, RecoveredBy, recoveries
from payments.finance.selections import Filters
from payments.finance.table import Table

_COLUMNS = (
    Column("failed_at", ColumnKind.INSTANT, heading="First failed"),
    Column("payment", is_shown=False),
    Column("gift", is_shown=False),
    Column("supporter", is_shown=False),
    Column("supporter_email", is_personal=True, heading="Email"),
    Column("currency", is_shown=False),
    *amount_columns("failed", currency="currency"),
    Column("attempts", ColumnKind.INTEGER),
    Column("decline_code", heading="Last decline"),
    Column("method", is_shown=False),
    Column("card_brand", is_shown=False),
    Column("outcome", labels=dict(FailureOutcome.choices)),
    Column("recovered_by", labels=dict(RecoveredBy.choices)),
    Column("recovered_at", ColumnKind.INSTANT, is_shown=False),
    Column("days", ColumnKind.INTEGER, heading="After days"),
    *amount_columns("recovered", currency="currency"),
    *amount_columns("still_tried", currency="currency", is_shown=False),
    *amount_columns("lost", currency="currency"),
    Column("stripe_invoice", is_shown=False),
)


def _rows(filters: Filters) -> Iterator[Row]:
    for told in failed_payments(FailureSelection.from_filters(filters)):
        failure = told.failure
        parts = dict.fromkeys(FailureOutcome, 0) | {failure.outcome: failure.amount}
        yield (
            failure.failed_at,
            str(told.payment),
            str(told.plan),
            str(told.supporter) if told.supporter else None,
            told.email,
            failure.currency,
            *amount(failure.amount, failure.currency),
            told.attempt_count,
            told.decline_code,
            told.method,
            told.card_brand,
            failure.outcome.value,
            failure.recovered_by.value if failure.recovered_by else None,
            failure.settled_at,
            failure.days,
            *(value for minor in parts.values() for value in amount(minor, failure.currency)),
            told.invoice,
        )


def _panel(filters: Filters) -> dict[str, Any]:
    selection = replace(FailureSelection.from_filters(filters), outcome="")
    told = list(failed_payments(selection))
    failures = (each.failure for each in told)
    kept = {name: value for name, value in filters.items() if name not in ("outcome", "decline")}
    return {
        "recoveries": recoveries(failures, timezone.now()),
        "declines": by_decline((each.decline_code, each.failure) for each in told),
        "declines_report": report_address("declines", kept),
    }


FAILED_PAYMENTS = Table(
    code="R8",
    name="failed_payments",
    title="Failed payments and recovery",
    definition=(
        "Collections of recurring gifts that a card or bank refused, by the day of the first refusal, and what became "
        "of each."
    ),
    schema_version=1,
    columns=_COLUMNS,
    rows=_rows,
    form=FailureForm,
    panel="payments/finance/failed_payments.html",
    context=_panel,
)
