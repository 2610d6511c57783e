"""What finance reads of large books: the desk, every report's first page, a month's checks and a month's file."""

import math
import time
from collections.abc import Callable, Iterator
from datetime import date
from itertools import islice
from tempfile import TemporaryFile
from typing import BinaryIO, cast

from django.db import OperationalError, connection, reset_queries
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from membership.models import User
from payments.entities.models import LegalEntity
from payments.finance.orders import Asking, ExportOrder, Origin
from payments.finance.register_totals import register_totals
from payments.finance.selections import GiftSelection
from payments.finance.table import Table
from payments.finance.tables import TABLES
from payments.finance.writing import write_report
from payments.ledger.queries import trial_balance
from payments.reconciliation.clearing import clearing_rollforward
from payments.reconciliation.exceptions import exceptions
from tests.benchmarks.books_plans import plans
from tests.factories import NOON
from tests.staff import make_staff, sign_in_staff

Act = Callable[[], object]
# A month that is over, from the middle of the books.
FIRST, LAST = date(2025, 6, 1), date(2025, 6, 30)
_FIRST_ROWS = 1000
_ASKS = "finance@example.org"
_MONTH = {"entity": "courier", "first": str(FIRST), "last": str(LAST)}


def reads() -> dict[str, Act]:
    """Return what is measured, by its name: each a function that does it once."""
    client = Client(SERVER_NAME="localhost")
    # Who asks is there already in books that were kept.
    person = User.objects.filter(email=_ASKS).first() or make_staff(
        role="finance lead", email=_ASKS
    )
    sign_in_staff(client, person)
    entity = LegalEntity.objects.get()

    def page(path: str) -> Act:
        def get() -> None:
            response = client.get(path)
            assert response.status_code == 200, (path, response.status_code)

        return get

    period = f"?first={FIRST}&last={LAST}"
    found: dict[str, Act] = {"finance desk": page(reverse("payments:finance"))}
    for table in TABLES.values():
        found[f"{table.code} page, a month"] = page(f"{table.get_absolute_url()}{period}")
        found[f"{table.code} first {_FIRST_ROWS:,} rows"] = lambda table=table: list(
            islice(table.rows(_filters_of(table)), _FIRST_ROWS)
        )
    selection = GiftSelection.from_filters(_MONTH)
    return found | {
        "R1 page, all gifts": page(f"{reverse('payments:gift_register')}?first=&last="),
        "payouts page": page(reverse("payments:payouts")),
        "month: trial balance": lambda: trial_balance(entity, first=FIRST, last=LAST),
        "month: register against ledger": lambda: register_totals(selection, is_live=True),
        "month: clearing, GBP": lambda: clearing_rollforward(entity, "GBP", FIRST, LAST),
        "queue of exceptions": lambda: exceptions(entity, now=NOON),
        "R1 file of the month, CSV": _write,
    }


def _filters_of(table: Table) -> dict[str, str]:
    """Return a month of a report, or its usual selection at that time where it knows no days."""
    form = table.form({**table.form.defaults(LAST), **_MONTH})
    assert form.is_valid(), (table.name, form.errors)
    return form.as_filters()


def measure(found: dict[str, Act], *, rounds: int, limit: int, told: Callable[[str], None]) -> None:
    """Print for each read the median and 95th percentile of its rounds, its statements and what they read whole.

    A read with a statement that takes more than `limit` seconds is given up, and said so.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, false)", [f"{limit}s"])
    for name, act in found.items():
        try:
            times = sorted(_times(act, rounds))
        except OperationalError:
            print(f"{name:<34} given up: a statement took more than {limit} s", flush=True)
            continue
        p95 = times[math.ceil(0.95 * len(times)) - 1]
        with CaptureQueriesContext(connection) as captured:
            act()
        explained = plans([query["sql"] for query in captured.captured_queries])
        slowest = max(explained, key=lambda plan: plan.milliseconds, default=None)
        blocks = sum(plan.blocks for plan in explained)
        print(
            f"{name:<34}{times[len(times) // 2]:>10,.0f} ms, p95 {p95:>8,.0f} ms of {len(times):>2}; "
            f"{len(captured):>3} statements, {blocks * 8 / 1024:>8,.0f} MB looked at",
            flush=True,
        )
        for plan in explained:
            for read in plan.whole:
                print(f"{'':<6}reads {read.part:.0%} of {read.table} ({read.node})", flush=True)
        if slowest:
            told(
                f"## {name}\n{slowest.milliseconds:,.0f} ms\n{slowest.statement}\n{slowest.text}\n"
            )


def _times(act: Act, rounds: int) -> Iterator[float]:
    """Yield the milliseconds of each round, as many as begin within twenty seconds."""
    spent = 0.0
    for _ in range(rounds):
        reset_queries()
        began = time.perf_counter()
        act()
        taken = (time.perf_counter() - began) * 1000
        yield taken
        spent += taken
        if spent > 20_000:
            break


def _write() -> None:
    order = ExportOrder("gift_register", "csv", _MONTH, include_personal=True)
    origin = Origin(order, Asking("bench", NOON, 2), NOON)
    with TemporaryFile() as file:
        write_report(origin, cast(BinaryIO, file), watch=lambda rows, expected: None)
