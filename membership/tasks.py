"""The index of the tasks, found by Celery: imports only."""

from membership.accounts.tasks import forget_stale_sign_ins
from membership.letters.tasks import send_due_letters, write_due_notices
from membership.supporters.tasks import derive_due_statuses

__all__ = [
    "derive_due_statuses",
    "forget_stale_sign_ins",
    "send_due_letters",
    "write_due_notices",
]
