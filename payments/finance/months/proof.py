"""What proves that a locked month is as it was locked: the bytes of its journal."""

import logging
from dataclasses import dataclass
from datetime import datetime
from hashlib import file_digest
from tempfile import TemporaryFile

from payments.entities.models import LegalEntity
from payments.finance.months.calendar import Month
from payments.finance.orders import Asking, ExportOrder, Origin
from payments.finance.tables.journal import JOURNAL
from payments.finance.writing import write_report
from payments.ledger.period_models import AccountingPeriod, MonthState

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Proof:
    """The journal of a month as a CSV file: how many lines, and the file's SHA-256 in hexadecimal digits."""

    line_count: int
    sha256: str


def proof_of(entity: LegalEntity, month: Month, *, now: datetime) -> Proof:
    """Write the journal of a month and return its proof; the file is the same as every export of it in CSV."""
    order = ExportOrder(JOURNAL.name, "csv", month.filters(entity), include_personal=False)
    origin = Origin(order, Asking("", now, JOURNAL.schema_version), now)
    with TemporaryFile() as file:
        figures = write_report(origin, file, watch=lambda *_: None)
        file.seek(0)
        return Proof(figures.row_count, file_digest(file, "sha256").hexdigest())


def is_as_locked(period: AccountingPeriod, *, now: datetime) -> bool:
    """Say whether a locked month still gives the file that it was locked with.

    A later version of the program may have other columns; then there is nothing to compare with and it holds.
    """
    if period.schema_version != JOURNAL.schema_version:
        return True
    proof = proof_of(period.entity, Month(period.first_on), now=now)
    return (proof.line_count, proof.sha256) == (period.line_count, period.sha256)


def changed_months(*, now: datetime) -> list[AccountingPeriod]:
    """Return the locked months whose journal is another than when they were locked; each is an error in the log."""
    locked = AccountingPeriod.objects.filter(state=MonthState.LOCKED).select_related("entity")
    changed = [
        period for period in locked.order_by("first_on") if not is_as_locked(period, now=now)
    ]
    for period in changed:
        logger.error("The journal of %s is not the one that the month was locked with.", period)
    return changed
