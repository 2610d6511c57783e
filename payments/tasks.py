"""The index of the tasks, found by Celery: imports only."""

from payments.receipts.tasks import issue_missing_receipts, render_receipts

__all__ = ["issue_missing_receipts", "render_receipts"]
