"""The nightly sweep of due statuses before very many supporters, beside one UPDATE of the same rows.

Rows are made by SQL: each supporter gave five times, the last time on a day of the last year, so that the statuses of
one day's givers are due. Each round plays the plain UPDATE, takes it back, and then lets the sweep do its work.
"""

import logging
import statistics
import time
from collections.abc import Callable
from datetime import datetime

from django.db import connection, models, transaction
from django.utils import timezone

from membership.models import StatusChange, Supporter
from membership.supporters.actions import refresh_due_statuses
from payments.models import Customer, Donation, Payment
from tests.factories import PaymentFactory, SupporterFactory

ROUNDS = 5
ONE_BY_ONE = 300

_PLAIN = """
UPDATE membership_supporter SET state = 'lapsed', state_since = %s, state_until = NULL, lapses = false,
    status_due_at = NULL, token_version = token_version + 1 WHERE id = ANY(%s)
"""
_PAYERS = """
(SELECT c.id AS payer, s.created_at AS last, k FROM payments_customer c
    JOIN membership_supporter s ON s.reference = c.party, generate_series(0, 4) AS k) AS g
"""
_BACK = """
UPDATE membership_supporter SET state = 'one_off', state_since = created_at, lapses = %s,
    state_until = created_at + interval '90 days', status_due_at = created_at + interval '90 days'
    WHERE id = ANY(%s)
"""


def measure_sweep(supporters: int) -> None:
    """Print what the sweep costs by night, when nothing is due, and one by one."""
    logging.disable(logging.WARNING)
    now = timezone.now()
    began = time.perf_counter()
    _fill(supporters, now)
    print(
        f"{Supporter.objects.count():,} supporters with {Payment.objects.count():,} payments, made in "
        f"{time.perf_counter() - began:.0f} s; {ROUNDS} rounds in turn, medians (worst)"
    )
    due = list(Supporter.objects.filter(status_due_at__lte=now).values_list("pk", flat=True))
    plain, swept, idle = [], [], []
    for _ in range(ROUNDS):
        plain.append(_milliseconds(lambda: _update_plainly(due, now)))
        before = StatusChange.objects.count()
        swept.append(_milliseconds(lambda: _sweep(now)))
        written = StatusChange.objects.count() - before
        idle.append(_milliseconds(lambda: _sweep(now)))
        _put_back(due, lapses=True)
    _print("plain UPDATE of the rows that are due", plain, len(due))
    _print("the sweep: changes written, tokens outdated", swept, written)
    print(f"    {'':<46}{statistics.median(swept) / statistics.median(plain):9.2f} × plain")
    _print("the sweep when nothing is due", idle, 0)
    some = due[:ONE_BY_ONE]
    _run(_PLAIN, [now, due])
    _put_back(some, lapses=False)
    alone = _milliseconds(lambda: _sweep(now))
    _print("the same derived one by one from all facts", [alone], len(some))


def _print(name: str, times: list[float], rows: int) -> None:
    middle, worst = statistics.median(times), max(times)
    print(f"  {name:<46}  {middle:9.1f} ms ({worst:.1f}), {rows:,} rows")


def _milliseconds(act: Callable[[], None]) -> float:
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


def _sweep(now: datetime) -> None:
    while refresh_due_statuses(limit=500, now=now):
        pass


def _update_plainly(ids: list[int], now: datetime) -> None:
    with transaction.atomic():
        _run(_PLAIN, [now, ids])
        transaction.set_rollback(True)


def _put_back(ids: list[int], *, lapses: bool) -> None:
    _run(_BACK, [lapses, ids])
    _run("VACUUM ANALYZE membership_supporter")


def _run(statement: str, values: list[object] | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def _fill(supporters: int, now: datetime) -> None:
    """Make one row of each kind as the product would, and copy it by SQL with what differs."""
    payment = PaymentFactory.create()
    pattern = SupporterFactory.create(state="anonymous", status_due_at=None)
    # No row's foreign keys are looked up: all of them are copied from rows that are there.
    _run("SET session_replication_role = replica")
    moment = f"timestamptz '{now.isoformat()}'"
    given = f"{moment} - make_interval(secs => (g.n::bigint * 7919 % 3650000) * 8.64)"
    is_current = f"({given}) > {moment} - interval '91 days'"
    _copy(
        pattern,
        f"generate_series(1, {supporters}) AS g(n)",
        reference="gen_random_uuid()",
        email="'reader' || g.n || '@example.org'",
        created_at=given,
        state=f"CASE WHEN {is_current} THEN 'one_off' ELSE 'lapsed' END",
        state_since=given,
        state_until=f"CASE WHEN {is_current} THEN {given} + interval '90 days' END",
        status_due_at=f"CASE WHEN {is_current} THEN {given} + interval '90 days' END",
        lapses=is_current,
    )
    _copy(
        payment.donation.customer,
        f"{_others(pattern)} AS g",
        reference="gen_random_uuid()",
        party="g.reference",
        email="g.email",
    )
    _copy(
        payment.donation,
        _PAYERS,
        reference="gen_random_uuid()",
        customer_id="g.payer",
        created_at="g.last - g.k * interval '200 days'",
    )
    _copy(
        payment,
        f"{_others(payment.donation)} AS g",
        reference="gen_random_uuid()",
        donation_id="g.id",
        stripe_id="'pi_' || g.id",
        stripe_charge_id="'ch_' || g.id",
        created_at="g.created_at",
        succeeded_at="g.created_at",
    )
    _run("SET session_replication_role = origin")
    for model in (Supporter, Customer, Donation, Payment):
        _run(f"VACUUM ANALYZE {model._meta.db_table}")


def _others(row: models.Model) -> str:
    """The copies of a row, as SQL."""
    return f"(SELECT * FROM {row._meta.db_table} WHERE id <> {row.pk})"  # noqa: S608  our own names


def _copy(row: models.Model, source: str, **differs: str) -> None:
    """Insert one copy of `row` for each row of `source`, with SQL in the place of the columns that differ."""
    table = row._meta.db_table
    columns = [field.column for field in row._meta.concrete_fields if not field.primary_key]
    assert differs.keys() <= set(columns)
    values = ", ".join(differs.get(column, f't."{column}"') for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    rows = f"SELECT {values} FROM {table} t, {source} WHERE t.id = {row.pk}"  # noqa: S608  our own names
    _run(f"INSERT INTO {table} ({names}) {rows}")
