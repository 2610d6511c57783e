"""The index of the tasks, found by Celery: imports only."""

from payments.checkouts.tasks import finish_checkouts
from payments.desk.tasks import finish_dispute_answers, finish_refund_requests
from payments.donations.giving.tasks import check_giving_sums, sum_changed_givers
from payments.drift.tasks import run_drift_audits
from payments.finance.kept.tasks import check_kept_files, keep_month_files
from payments.finance.months.tasks import check_locked_months
from payments.finance.recurring_days.tasks import check_kept_days, keep_past_days
from payments.finance.register_sums.tasks import check_register_sums, sum_register_days
from payments.finance.tasks import expire_exports, write_exports
from payments.ledger.sums.tasks import check_day_sums, sum_past_days
from payments.ledger.tasks import book_missing_balance_transactions, record_reporting_amounts
from payments.plans.tasks import finish_card_sessions, finish_plan_commands
from payments.receipts.tasks import (
    issue_missing_receipts,
    issue_statements_of_the_year,
    render_receipts,
    render_statements,
)
from payments.reconciliation.tasks import list_payouts, read_payouts, take_stripe_balance
from payments.webhooks.tasks import drain_webhook_events, fetch_undelivered_events

__all__ = [
    "book_missing_balance_transactions",
    "check_day_sums",
    "check_giving_sums",
    "check_kept_days",
    "check_kept_files",
    "check_locked_months",
    "check_register_sums",
    "drain_webhook_events",
    "expire_exports",
    "fetch_undelivered_events",
    "finish_card_sessions",
    "finish_checkouts",
    "finish_dispute_answers",
    "finish_plan_commands",
    "finish_refund_requests",
    "issue_missing_receipts",
    "issue_statements_of_the_year",
    "keep_month_files",
    "keep_past_days",
    "list_payouts",
    "read_payouts",
    "record_reporting_amounts",
    "render_receipts",
    "render_statements",
    "run_drift_audits",
    "sum_changed_givers",
    "sum_past_days",
    "sum_register_days",
    "take_stripe_balance",
    "write_exports",
]
