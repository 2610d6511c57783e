"""The index of the tasks, found by Celery: imports only."""

from membership.supporters.tasks import derive_due_statuses

__all__ = ["derive_due_statuses"]
