"""Everything that can be exported: each report in every format, and the journals in those of accounting packages."""

from typing import BinaryIO

from payments.finance.exportable import Exportable, Watch, Written
from payments.finance.journals.exporting import JOURNALS
from payments.finance.links import report_address
from payments.finance.orders import Origin
from payments.finance.table import Table
from payments.finance.tables import TABLES
from payments.finance.writers import WRITERS
from payments.finance.writing import write_report


def _write(origin: Origin, target: BinaryIO, watch: Watch) -> Written:
    figures = write_report(origin, target, watch=watch)
    return Written(figures, WRITERS[origin.order.format].extension)


def _of(table: Table) -> Exportable:
    return Exportable(
        name=table.name,
        title=table.title,
        permission=table.permission,
        schema_version=table.schema_version,
        form=table.form,
        formats=WRITERS,
        write=_write,
        state=lambda order: table.figures(order.filters).state,
        address=lambda filters: report_address(table.name, filters),
    )


EXPORTABLES: dict[str, Exportable] = {
    **{name: _of(table) for name, table in TABLES.items()},
    JOURNALS.name: JOURNALS,
}
