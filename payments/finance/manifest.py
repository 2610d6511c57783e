"""What proves which data a file holds: beside it as JSON, and inside those formats that have a place for it."""

from collections.abc import Sequence
from datetime import UTC, datetime

from payments.finance.columns import Figures
from payments.finance.models import Export
from payments.finance.orders import Asking, ExportOrder, Facts, Origin


def described(origin: Origin, figures: Figures) -> Facts:
    """Return what can be said inside the file itself: all but its own size and checksum.

    `control_totals` are sums of the file's `*_minor` columns per currency.
    """
    return {
        "report": origin.order.report,
        "format": origin.order.format,
        "schema_version": origin.asking.schema_version,
        "filters": origin.order.filters,
        "includes_personal_data": origin.order.include_personal,
        "as_of": _instant(origin.as_of),
        "row_count": figures.row_count,
        "control_totals": figures.sums,
        "requested_by": origin.asking.by,
        "requested_at": _instant(origin.asking.at),
        **_locking(origin.asking),
    }


def proven(facts: Facts, *, size: int, sha256: str, finished_at: datetime) -> Facts:
    """Add to a file's description what it is checked by."""
    return {**facts, "size": size, "sha256": sha256, "finished_at": _instant(finished_at)}


def without(left_out: Sequence[str]) -> Facts:
    """Return what a manifest says of things that are selected and not in the file; nothing where there are none."""
    return {"left_out": list(left_out)} if left_out else {}


def order_of(export: Export) -> ExportOrder:
    """Return what was ordered."""
    return ExportOrder(export.report, export.format, export.filters, export.includes_personal_data)


def origin_of(export: Export, *, as_of: datetime) -> Origin:
    """Return the origin of a stored order's file."""
    return Origin(
        order_of(export),
        Asking(str(export.requested_by), export.requested_at, export.schema_version),
        as_of,
    )


def export_manifest(export: Export) -> Facts:
    """Return the JSON beside a file that was written. Raises ValueError for one that was not."""
    if export.as_of is None or export.row_count is None or export.finished_at is None:
        raise ValueError(f"Export {export.reference} has no file.")
    facts = described(
        origin_of(export, as_of=export.as_of), Figures(export.row_count, export.totals)
    )
    return {
        "export": str(export.reference),
        **proven(
            facts, size=export.size or 0, sha256=export.sha256, finished_at=export.finished_at
        ),
        **without(export.left_out),
    }


def _locking(asking: Asking) -> Facts:
    """Return what a file that is kept with a locked month says besides."""
    if not asking.locked_month:
        return {}
    return {
        "locked_month": asking.locked_month,
        "locked_by": asking.by,
        "locked_at": _instant(asking.at),
    }


def _instant(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
