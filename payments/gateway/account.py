"""The Stripe account whose key we hold."""

from payments.gateway.client import calling_stripe
from payments.gateway.snapshots import AccountSnapshot


def fetch_account() -> AccountSnapshot:
    """Read the account: which country, which currency, whether it may charge, what a bank statement says."""
    with calling_stripe() as client:
        account = client.v1.accounts.retrieve_current()
    settings = account.settings
    return AccountSnapshot(
        id=account.id,
        country=account.country or "",
        default_currency=(account.default_currency or "").upper(),
        may_charge=bool(account.charges_enabled),
        statement_descriptor=(settings.payments.statement_descriptor or "") if settings else "",
        card_descriptor_prefix=(
            (settings.card_payments.statement_descriptor_prefix or "")
            if settings and settings.card_payments
            else ""
        ),
    )
