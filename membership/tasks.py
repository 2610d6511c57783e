"""The index of the tasks, found by Celery: imports only."""

from membership.accounts.tasks import forget_stale_sign_ins
from membership.letters.tasks import (
    ask_for_upgrades,
    send_due_letters,
    send_due_marketing,
    write_due_notices,
)
from membership.privacy.tasks import finish_privacy_requests
from membership.prompts.tasks import publish_due_bundle, run_simulations
from membership.reminders.tasks import forget_old_reminders, write_due_reminders
from membership.results.tasks import fold_events, forget_seen_events
from membership.supporters.tasks import derive_due_statuses, forget_old_revocations
from membership.tiers.tasks import derive_due_tiers

__all__ = [
    "ask_for_upgrades",
    "derive_due_statuses",
    "derive_due_tiers",
    "finish_privacy_requests",
    "fold_events",
    "forget_old_reminders",
    "forget_old_revocations",
    "forget_seen_events",
    "forget_stale_sign_ins",
    "publish_due_bundle",
    "run_simulations",
    "send_due_letters",
    "send_due_marketing",
    "write_due_notices",
    "write_due_reminders",
]
