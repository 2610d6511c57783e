"""The sidecar of an export: everything that proves which data a file holds."""

from datetime import UTC, datetime
from typing import Any

from payments.finance.models import Export


def export_manifest(export: Export) -> dict[str, Any]:
    """Return the JSON beside a file: figures to check it by, and who asked for what, when.

    `control_totals` are sums of the file's `*_minor` columns per currency.
    """
    return {
        "export": str(export.reference),
        "report": export.report,
        "format": export.format,
        "schema_version": export.schema_version,
        "filters": export.filters,
        "includes_personal_data": export.includes_personal_data,
        "as_of": _instant(export.as_of),
        "row_count": export.row_count,
        "control_totals": export.totals,
        "size": export.size,
        "sha256": export.sha256,
        "requested_by": str(export.requested_by),
        "requested_at": _instant(export.requested_at),
        "finished_at": _instant(export.finished_at),
    }


def _instant(at: datetime | None) -> str | None:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if at else None
