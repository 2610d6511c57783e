"""Where a kept file comes from, and what proves it."""

from datetime import datetime

from payments.finance.columns import Figures
from payments.finance.kept.models import KeptFile
from payments.finance.manifest import described, export_manifest, proven
from payments.finance.models import Export
from payments.finance.months.calendar import Month
from payments.finance.orders import Asking, ExportOrder, Facts, Origin
from payments.finance.tables import TABLES
from payments.ledger.period_models import AccountingPeriod


def kept_origin(period: AccountingPeriod, report: str, form: str, *, as_of: datetime) -> Origin:
    """Return the origin of a file that is kept now: whoever locked the month asked for it, when it was locked.

    Raises ValueError for a month that is not locked.
    """
    filters = Month(period.first_on).filters(period.entity)
    order = ExportOrder(report, form, filters, include_personal=False)
    return Origin(order, _asking(period, TABLES[report].schema_version), as_of)


def kept_manifest(kept: KeptFile) -> Facts:
    """Return the JSON beside a kept file. Raises ValueError for one that is still due."""
    if (
        kept.as_of is None
        or kept.row_count is None
        or kept.kept_at is None
        or kept.schema_version is None
    ):
        raise ValueError(f"{kept} has no file.")
    origin = Origin(
        ExportOrder(kept.report, kept.format, kept.filters, include_personal=False),
        _asking(kept.period, kept.schema_version),
        kept.as_of,
    )
    return proven(
        described(origin, Figures(kept.row_count, kept.totals)),
        size=kept.size or 0,
        sha256=kept.sha256,
        finished_at=kept.kept_at,
    )


def manifest_of(export: Export) -> Facts:
    """Return the JSON beside an export's file, which may be a kept one. Raises ValueError for one without a file."""
    if export.kept is None:
        return export_manifest(export)
    return {"export": str(export.reference), **kept_manifest(export.kept)}


def _asking(period: AccountingPeriod, schema_version: int) -> Asking:
    if period.locked_at is None:
        raise ValueError(f"{period} is not locked.")
    return Asking(str(period.locked_by), period.locked_at, schema_version, locked_month=str(period))
