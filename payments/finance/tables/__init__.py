"""The reports, one a file, in the order in which the desk lists them; payments/finance/table.py says how to add one."""

from payments.finance.table import Table
from payments.finance.tables.attribution import ATTRIBUTION
from payments.finance.tables.audit_trail import AUDIT_TRAIL
from payments.finance.tables.clearing import CLEARING
from payments.finance.tables.cohort_gifts import COHORT_GIFTS
from payments.finance.tables.cohorts import COHORTS
from payments.finance.tables.declines import DECLINES
from payments.finance.tables.disputes_refunds import DISPUTES_REFUNDS
from payments.finance.tables.donor_years import DONOR_YEARS
from payments.finance.tables.donors import DONORS
from payments.finance.tables.exceptions import EXCEPTIONS
from payments.finance.tables.failed_payments import FAILED_PAYMENTS
from payments.finance.tables.fund_movements import FUND_MOVEMENTS
from payments.finance.tables.funds import FUNDS
from payments.finance.tables.gift_register import GIFT_REGISTER
from payments.finance.tables.journal import JOURNAL
from payments.finance.tables.lapsed import LAPSED
from payments.finance.tables.payouts import PAYOUTS
from payments.finance.tables.receipt_register import RECEIPT_REGISTER
from payments.finance.tables.recurring_revenue import RECURRING_MOVEMENTS, RECURRING_REVENUE
from payments.finance.tables.standing_gifts import STANDING_GIFTS

_MONEY: tuple[Table, ...] = (
    GIFT_REGISTER,
    PAYOUTS,
    CLEARING,
    FUNDS,
    FUND_MOVEMENTS,
)

_SUPPORTERS: tuple[Table, ...] = (
    RECURRING_REVENUE,
    RECURRING_MOVEMENTS,
    COHORTS,
    COHORT_GIFTS,
    LAPSED,
    DONOR_YEARS,
    DONORS,
    STANDING_GIFTS,
    FAILED_PAYMENTS,
    DECLINES,
    ATTRIBUTION,
)

_CONTROL: tuple[Table, ...] = (
    DISPUTES_REFUNDS,
    RECEIPT_REGISTER,
    JOURNAL,
    EXCEPTIONS,
    AUDIT_TRAIL,
)

GROUPS: dict[str, tuple[Table, ...]] = {
    "Money": _MONEY,
    "Supporters": _SUPPORTERS,
    "Control": _CONTROL,
}

TABLES: dict[str, Table] = {table.name: table for tables in GROUPS.values() for table in tables}
