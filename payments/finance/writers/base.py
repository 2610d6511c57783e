"""What a file format is."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import BinaryIO

from payments.finance.columns import Column, Row


@dataclass(frozen=True, slots=True)
class Writer:
    """A file format. `write` takes rows as they come and holds no more than a few in memory."""

    name: str
    title: str
    extension: str
    content_type: str
    write: Callable[[BinaryIO, tuple[Column, ...], Iterable[Row]], None]
