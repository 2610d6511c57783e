"""R1, the gift register: every event that changed what was given, refunds on rows of their own."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from typing import cast
from zoneinfo import ZoneInfo

from payments.entities.models import LegalEntity
from payments.finance.columns import Column, ColumnKind, Row, Table, amount_columns
from payments.finance.queries import GiftRow, register_rows
from payments.finance.selections import GiftSelection
from payments.money import exponent

# Rows that are held in memory at a time.
_CHUNK = 2000
# From here on, columns and fields have the same names in the same order.
_FROM_STATUS = GiftRow._fields.index("status")
# Asked four times a row.
_decimals = cache(exponent)

_COLUMNS = (
    Column("event"),
    Column("occurred_at", ColumnKind.INSTANT),
    Column("date", ColumnKind.DATE),
    Column("period"),
    Column("reference"),
    Column("gift_reference"),
    Column("entity"),
    Column("frequency"),
    Column("sequence", ColumnKind.INTEGER),
    Column("supporter"),
    Column("supporter_name", is_personal=True),
    Column("supporter_email", is_personal=True),
    Column("country"),
    Column("currency"),
    *amount_columns("amount", currency="currency"),
    *amount_columns("fee_cover", currency="currency"),
    Column("settlement_currency"),
    *amount_columns("gross", currency="settlement_currency"),
    *amount_columns("fee", currency="settlement_currency"),
    *amount_columns("net", currency="settlement_currency"),
    Column("status"),
    Column("method"),
    Column("card_brand"),
    Column("card_country"),
    Column("campaign"),
    Column("fund"),
    Column("prompt"),
    Column("variant"),
    Column("article"),
    Column("utm_source"),
    Column("utm_medium"),
    Column("utm_campaign"),
    Column("stripe_payment_intent"),
    Column("stripe_charge"),
    Column("stripe_invoice"),
    Column("stripe_refund"),
    Column("balance_transaction"),
)


def _rows(filters: Mapping[str, str]) -> Iterator[Row]:
    selection = GiftSelection.from_filters(filters)
    zone = ZoneInfo(LegalEntity.objects.get(slug=selection.entity).time_zone)
    for values in register_rows(selection).iterator(chunk_size=_CHUNK):
        yield _row(GiftRow._make(values), zone)


def _row(row: GiftRow, zone: ZoneInfo) -> Row:
    """Return one value per column, in the order of `_COLUMNS`."""
    day = row.at.astimezone(zone).date()
    return (
        row.kind,
        row.at,
        day,
        f"{day:%Y-%m}",
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
        *_amount(row.amount, row.currency),
        *_amount(row.fee_cover, row.currency),
        row.settlement_currency,
        *_amount(row.gross, row.settlement_currency),
        *_amount(row.fee, row.settlement_currency),
        *_amount(row.net, row.settlement_currency),
        *cast(Row, row[_FROM_STATUS:]),
    )


def _amount(minor: int | None, currency: str | None) -> tuple[Decimal | None, int | None]:
    if minor is None or currency is None:
        return None, None
    return Decimal(minor).scaleb(-_decimals(currency)), minor


GIFT_REGISTER = Table(
    name="gift_register",
    title="Gift register",
    url_name="payments:gift_register",
    schema_version=1,
    permission="payments.view_gift_register",
    columns=_COLUMNS,
    rows=_rows,
)
