"""One report a file; TABLES is their index."""

from payments.finance.columns import Table
from payments.finance.tables.gift_register import GIFT_REGISTER

TABLES: dict[str, Table] = {table.name: table for table in (GIFT_REGISTER,)}
