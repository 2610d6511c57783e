"""What the Stripe sandbox serves one client per second, nearly empty and with many objects, and a year of renewals.

Every request and answer is held against the SDK's types, as always. One client calls over one kept connection, one
call after another, so each figure is the whole way: HTTP, contract, engine, events.
"""

import statistics
import sys
import time
from collections.abc import Callable
from itertools import count

import httpx

from tests.benchmarks.sandbox_year import measure_a_year
from tests.sandbox.client import Sandbox
from tests.sandbox.process import start_sandbox

MEASURED = {"create": 2_000, "retrieve": 2_000, "list_ten": 2_000, "pay": 400}
ROUNDS = 20
WARM_UP = 20
OBJECTS = 100_000
SESSION = {
    "mode": "payment",
    "success_url": "https://paper.example/thanks/",
    "line_items[0][quantity]": "1",
    "line_items[0][price_data][currency]": "gbp",
    "line_items[0][price_data][unit_amount]": "500",
}


class Client:
    """One caller of one account."""

    def __init__(self, base_url: str) -> None:
        self.account = Sandbox(base_url).account("bench")
        self.http = httpx.Client(
            base_url=self.account.api_base,
            headers={"Authorization": f"Bearer {self.account.key}"},
            trust_env=False,
        )
        self._numbers = count()
        self.product = self.post("/v1/products", {"name": "Gift"})

    def post(self, path: str, form: dict[str, str]) -> str:
        answer = self.http.post(path, data=form)
        answer.raise_for_status()
        return str(answer.json()["id"])

    def create(self) -> None:
        number = next(self._numbers)
        self.customer = self.post("/v1/customers", {"email": f"reader{number}@example.org"})

    def retrieve(self) -> None:
        self.http.get(f"/v1/customers/{self.customer}").raise_for_status()

    def list_ten(self) -> None:
        self.http.get("/v1/customers?limit=10").raise_for_status()

    def pay(self) -> None:
        """A gift from its session to the money: opened, submitted, confirmed, collected."""
        product = {"line_items[0][price_data][product]": self.product}
        self.account.pay(self.post("/v1/checkout/sessions", {**SESSION, **product}))


def main() -> int:
    """Two processes, one with objects in it, are asked in turn, so that a busy machine slows both alike."""
    empty, full = start_sandbox(), start_sandbox()
    try:
        clients = Client(empty.base_url), Client(full.base_url)
        seconds = _fill(clients[1])
        print(f"one client wrote {OBJECTS:,} objects, half of them events, in {seconds:.0f} s\n")
        print(f"{'per second':<22}{'nearly empty':>14}{f'{OBJECTS:,} more':>16}{'ratio':>8}")
        for name, calls in MEASURED.items():
            rates = _in_turn([getattr(client, name) for client in clients], calls)
            print(f"{name:<22}{rates[0]:>14,.0f}{rates[1]:>16,.0f}{rates[1] / rates[0]:>8.2f}")
    finally:
        empty.stop()
        full.stop()
    print()
    measure_a_year()
    return 0


def _in_turn(calls: list[Callable[[], None]], number: int) -> list[float]:
    """The median rate of each over rounds in which each is called equally often."""
    rates: list[list[float]] = [[] for _ in calls]
    for call in calls:
        _per_second(call, WARM_UP)
    for _ in range(ROUNDS):
        for call, measured in zip(calls, rates, strict=True):
            measured.append(_per_second(call, number // ROUNDS))
    return [statistics.median(measured) for measured in rates]


def _per_second(call: Callable[[], None], calls: int) -> float:
    began = time.perf_counter()
    for _ in range(calls):
        call()
    return calls / (time.perf_counter() - began)


def _fill(client: Client) -> float:
    began = time.perf_counter()
    for _ in range(OBJECTS // 2):
        client.create()
    return time.perf_counter() - began


if __name__ == "__main__":
    sys.exit(main())
