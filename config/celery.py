"""The Celery application and the whole beat schedule: every sweep on one page."""

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("masthead")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# Seconds between sweeps. A nudge makes things quick; these find what a lost nudge left.
app.conf.beat_schedule = {
    "drain-webhook-events": {
        "task": "payments.webhooks.tasks.drain_webhook_events",
        "schedule": 30.0,
    },
    "fetch-undelivered-events": {
        "task": "payments.webhooks.tasks.fetch_undelivered_events",
        "schedule": 600.0,
    },
    "finish-checkouts": {"task": "payments.checkouts.tasks.finish_checkouts", "schedule": 300.0},
    "finish-plan-commands": {
        "task": "payments.plans.tasks.finish_plan_commands",
        "schedule": 60.0,
    },
    "finish-refund-requests": {
        "task": "payments.desk.tasks.finish_refund_requests",
        "schedule": 60.0,
    },
    "finish-dispute-answers": {
        "task": "payments.desk.tasks.finish_dispute_answers",
        "schedule": 60.0,
    },
    "draw-dispute-files": {
        "task": "payments.desk.tasks.draw_dispute_files",
        "schedule": 60.0,
    },
    "finish-card-sessions": {
        "task": "payments.plans.tasks.finish_card_sessions",
        "schedule": 60.0,
    },
    "issue-missing-receipts": {
        "task": "payments.receipts.tasks.issue_missing_receipts",
        "schedule": 300.0,
    },
    "render-receipts": {"task": "payments.receipts.tasks.render_receipts", "schedule": 60.0},
    "issue-statements-of-the-year": {
        "task": "payments.receipts.tasks.issue_statements_of_the_year",
        "schedule": 600.0,
    },
    "render-statements": {"task": "payments.receipts.tasks.render_statements", "schedule": 60.0},
    "book-missing-fees": {
        "task": "payments.ledger.tasks.book_missing_balance_transactions",
        "schedule": 900.0,
    },
    "read-payouts": {"task": "payments.reconciliation.tasks.read_payouts", "schedule": 300.0},
    # After the night's payouts; UTC.
    "list-payouts": {
        "task": "payments.reconciliation.tasks.list_payouts",
        "schedule": crontab(hour="3", minute="20"),
    },
    # Often, so that the first of the day is soon after midnight in whatever zone.
    "take-stripe-balance": {
        "task": "payments.reconciliation.tasks.take_stripe_balance",
        "schedule": 900.0,
    },
    "record-reporting-amounts": {
        "task": "payments.ledger.tasks.record_reporting_amounts",
        "schedule": 3600.0,
    },
    # At an hour at which few give, because nothing is booked while a day is summed; UTC.
    "sum-past-days": {
        "task": "payments.ledger.sums.tasks.sum_past_days",
        "schedule": crontab(hour="2", minute="10"),
    },
    # Often, because pages read what changed since from the rows.
    "sum-register-days": {
        "task": "payments.finance.register_sums.tasks.sum_register_days",
        "schedule": 3600.0,
    },
    "check-register-sums": {
        "task": "payments.finance.register_sums.tasks.check_register_sums",
        "schedule": crontab(day_of_week="sun", hour="4", minute="10"),
    },
    # On Sunday nights, because it reads all books once; UTC.
    "check-day-sums": {
        "task": "payments.ledger.sums.tasks.check_day_sums",
        "schedule": crontab(day_of_week="sun", hour="3", minute="40"),
    },
    # Often, because reports add up the gifts of those who have not been summed since.
    "sum-changed-givers": {
        "task": "payments.donations.giving.tasks.sum_changed_givers",
        "schedule": 3600.0,
    },
    # A seventh of the payers each night; UTC.
    "check-giving-sums": {
        "task": "payments.donations.giving.tasks.check_giving_sums",
        "schedule": crontab(hour="3", minute="50"),
    },
    # At an hour at which few change their gifts, because that waits while a day is kept; UTC.
    "keep-past-days": {
        "task": "payments.finance.recurring_days.tasks.keep_past_days",
        "schedule": crontab(hour="2", minute="50"),
    },
    # On Saturday nights, because it tells every recurring gift once; UTC.
    "check-kept-days": {
        "task": "payments.finance.recurring_days.tasks.check_kept_days",
        "schedule": crontab(day_of_week="sat", hour="4", minute="20"),
    },
    "run-drift-audits": {"task": "payments.drift.tasks.run_drift_audits", "schedule": 300.0},
    "write-exports": {"task": "payments.finance.tasks.write_exports", "schedule": 60.0},
    "expire-exports": {"task": "payments.finance.tasks.expire_exports", "schedule": 900.0},
    "keep-month-files": {
        "task": "payments.finance.kept.tasks.keep_month_files",
        "schedule": 300.0,
    },
    # On Sunday nights, because it writes every locked month once; UTC.
    "check-locked-months": {
        "task": "payments.finance.months.tasks.check_locked_months",
        "schedule": crontab(day_of_week="sun", hour="4", minute="40"),
    },
    "check-kept-files": {
        "task": "payments.finance.kept.tasks.check_kept_files",
        "schedule": crontab(day_of_week="sun", hour="2", minute="40"),
    },
    "derive-due-statuses": {
        "task": "membership.supporters.tasks.derive_due_statuses",
        "schedule": 60.0,
    },
    "forget-old-revocations": {
        "task": "membership.supporters.tasks.forget_old_revocations",
        "schedule": 86_400.0,
    },
    "ask-for-upgrades": {"task": "membership.letters.tasks.ask_for_upgrades", "schedule": 3600.0},
    "write-due-notices": {
        "task": "membership.letters.tasks.write_due_notices",
        "schedule": 600.0,
    },
    "write-due-reminders": {
        "task": "membership.reminders.tasks.write_due_reminders",
        "schedule": 600.0,
    },
    "forget-old-reminders": {
        "task": "membership.reminders.tasks.forget_old_reminders",
        "schedule": 3600.0,
    },
    "derive-due-tiers": {"task": "membership.tiers.tasks.derive_due_tiers", "schedule": 60.0},
    "send-due-marketing": {
        "task": "membership.letters.tasks.send_due_marketing",
        "schedule": 300.0,
    },
    "send-due-letters": {"task": "membership.letters.tasks.send_due_letters", "schedule": 60.0},
    "finish-privacy-requests": {
        "task": "membership.privacy.tasks.finish_privacy_requests",
        "schedule": 300.0,
    },
    "fold-prompt-events": {"task": "membership.results.tasks.fold_events", "schedule": 20.0},
    "forget-seen-prompt-events": {
        "task": "membership.results.tasks.forget_seen_events",
        "schedule": 3600.0,
    },
    "publish-due-bundle": {
        "task": "membership.prompts.tasks.publish_due_bundle",
        "schedule": 60.0,
    },
    "run-simulations": {"task": "membership.prompts.tasks.run_simulations", "schedule": 60.0},
    "forget-stale-sign-ins": {
        "task": "membership.accounts.tasks.forget_stale_sign_ins",
        "schedule": 3600.0,
    },
}
