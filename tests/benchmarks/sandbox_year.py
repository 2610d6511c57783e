"""How long the sandbox takes to live through a year of monthly gifts, and whether what is stored slows it."""

import time

from tests.sandbox.engine import (
    charges,
    customers,
    payment_intents,
    payment_methods,
    products,
    subscriptions,
)
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.payment_methods import TypedCard
from tests.sandbox.timers import ACTIONS

DAY = 24 * 3600
BEGAN = 1_830_297_600  # 1 January 2028, so that the year has a leap day
SIZES = (250, 1_000)
CARD = TypedCard("4242424242424242", "12", "2060", "123")


def measure_a_year() -> None:
    """Print what a year costs for several numbers of subscriptions, and for the year after that."""
    print("monthly subscriptions on one account, a year in one jump, in this process without HTTP")
    for size in SIZES:
        account = Account(f"year{size}", "http://127.0.0.1:1")
        account._standing_at = BEGAN
        for number in range(size):
            # Begun a little apart, as gifts are, so that renewals do not all share one moment.
            account._standing_at = BEGAN + number * 60
            _begin(account)
        for year in ("first", "second"):
            events = account.store.count("event")
            began, busy_before = time.perf_counter(), time.process_time()
            account._standing_at += 366 * DAY
            account.run_due(ACTIONS)
            seconds, busy = time.perf_counter() - began, time.process_time() - busy_before
            events = account.store.count("event") - events
            print(
                f"  {size:>6,} subscriptions, {year:<6} year  {seconds:8.1f} s ({busy:.1f} s of it"
                f" computing)  {events:>9,} events  {1e6 * busy / events:6.0f} µs each"
            )


def _begin(account: Account) -> None:
    """A gift of £5 a month, its first payment made, as Checkout leaves it behind."""
    product = products.create_product(account, {"name": "Support our journalism"})
    price = products.create_price(
        account,
        {
            "currency": "gbp",
            "product": product["id"],
            "unit_amount": 500,
            "recurring": {"interval": "month"},
        },
    )
    customer = customers.create(account, {"email": "reader@example.org"})
    billing = {"email": None, "name": None, "address": None}
    method = payment_methods.create_card(account, CARD, billing)
    payment_methods.attach(account, method, customer["id"])
    intent = payment_intents.create(
        account, amount=500, currency="gbp", customer=customer["id"], data={}
    )
    payment_intents.confirm(account, intent, method)
    charge = payment_intents.collect(account, intent, method)
    sold = {
        "price": price,
        "quantity": 1,
        "amount_total": 500,
        "currency": "gbp",
        "description": "Support our journalism",
    }
    subscriptions.create_from_checkout(
        account, customer=customer, method_id=method["id"], lines=[sold], data={}, intent=intent
    )
    charges.settle(account, charge)


if __name__ == "__main__":
    measure_a_year()
