"""What the test card behind a charge promises to happen once it has settled."""

from tests.sandbox.engine import disputes, early_fraud
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.cards import TestCard
from tests.sandbox.engine.store import Document

FRAUDULENT, NOT_RECEIVED = "4000000000000259", "4000000000002685"
INQUIRED, WARNED = "4000000000001976", "4000000000005423"


def after_settlement(account: Account, charge: Document, card: TestCard | None) -> None:
    """Open the dispute or the inquiry, or send the early fraud warning, that the card stands for."""
    if card:
        with account.off_clock():  # banks know nothing of test clocks
            _keep_promise(account, charge, card.number)


def _keep_promise(account: Account, charge: Document, number: str) -> None:
    if number == FRAUDULENT:
        disputes.open_dispute(account, charge["id"])
    elif number == NOT_RECEIVED:
        disputes.open_dispute(account, charge["id"], reason="product_not_received")
    elif number == INQUIRED:
        disputes.open_dispute(account, charge["id"], inquiry=True)
    elif number == WARNED:
        early_fraud.warn(account, charge["id"])
