"""What can be exported, whatever makes its rows: asked for, written by a task, proven and logged in one way."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from payments.finance.columns import Figures
from payments.finance.filters import ReportForm
from payments.finance.orders import ExportOrder, Origin
from payments.finance.selections import Filters

# Called with the rows so far and how many are expected (0 for unknown); what it raises ends the writing.
Watch = Callable[[int, int], None]


class FileFormat(Protocol):
    """What a file is called and how a browser takes it."""

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def extension(self) -> str: ...
    @property
    def content_type(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: its figures and its kind, which is `zip` where several files had to be one.

    `left_out` names what belongs to the selection and is not in the file, by Stripe's ids.
    """

    figures: Figures
    extension: str
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Exportable:
    """A report, or the journals for an accounting package.

    `write` reads one snapshot and writes the file that is ordered; `state` changes whenever that file would. `address`
    is the page that shows what the filters select, and `form` reads them.
    """

    name: str
    title: str
    permission: str
    schema_version: int
    form: type[ReportForm]
    formats: Mapping[str, FileFormat]
    write: Callable[[Origin, BinaryIO, Watch], Written]
    state: Callable[[ExportOrder], str]
    address: Callable[[Filters], str]

    @property
    def has_period(self) -> bool:
        """Whether its filters are days."""
        return {"first", "last"} <= self.form.base_fields.keys()
