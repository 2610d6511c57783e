"""What a payout looks like, and why one may fail."""

import hashlib

from tests.sandbox.engine import payout_schedule
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.store import Document

FAILURES = {
    "account_closed": "The bank account has been closed.",
    "account_frozen": "The bank account has been frozen.",
    "bank_account_restricted": "The bank account has restrictions on this kind of payment.",
    "could_not_process": "The bank could not process this payout.",
    "declined": "The bank has declined this payout.",
    "incorrect_account_holder_name": "The name of the account's holder is not the bank's.",
    "invalid_account_number": "The bank account number is wrong.",
    "no_account": "The bank account could not be found.",
}


def new_payout(account: Account, *, amount: int, currency: str, automatic: bool) -> Document:
    return {
        "id": account.new_id("po"),
        "object": "payout",
        "amount": amount,
        "application_fee": None,
        "application_fee_amount": None,
        "arrival_date": payout_schedule.arrival_date(account),
        "automatic": automatic,
        "balance_transaction": None,
        "created": account.now(),
        "currency": currency,
        "description": "STRIPE PAYOUT" if automatic else None,
        "destination": destination(account, currency),
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "livemode": False,
        "metadata": {},
        "method": "standard",
        "original_payout": None,
        "payout_method": None,
        "reconciliation_status": "in_progress" if automatic else "not_applicable",
        "reversed_by": None,
        "source_type": "card",
        "statement_descriptor": None,
        "status": "pending",
        "trace_id": trace_id("pending"),
        "type": "bank_account",
    }


def trace_id(status: str, value: str | None = None) -> Document:
    return {"status": status, "value": value}


def destination(account: Account, currency: str) -> str:
    """The id of the bank account that a currency is paid out to, always the same one."""
    seed = f"{account.settings['account_id']}:{currency}"
    return f"ba_{hashlib.sha256(seed.encode()).hexdigest()[:24]}"
