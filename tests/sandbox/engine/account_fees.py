"""What Stripe bills the account itself each month, as rows of their own in the balance."""

from datetime import UTC, datetime, timedelta

from tests.sandbox.engine import balance
from tests.sandbox.engine.account import Account


def charge_monthly(account: Account, _object_id: str) -> None:
    """The lines of the setting `monthly_fees`, for the month that has just ended.

    Each has `amount`, `currency` and `description`, and may have `category`: "fee" or "network_cost".
    Nothing is billed before the first money moved.
    """
    month = datetime.fromtimestamp(account.now(), UTC) - timedelta(days=1)
    for line in account.settings["monthly_fees"]:
        balance.record_account_fee(
            account,
            amount=line["amount"],
            currency=line["currency"],
            description=f"{line['description']} ({month:%Y-%m})",
            category=line.get("category", "fee"),
        )
