"""The index of the tasks, found by Celery: imports only."""

from payments.checkouts.tasks import finish_checkouts
from payments.finance.tasks import expire_exports, write_exports
from payments.receipts.tasks import issue_missing_receipts, render_receipts

__all__ = [
    "expire_exports",
    "finish_checkouts",
    "issue_missing_receipts",
    "render_receipts",
    "write_exports",
]
