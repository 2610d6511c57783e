"""How far an export has come: a hint in the cache, because the row says nothing until it is done."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from django.core.cache import cache

from payments.finance.columns import ControlTotals, Row

_EVERY = 5000
_SECONDS = 120


def counted(rows: Iterable[Row], totals: ControlTotals, export: UUID) -> Iterator[Row]:
    """Pass the rows on, adding each to the totals and telling the cache now and then."""
    for row in rows:
        totals.add(row)
        if totals.row_count % _EVERY == 0:
            cache.set(_key(export), totals.row_count, _SECONDS)
        yield row


def rows_so_far(export: UUID) -> int:
    """Return how many rows a running export has written; 0 where no shared cache tells."""
    return int(cache.get(_key(export), 0))


def _key(export: UUID) -> str:
    return f"export-rows-{export}"
