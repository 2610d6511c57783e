"""What is asked for when a file of a report is."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class ExportOrder:
    """Which file is wanted: names in the indexes of tables and writers, and the rows' filters."""

    report: str
    format: str
    filters: dict[str, str]
    include_personal: bool

    @property
    def key(self) -> str:
        """Equal for equal orders: a SHA-256 in hexadecimal digits."""
        parts = [self.report, self.format, self.filters, self.include_personal]
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asked for a file, when, and in which version of the report's columns.

    `locked_month` (2026-11) is set for a file that is kept with that month: then who locked it, and when, asked.
    """

    by: str
    at: datetime
    schema_version: int
    locked_month: str = ""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the rows of a file come from; `as_of` is the instant of its one snapshot of the data."""

    order: ExportOrder
    asking: Asking
    as_of: datetime


# What a manifest is made of: names and values of JSON.
Facts = dict[str, Any]
