"""Things of the account as people read them: days, cards, intervals."""

from datetime import UTC, datetime

from tests.sandbox.engine.store import Document

BANK_DEBITS = {"sepa_debit": "SEPA Direct Debit", "bacs_debit": "Bacs Direct Debit"}
WALLETS = {"apple_pay": "Apple Pay", "google_pay": "Google Pay"}


def day(moment: int) -> str:
    """Such as 3 March 2027, in UTC."""
    date = datetime.fromtimestamp(moment, UTC)
    return f"{date.day} {date:%B %Y}"


def every(price: Document) -> str:
    """Such as "per month" or "every 3 months"; empty for a price that is paid once."""
    recurring = price["recurring"]
    if not recurring:
        return ""
    count, interval = recurring["interval_count"], recurring["interval"]
    return f"every {count} {interval}s" if count > 1 else f"per {interval}"


def method_in_words(method: Document) -> str:
    """Such as "Visa ending in 4242, until 12/2034"."""
    shown = method[method["type"]]
    if method["type"] == "card":
        return (
            f"{shown['brand'].title()} ending in {shown['last4']}, "
            f"until {shown['exp_month']:02d}/{shown['exp_year']}"
        )
    return f"{BANK_DEBITS[method['type']]}, account ending in {shown['last4']}"
