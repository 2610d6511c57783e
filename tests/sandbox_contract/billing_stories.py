"""Standing gifts on the engine alone, with a clock that a test moves by hand."""

from datetime import UTC, datetime
from typing import Any

from tests.sandbox.engine import (
    charges,
    customers,
    payment_intents,
    payment_methods,
    products,
    subscriptions,
)
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.documents import public
from tests.sandbox.engine.payment_methods import TypedBankAccount, TypedCard
from tests.sandbox.engine.periods import DAY
from tests.sandbox.engine.store import Document
from tests.sandbox.timers import ACTIONS

GOOD, DECLINED = "4242424242424242", "4000000000000002"


def moment(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def day(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).date().isoformat()


class Reader:
    """A payer with a standing gift, and the clock of the account that they pay to."""

    def __init__(self, engine: Account, started: str = "2027-01-31T09:00:00") -> None:
        self.engine = engine
        engine._standing_at = moment(started)
        engine.settings["payout_interval"] = "manual"  # these stories end where the money comes in
        self.product = products.create_product(engine, {"name": "Support our journalism"})
        self.customer = customers.create(engine, {"email": "reader@example.org"})

    def card(self, number: str = GOOD) -> Document:
        """A card kept for this payer, whatever it will do when it is charged."""
        typed = TypedCard(number, "12", "2060", "123")
        method = payment_methods.create_card(
            self.engine, typed, {"email": None, "name": None, "address": None}
        )
        payment_methods.attach(self.engine, method, self.customer["id"])
        return method

    def bank_account(self, number: str) -> Document:
        """A Bacs account kept for this payer."""
        typed = TypedBankAccount(sort_code="108800", account_number=number)
        method = payment_methods.create_bank_debit(
            self.engine, typed, {"email": None, "name": "Test Reader", "address": None}
        )
        payment_methods.attach(self.engine, method, self.customer["id"])
        return method

    def price(self, amount: int = 500, interval: str = "month", count: int = 1) -> Document:
        given: dict[str, Any] = {
            "currency": "gbp",
            "product": self.product["id"],
            "unit_amount": amount,
            "recurring": {"interval": interval, "interval_count": count},
        }
        return products.create_price(self.engine, given)

    def advance(self, *, days: int = 0, seconds: int = 0) -> None:
        self.advance_to(self.engine.now() + days * DAY + seconds)

    def advance_to(self, at: int | str) -> None:
        self.engine._standing_at = moment(at) if isinstance(at, str) else at
        self.engine.run_due(ACTIONS)

    def types(self) -> list[str]:
        return [event["type"] for event in self.engine.store.oldest_first("event", {})]

    def events(self, type_: str) -> list[Document]:
        return [public(event) for event in self.engine.store.oldest_first("event", {"type": type_})]

    def invoices(self) -> list[Document]:
        return list(self.engine.store.oldest_first("invoice", {}))


def standing_gift(reader: Reader, *, amount: int = 500, interval: str = "month") -> Document:
    """An active subscription whose first invoice is paid, as Checkout leaves it behind."""
    method, price = reader.card(), reader.price(amount, interval)
    sold = {
        "price": price,
        "quantity": 1,
        "amount_total": amount,
        "currency": "gbp",
        "description": "Support our journalism",
    }
    return subscriptions.create_from_checkout(
        reader.engine,
        customer=reader.customer,
        method_id=method["id"],
        lines=[sold],
        data={"metadata": {"plan": "r1"}},
        intent=_paid_intent(reader, method, amount),
    )


def _paid_intent(reader: Reader, method: Document, amount: int) -> Document:
    intent = payment_intents.create(
        reader.engine, amount=amount, currency="gbp", customer=reader.customer["id"], data={}
    )
    payment_intents.confirm(reader.engine, intent, method)
    charges.settle(reader.engine, payment_intents.collect(reader.engine, intent, method))
    return intent
