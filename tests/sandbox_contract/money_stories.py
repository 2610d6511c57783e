"""Collected money in the engine alone: a gift paid, its charge, and what the balance says of it."""

from collections import Counter
from typing import Any

from tests.sandbox.engine import checkout, funds, payment_intents, payment_methods, sessions
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.checkout import Payer
from tests.sandbox.engine.payment_methods import TypedCard
from tests.sandbox.engine.products import create_product
from tests.sandbox.engine.store import Document
from tests.sandbox.timers import ACTIONS

DAY = 24 * 3600


def pay_in_engine(
    account: Account, amount: int, currency: str = "gbp", card: str = "4242424242424242"
) -> Document:
    """The charge of a gift paid without any HTTP."""
    product = create_product(account, {"name": "Gift"})
    price_data = {"currency": currency, "product": product["id"], "unit_amount": amount}
    session = sessions.create(
        account,
        {
            "mode": "payment",
            "success_url": "https://paper.test/",
            "line_items": [{"quantity": 1, "price_data": price_data}],
        },
    )
    typed = TypedCard(card, "12", "2034", "123")
    assert checkout.submit(account, session, typed, Payer("a@example.org", "")) == "complete"
    intent = account.store.get("payment_intent", session["payment_intent"])
    assert intent
    charge = account.store.get("charge", intent["latest_charge"])
    assert charge
    return charge


def debit_in_engine(account: Account, amount: int, bank: str = "pm_success_de") -> Document:
    """The charge of a gift in euros by bank debit, which its test bank answers days later."""
    intent = payment_intents.create(
        account, amount=amount, currency="eur", customer=None, data={"description": "Gift"}
    )
    method = payment_methods.named(account, bank)
    assert payment_intents.confirm(account, intent, method, off_session=True) == "ready"
    return payment_intents.collect(account, intent, method)


def advance(account: Account, *, days: int = 0, seconds: int = 0) -> None:
    """Move the clock and do what comes due on the way."""
    account.move_clock(days * DAY + seconds)
    account.run_due(ACTIONS)


def rows(account: Account, **filters: Any) -> list[Document]:
    """Balance transactions, oldest first."""
    return list(account.store.oldest_first("balance_transaction", filters))


def held(account: Account) -> Counter[str]:
    """What the balance shows, pending and available together, by currency; a missing one reads as zero."""
    shown, total = funds.retrieve(account, {}), Counter[str]()
    for part in shown["available"] + shown["pending"]:
        total[part["currency"]] += part["amount"]
    return total


def moved(account: Account) -> Counter[str]:
    """The sum of the nets of all balance transactions, by currency."""
    total = Counter[str]()
    for row in rows(account):
        total[row["currency"]] += row["net"]
    return total


def event_types(account: Account) -> list[str]:
    return [event["type"] for event in account.store.oldest_first("event", {})]
