"""Which files a locked month keeps, and which order asks for one of them."""

from datetime import date
from hashlib import file_digest
from typing import Any

from django.core.files import File

from payments.errors import DocumentDamaged
from payments.finance.kept.models import KeptFile
from payments.finance.months.calendar import Month
from payments.finance.orders import ExportOrder
from payments.finance.selections import Filters
from payments.finance.tables import TABLES
from payments.finance.writers import WRITERS
from payments.ledger.period_models import AccountingPeriod, MonthState


def kept_names() -> list[tuple[str, str]]:
    """Return (report, format) of every file that a locked month keeps: of each report that takes a period."""
    return [(table.name, form) for table in TABLES.values() if table.has_period for form in WRITERS]


def locked_month(filters: Filters) -> AccountingPeriod | None:
    """Return the locked month that filters select, and nothing else besides the newspaper; else None."""
    if filters.keys() != {"entity", "first", "last"}:
        return None
    month = Month.of(date.fromisoformat(filters["first"]))
    if (str(month.first_on), str(month.last_on)) != (filters["first"], filters["last"]):
        return None
    return (
        AccountingPeriod.objects.select_related("entity", "locked_by")
        .filter(entity__slug=filters["entity"], first_on=month.first_on, state=MonthState.LOCKED)
        .first()
    )


def kept_month(order: ExportOrder) -> AccountingPeriod | None:
    """Return the locked month whose kept file is the one that is ordered; None for a file of the books as they are."""
    if order.include_personal or (order.report, order.format) not in kept_names():
        return None
    return locked_month(order.filters)


def files_of(period: AccountingPeriod) -> list[KeptFile]:
    """Return the files of a month, kept and due, in the order of the desk's reports and formats."""
    place = {names: index for index, names in enumerate(kept_names())}
    found = KeptFile.objects.filter(period=period).select_related("period__locked_by")
    return sorted(found, key=lambda each: place.get((each.report, each.format), len(place)))


def sound_file(kept: KeptFile) -> "File[Any]":
    """Open a kept file, at its beginning; the caller closes it.

    Raises DocumentDamaged where the storage has lost it or holds other bytes than were kept.
    """
    if fault := fault_of(kept):
        raise DocumentDamaged(fault)
    file: File[Any] = kept.file.open("rb")
    return file


def fault_of(kept: KeptFile) -> str:
    """Read a kept file and say in a sentence what is wrong with it; empty where its bytes are those that were kept."""
    try:
        with kept.file.open("rb") as file:
            found = file_digest(file, "sha256").hexdigest()
    except OSError:
        return "The storage has no such file any more: restore it from a backup."
    if found != kept.sha256:
        return "The storage holds other bytes than were kept: restore the file from a backup."
    return ""
