"""What the test card or test bank account behind a charge promises to happen once it has settled."""

from tests.sandbox.engine import disputes, early_fraud
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.bank_accounts import BankAccount
from tests.sandbox.engine.cards import Promise, TestCard
from tests.sandbox.engine.store import Document


def after_settlement(
    account: Account, charge: Document, card: TestCard | BankAccount | None
) -> None:
    """Open the dispute or the inquiry, or send the early fraud warning, that the card stands for."""
    if card and card.promise:
        with account.off_clock():  # banks know nothing of test clocks
            _keep_promise(account, charge, card.promise)


def _keep_promise(account: Account, charge: Document, promise: Promise) -> None:
    if promise == "dispute":
        disputes.open_dispute(account, charge["id"])
    elif promise == "not_received":
        disputes.open_dispute(account, charge["id"], reason="product_not_received")
    elif promise == "bank_dispute":
        disputes.open_dispute(account, charge["id"], reason="debit_not_authorized")
    elif promise == "inquiry":
        disputes.open_dispute(account, charge["id"], inquiry=True)
    elif promise == "fraud_warning":
        early_fraud.warn(account, charge["id"])
