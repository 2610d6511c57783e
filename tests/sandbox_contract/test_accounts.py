"""The accounts of one process: a reset one leaves nothing behind."""

import gc

from tests.sandbox.accounts import Accounts
from tests.sandbox.engine import customers
from tests.sandbox.engine.account import Account


def test_a_reset_account_is_forgotten_with_all_that_it_held() -> None:
    accounts = Accounts("http://127.0.0.1:1")
    for _ in range(3):
        for number in range(50):
            customers.create(accounts.get("forgotten"), {"name": f"Reader {number}"})
        accounts.reset("forgotten")
    gc.collect()
    alive = [made for made in gc.get_objects() if isinstance(made, Account)]
    assert [made.store.count("customer") for made in alive if made.name == "forgotten"] == [0]
