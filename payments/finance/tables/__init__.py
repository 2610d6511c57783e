"""The reports, one a file, in the order in which the desk lists them; payments/finance/table.py says how to add one."""

from payments.finance.table import Table
from payments.finance.tables.gift_register import GIFT_REGISTER
from payments.finance.tables.recurring_revenue import RECURRING_MOVEMENTS, RECURRING_REVENUE

_MONEY: tuple[Table, ...] = (GIFT_REGISTER,)

_SUPPORTERS: tuple[Table, ...] = (
    RECURRING_REVENUE,
    RECURRING_MOVEMENTS,
)

_CONTROL: tuple[Table, ...] = ()

GROUPS: dict[str, tuple[Table, ...]] = {
    "Money": _MONEY,
    "Supporters": _SUPPORTERS,
    "Control": _CONTROL,
}

TABLES: dict[str, Table] = {table.name: table for tables in GROUPS.values() for table in tables}
