"""R8a, failed payments by the code of their last decline."""

from collections.abc import Iterator
from decimal import Decimal

from payments.finance.columns import Column, ColumnKind, Row, amount, amount_columns
from payments.finance.failures import NO_CODE, DeclineForm, FailureSelection, failed_payments
from payments.finance.links import to_report
from payments.finance.measures.declines import DeclineSummary, by_decline
from payments.finance.selections import Filters
from payments.finance.table import Table

_COLUMNS = (
    Column(
        "decline_code",
        heading="Last decline",
        labels={NO_CODE: "Not given"},
        link=to_report("failed_payments", decline="decline_code", currency="currency"),
    ),
    Column("currency"),
    Column("failed_count", ColumnKind.INTEGER, heading="Failed payments"),
    *amount_columns("failed", currency="currency"),
    Column("recovered_count", ColumnKind.INTEGER, heading="Recovered payments"),
    *amount_columns("recovered", currency="currency"),
    Column("recovered_share", ColumnKind.SHARE, heading="Of the payments"),
)


def decline_summaries(selection: FailureSelection) -> list[DeclineSummary]:
    """Return what the failed payments of a selection come to, by code and currency."""
    told = failed_payments(selection)
    return by_decline((each.decline_code or NO_CODE, each.failure) for each in told)


def _rows(filters: Filters) -> Iterator[Row]:
    for each in decline_summaries(FailureSelection.from_filters(filters)):
        yield (
            each.code,
            each.currency,
            each.failed_count,
            *amount(each.failed, each.currency),
            each.recovered_count,
            *amount(each.recovered, each.currency),
            Decimal(round(each.share * 1_000_000)).scaleb(-6),
        )


DECLINES = Table(
    code="R8a",
    name="declines",
    title="Failed payments by decline",
    definition=(
        "What the failed payments of recurring gifts come to by the code that the card’s bank gave last, by the day of "
        "the first refusal, and how many of them were recovered after all."
    ),
    schema_version=1,
    columns=_COLUMNS,
    rows=_rows,
    form=DeclineForm,
)
