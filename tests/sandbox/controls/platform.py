"""The account's own settings."""

from typing import Any

from tests.sandbox.engine.account import Account

CONFIGURABLE = frozenset(
    {
        "display_name",
        "country",
        "default_currency",
        "statement_descriptor",
        "statement_descriptor_prefix",
        "settlement_days",
        "retry_schedule",
        "fees",
        "sign_with_account_clock",
        "international_fee",
        "conversion_fee",
        "settlement_currencies",
        "dispute_fees",
        "dispute_fee_returned",
        "dispute_response_days",
        "dispute_review_days",
        "refund_days",
        "monthly_fees",
        "payout_interval",
        "payout_weekday",
        "payout_monthday",
        "payout_arrival_days",
        "payout_minimums",
        "debit_negative_balances",
        "upcoming_days",
        "draft_seconds",
        "dunning_days",
        "final_action",
        "debit_days",
        "retry_after_cancel",
    }
)


def configure(account: Account, body: dict[str, Any]) -> dict[str, Any]:
    """Change the account's settings: names, statement descriptor, fees, retry schedule."""
    if unknown := body.keys() - CONFIGURABLE:
        raise ValueError(f"Unknown settings: {sorted(unknown)}")
    account.store.put({**account.settings, **body})
    return account.settings


CONTROLS = {"configure": configure}
