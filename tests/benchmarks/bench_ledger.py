"""How fast lines of Stripe's ledger are booked, a thousand to a transaction, against a bare insertion of as many rows.

`LEDGER_LINES` sets how many (10,000); each is a gift whose payment is looked for by its charge, as an import does.
"""

import os
import sys
import time
from collections.abc import Callable
from typing import Any

import django

LINES = int(os.environ.get("LEDGER_LINES", "10000"))
DATABASE = "masthead_bench_ledger"
CHUNK = 1000


def main() -> int:
    django.setup()
    from django.db import connection

    if connection.vendor != "postgresql":
        print("Not measured: these figures want PostgreSQL, named by DATABASE_URL.")
        return 0
    from tests.benchmarks.databases import own_database

    with own_database(DATABASE):
        _measure()
    return 0


def _measure() -> None:
    from payments.ledger.actions import Movement, book_movements
    from payments.models import BalanceTransaction, LedgerEntry, Payment
    from tests.factories import NOON, PaymentFactory, make_newspaper
    from tests.payments.snapshots import a_balance_transaction

    payment = PaymentFactory.create(donation__campaign=make_newspaper(), donation__fee_cover=35)
    Payment.objects.bulk_create(
        [
            Payment(
                donation=payment.donation,
                status=payment.status,
                stripe_id=f"pi_{number}",
                stripe_charge_id=f"ch_{number}",
                currency="GBP",
                amount=1035,
                created_at=NOON,
                succeeded_at=NOON,
            )
            for number in range(LINES)
        ],
        batch_size=CHUNK,
    )
    movements = [
        Movement(a_balance_transaction(f"txn_{number}", 1035, source=f"ch_{number}"))
        for number in range(LINES)
    ]

    def book() -> None:
        for start in range(0, LINES, CHUNK):
            book_movements(movements[start : start + CHUNK], now=NOON)

    booking, again = _timed(book), _timed(book)
    rows = list(BalanceTransaction.objects.all())
    bare = [_copy(row, f"bare_{number}", BalanceTransaction) for number, row in enumerate(rows)]
    inserting = _timed(lambda: BalanceTransaction.objects.bulk_create(bare, batch_size=CHUNK))
    entries = LedgerEntry.objects.count()
    print(f"{'':<36} seconds   lines/s")
    print(f"{f'book {LINES} lines ({entries} entries)':<36} {booking:7.2f} {LINES / booking:9.0f}")
    print(f"{'book them again (nothing new)':<36} {again:7.2f} {LINES / again:9.0f}")
    print(f"{'insert their first table alone':<36} {inserting:7.2f} {LINES / inserting:9.0f}")
    print(f"booking costs {booking / inserting:.1f} times that one insertion")


def _copy(row: Any, stripe_id: str, model: type[Any]) -> Any:
    """The same row under another key."""
    fields = {f.attname: getattr(row, f.attname) for f in model._meta.local_concrete_fields}
    return model(**fields | {"id": None, "stripe_id": stripe_id})


def _timed(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


if __name__ == "__main__":
    sys.exit(main())
