"""What a file format is."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Protocol

from payments.finance.columns import Column, Row
from payments.finance.orders import Facts
from payments.finance.sql import SqlRows


@dataclass(frozen=True, slots=True)
class About:
    """What a file says of itself; `manifest` is only known once the last row has passed."""

    as_of: datetime
    manifest: Callable[[], Facts]


class Write(Protocol):
    """Takes rows as they come and holds no more than a few in memory; leaves the caller's file open."""

    def __call__(
        self, target: BinaryIO, columns: tuple[Column, ...], rows: Iterable[Row], about: About
    ) -> None: ...


class Copy(Protocol):
    """Writes the same file from PostgreSQL's COPY, without a Python object for each value.

    `tick` is called with the number of rows so far, now and then; what it raises ends the copy. Returns the number of
    rows.
    """

    def __call__(
        self,
        target: BinaryIO,
        columns: tuple[Column, ...],
        rows: SqlRows,
        about: About,
        tick: Callable[[int], None],
    ) -> int: ...


@dataclass(frozen=True, slots=True)
class Writer:
    """A file format."""

    name: str
    title: str
    extension: str
    content_type: str
    write: Write
    copy: Copy | None = None
