"""A locked October and the files that are kept of it, for tests of kept files."""

from django.core.files.storage import default_storage
from django.utils import timezone

from payments.finance.actions import request_export
from payments.finance.orders import ExportOrder
from payments.finance.tables import TABLES
from payments.finance.tasks import write_exports
from payments.models import Export, KeptFile
from tests.factories import UserFactory

READER = "reader@example.org"
REPORTS = [table.name for table in TABLES.values() if table.has_period]
FORMATS = ("csv", "csv_bom", "xlsx", "parquet")


def content_of(kept: KeptFile) -> bytes:
    with kept.file.open("rb") as file:
        return bytes(file.read())


def order_of(report: str = "gift_register", form: str = "csv", **filters: str) -> ExportOrder:
    days = {"entity": "courier", "first": "2026-10-01", "last": "2026-10-31"}
    return ExportOrder(report, form, {**days, **filters}, include_personal=False)


def stored() -> list[str]:
    """The folders of the month's files in the storage, one a file."""
    return default_storage.listdir("months/courier/2026-10")[0]


def asked(order: ExportOrder) -> tuple[Export, bytes]:
    """Ask as somebody new, and take what comes."""
    export = request_export(UserFactory.create(), order, now=timezone.now())
    write_exports()
    export.refresh_from_db()
    with export.file.open("rb") as file:
        return export, bytes(file.read())
