"""Parquet: money as decimals, minor units as integers, instants in UTC, and the manifest in the file's metadata."""

import json
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from payments.finance.columns import Column, ColumnKind, Row
from payments.finance.sql import Expression, Line, SqlRows, copied_lines
from payments.finance.writers.base import About

# Where readers find the manifest: JSON in UTF-8 among the file's own key-value metadata.
MANIFEST_KEY = "masthead.manifest"

_ROWS_A_GROUP = 65_536
_BATCH = 8192
_BLOCK_BYTES = 4 * 1024 * 1024

_TYPES: dict[ColumnKind, Any] = {
    ColumnKind.TEXT: pa.string(),
    ColumnKind.DATE: pa.date32(),
    ColumnKind.INSTANT: pa.timestamp("us", tz="UTC"),
    ColumnKind.INTEGER: pa.int64(),
    ColumnKind.SHARE: pa.decimal128(12, 6),
    # One column holds several currencies, so it has the decimals of the finest, 3; the largest 64-bit integer fits.
    ColumnKind.MONEY: pa.decimal128(22, 3),
    ColumnKind.MINOR: pa.int64(),
}


def write_parquet(
    target: BinaryIO, columns: tuple[Column, ...], rows: Iterable[Row], about: About
) -> None:
    """Write the rows in groups of the same size. The same rows and manifest give the same bytes."""
    schema = _schema(columns)
    _write(target, schema, _batches(rows, schema), about)


def copy_parquet(
    target: BinaryIO,
    columns: tuple[Column, ...],
    rows: SqlRows,
    about: About,
    tick: Callable[[int], None],
) -> int:
    """Write the same values from PostgreSQL's COPY, read by Arrow's own CSV reader; returns the number of rows."""
    schema = _schema(columns)
    return _write(
        target, schema, _parsed(copied_lines(rows, columns, _EXPRESSIONS), schema, tick), about
    )


def _schema(columns: tuple[Column, ...]) -> Any:
    return pa.schema([pa.field(column.name, _TYPES[column.kind]) for column in columns])


def _write(target: BinaryIO, schema: Any, batches: Iterable[Any], about: About) -> int:
    with pq.ParquetWriter(target, schema, compression="zstd") as writer:
        count, waiting = 0, pa.Table.from_batches([], schema)
        for batch in batches:
            count += batch.num_rows
            waiting = pa.concat_tables([waiting, pa.Table.from_batches([batch], schema)])
            while waiting.num_rows >= _ROWS_A_GROUP:
                writer.write_table(waiting.slice(0, _ROWS_A_GROUP), row_group_size=_ROWS_A_GROUP)
                waiting = waiting.slice(_ROWS_A_GROUP)
        if waiting.num_rows:
            writer.write_table(waiting, row_group_size=_ROWS_A_GROUP)
        manifest = json.dumps(about.manifest(), ensure_ascii=False, sort_keys=True)
        writer.add_key_value_metadata({MANIFEST_KEY: manifest})
    return count


def _batches(rows: Iterable[Row], schema: Any) -> Iterator[Any]:
    rows = iter(rows)
    while batch := list(islice(rows, _BATCH)):
        values = zip(*batch, strict=True)
        yield pa.record_batch(
            [pa.array(each, field.type) for each, field in zip(values, schema, strict=True)],
            schema=schema,
        )


def _parsed(lines: Iterator[Line], schema: Any, tick: Callable[[int], None]) -> Iterator[Any]:
    """Read lines of PostgreSQL's CSV with Arrow, in this thread, because the cursor's connection is this thread's."""
    read = pa_csv.ReadOptions(
        use_threads=False, block_size=2 * _BLOCK_BYTES, column_names=schema.names
    )
    parse = pa_csv.ParseOptions(newlines_in_values=True)
    convert = pa_csv.ConvertOptions(
        column_types=schema,
        # NULL is an empty field, an empty text a quoted one, and no other word means NULL.
        null_values=[""],
        strings_can_be_null=True,
        quoted_strings_can_be_null=False,
    )
    count = 0
    for block in _blocks(lines):
        table = pa_csv.read_csv(pa.BufferReader(block), read, parse, convert)
        count += table.num_rows
        tick(count)
        yield from table.to_batches()


def _blocks(lines: Iterator[Line]) -> Iterator[bytes]:
    """Yield whole lines, some megabytes at a time."""
    block: list[Line] = []
    size = 0
    for line in lines:
        block.append(line)
        size += len(line)
        if size >= _BLOCK_BYTES:
            yield b"".join(block)
            block, size = [], 0
    if block:
        yield b"".join(block)


_EXPRESSIONS: dict[ColumnKind, Expression] = {
    ColumnKind.INSTANT: lambda at: (
        f"""to_char({at} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
    ),
}
