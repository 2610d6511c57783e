"""One accounting package's file a module; FORMATS is their index."""

from payments.finance.journals.formats.base import Format
from payments.finance.journals.formats.generic import GENERIC
from payments.finance.journals.formats.quickbooks_desktop import QUICKBOOKS_DESKTOP
from payments.finance.journals.formats.quickbooks_online import QUICKBOOKS_ONLINE
from payments.finance.journals.formats.sage import SAGE
from payments.finance.journals.formats.xero import XERO_JOURNAL, XERO_STATEMENT

FORMATS: dict[str, Format] = {
    each.name: each
    for each in (
        XERO_JOURNAL,
        XERO_STATEMENT,
        QUICKBOOKS_ONLINE,
        QUICKBOOKS_DESKTOP,
        SAGE,
        GENERIC,
    )
}
