"""R1, the gift register: every event that changed what was given, refunds on rows of their own."""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any, cast
from zoneinfo import ZoneInfo

from payments.campaigns.models import Frequency
from payments.entities.queries import zone_of
from payments.finance.columns import Column, ColumnKind, Figures, Row, amount, amount_columns
from payments.finance.filters import GiftForm
from payments.finance.gift_rows import REGISTER_ORDER, GiftEvent, GiftRow
from payments.finance.queries import latest_rows, newest_first, register_rows
from payments.finance.register_totals import RegisterTotals, register_figures, register_totals
from payments.finance.screen import MergedRows
from payments.finance.selections import Filters, GiftSelection
from payments.finance.sql import SqlRows
from payments.finance.table import Table

# Rows that are held in memory at a time.
_CHUNK = 2000
# From here on, columns and fields have the same names in the same order.
_FROM_STATUS = GiftRow._fields.index("status")

# An empty one of these is written by PostgreSQL as it is, so only columns that have a value or NULL are here.
_CODES = (
    "event",
    "period",
    "reference",
    "gift_reference",
    "entity",
    "frequency",
    "supporter",
    "currency",
    "settlement_currency",
    "reporting_currency",
    "status",
    "stripe_payment_intent",
    "stripe_charge",
    "stripe_invoice",
    "stripe_refund",
    "stripe_dispute",
    "balance_transaction",
    "payout",
)
_REFERENCES = ("reference", "gift_reference", "supporter")

_COLUMNS = (
    Column("event", labels=dict(GiftEvent.choices)),
    Column("occurred_at", ColumnKind.INSTANT, heading="When"),
    Column("date", ColumnKind.DATE, is_shown=False),
    Column("period", is_shown=False),
    Column("available_on", ColumnKind.DATE, is_shown=False),
    Column("accounting_on", ColumnKind.DATE, is_shown=False),
    Column("payout_arrives_on", ColumnKind.DATE, is_shown=False),
    Column("reference", is_shown=False),
    Column("gift_reference", is_shown=False),
    Column("entity", is_shown=False),
    Column("frequency", labels=dict(Frequency.choices)),
    Column("sequence", ColumnKind.INTEGER, is_shown=False),
    Column("supporter", is_shown=False),
    Column("supporter_name", is_personal=True, is_shown=False),
    Column("supporter_email", is_personal=True, heading="Email"),
    Column("country", is_shown=False),
    Column("currency", is_shown=False),
    *amount_columns("amount", currency="currency"),
    *amount_columns("fee_cover", currency="currency", is_shown=False),
    Column("settlement_currency", is_shown=False),
    *amount_columns("gross", currency="settlement_currency", is_shown=False),
    *amount_columns("fee", currency="settlement_currency"),
    *amount_columns("net", currency="settlement_currency", heading="Settled, net"),
    Column("reporting_currency", is_shown=False),
    *amount_columns("reporting_gross", currency="reporting_currency", is_shown=False),
    *amount_columns("reporting_fee", currency="reporting_currency", is_shown=False),
    *amount_columns("reporting_net", currency="reporting_currency", is_shown=False),
    Column("status", is_shown=False),
    Column("method", is_shown=False),
    Column("card_brand", is_shown=False),
    Column("card_country", is_shown=False),
    Column("campaign"),
    Column("fund", is_shown=False),
    Column("prompt", is_shown=False),
    Column("variant", is_shown=False),
    Column("slot", is_shown=False),
    Column("article", is_shown=False),
    Column("utm_source", is_shown=False),
    Column("utm_medium", is_shown=False),
    Column("utm_campaign", is_shown=False),
    Column("stripe_payment_intent", heading="Stripe payment"),
    Column("stripe_charge", is_shown=False),
    Column("stripe_invoice", is_shown=False),
    Column("stripe_refund", is_shown=False),
    Column("stripe_dispute", is_shown=False),
    Column("balance_transaction", is_shown=False),
    Column("payout"),
)

_AMOUNTS = [column.name for column in _COLUMNS if column.kind is ColumnKind.MONEY]


class _Register(MergedRows):
    """The newest rows first, with what all of them add up to, which is read once for their number and the panel."""

    def __init__(self, selection: GiftSelection) -> None:
        super().__init__(latest_rows(selection), newest_first, _row_in(selection.entity))
        self._selection = selection

    @cached_property
    def totals(self) -> RegisterTotals:
        return register_totals(self._selection)

    def __len__(self) -> int:
        return self.totals.row_count


def _rows(filters: Filters) -> Iterator[Row]:
    selection = GiftSelection.from_filters(filters)
    return map(_row_in(selection.entity), register_rows(selection).iterator(chunk_size=_CHUNK))


def _screen(filters: Filters) -> Sequence[Row]:
    return _Register(GiftSelection.from_filters(filters))


def _totals(filters: Filters) -> Figures:
    return register_figures(GiftSelection.from_filters(filters))


def _sql(filters: Filters) -> SqlRows:
    selection = GiftSelection.from_filters(filters)
    query, params = register_rows(selection).order_by().query.sql_with_params()
    zone = zone_of(selection.entity).replace("'", "''")
    day = f"""(r."row_at" AT TIME ZONE '{zone}')::date"""
    fields = {name: f'r."row_{name}"' for name in GiftRow._fields}
    return SqlRows(
        source=f"({query}) AS r",
        params=params,
        expressions={
            **fields,
            **{f"{name}_minor": fields[name] for name in _AMOUNTS},
            **{name: f"{fields[name]}::text" for name in _REFERENCES},
            "event": fields["kind"],
            "occurred_at": fields["at"],
            "date": day,
            "period": f"to_char({day}, 'YYYY-MM')",
        },
        codes=frozenset(_CODES),
        order=", ".join(fields[name] for name in REGISTER_ORDER),
    )


def _row_in(entity: str) -> Callable[[tuple[Any, ...]], Row]:
    """Return what makes the report's row of a row of the database, its days in the entity's zone."""
    zone = ZoneInfo(zone_of(entity))
    return lambda values: _row(GiftRow._make(values), zone)


def _row(row: GiftRow, zone: ZoneInfo) -> Row:
    """Return one value per column, in the order of `_COLUMNS`."""
    day = row.at.astimezone(zone).date()
    return (
        row.kind,
        row.at,
        day,
        f"{day:%Y-%m}",
        row.available_on,
        row.accounting_on,
        row.payout_arrives_on,
        str(row.reference),
        str(row.gift_reference),
        row.entity,
        row.frequency,
        row.sequence,
        str(row.supporter) if row.supporter else None,
        row.supporter_name,
        row.supporter_email,
        row.country,
        row.currency,
        *amount(row.amount, row.currency),
        *amount(row.fee_cover, row.currency),
        row.settlement_currency,
        *amount(row.gross, row.settlement_currency),
        *amount(row.fee, row.settlement_currency),
        *amount(row.net, row.settlement_currency),
        row.reporting_currency,
        *amount(row.reporting_gross, row.reporting_currency),
        *amount(row.reporting_fee, row.reporting_currency),
        *amount(row.reporting_net, row.reporting_currency),
        *cast(Row, row[_FROM_STATUS:]),
    )


GIFT_REGISTER = Table(
    code="R1",
    name="gift_register",
    title="Gift register",
    definition=(
        "Every event that changed what was given, by the day it happened: a gift is one row, and each refund, dispute, "
        "returned debit or adjustment is a row of its own."
    ),
    schema_version=2,
    permission="payments.view_gift_register",
    columns=_COLUMNS,
    rows=_rows,
    form=GiftForm,
    screen=_screen,
    totals=_totals,
    sql=_sql,
    panel="payments/finance/register_totals.html",
)
