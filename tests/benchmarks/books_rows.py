"""The books of a large newspaper over three years, made by SQL from rows that the product's own actions made.

Half of the supporters give every month, for ten months or until today; the others give ten times within the three
years. Of the gifts 3 in 100 fail, 2 in 100 are given back and 1 in 1,000 is disputed; a checkout is made for each gift
that needs one and as often in vain for a third of them. Each day's lines in each of three currencies are paid out
three days later. All rows of a kind are in the order of their time, as they would be.
"""

import time
from datetime import timedelta

from membership.models import Supporter
from payments.donations.giving.actions import sum_changed_givers
from payments.finance.recurring_days.actions import keep_past_days
from payments.finance.register_sums.actions import sum_register_days
from payments.ledger.sums.actions import sum_past_days
from payments.models import (
    BalanceTransaction,
    Checkout,
    Customer,
    Dispute,
    Donation,
    EntryDay,
    EntrySum,
    GivingChange,
    GivingYear,
    LedgerEntry,
    LedgerPosting,
    LineDay,
    LineSum,
    Payment,
    PaymentAttempt,
    Payout,
    PayoutItem,
    PlanChange,
    RecurringDay,
    RecurringMoved,
    RecurringPlan,
    RecurringStood,
    Refund,
    RegisterDay,
    RegisterSum,
    ReportingAmount,
    StripeBalance,
)
from tests.benchmarks.books_gifts import copy_gifts, copy_people
from tests.benchmarks.books_loading import bulk_loading, copy, run
from tests.benchmarks.books_patterns import FIRST, Patterns, make_patterns
from tests.factories import NOON

MONTHS = 36

_GIFTS = """
CREATE UNLOGGED TABLE bench_gift AS
SELECT row_number() OVER (ORDER BY at) + {first} AS n, s, k, is_plan, at, day, currency, amount,
    20 + amount * 15 / 1000 AS fee, h % 100 >= 3 AS settled, h % 100 IN (3, 4) AS refunded, h % 1000 = 7 AS disputed,
    md5('gift' || s || '-' || k)::uuid AS reference
FROM (
    SELECT s, k, s % 2 = 0 AS is_plan, at, (at AT TIME ZONE 'Europe/London')::date AS day,
        CASE WHEN s % 20 < 16 THEN 'GBP' WHEN s % 20 < 19 THEN 'EUR' ELSE 'USD' END AS currency,
        500 + (CASE WHEN s % 2 = 0 THEN s ELSE s + k * 7 END * 37) % 5000 AS amount,
        (s * 10 + k) * 104729 % 1000003 AS h
    FROM (
        SELECT s, k, CASE WHEN s % 2 = 0 THEN began + make_interval(months => k::int)
            ELSE {start} + ((s * 10 + k) * 7919 % 1000003) / 1000003.0 * ({end} - {start}) END AS at
        FROM generate_series(1, {supporters}::bigint) AS s, generate_series(0, 9::bigint) AS k,
            LATERAL (SELECT {start} + (s * 7919 % 1000003) / 1000003.0 * ({end} - {start}) AS began) AS b
    ) AS timed WHERE at < {end}
) AS told
"""
# Every line of Stripe's ledger: `n` is its gift's number, a payout's line has none.
_LINES = """
CREATE UNLOGGED TABLE bench_line AS
SELECT row_number() OVER (ORDER BY at, kind, n) + {first} AS id, lines.*, {posting} AS posting,
    CASE WHEN kind <> 'payout' AND day + 3 <= ({end})::date THEN day + 3 END AS paid_on
FROM (
    SELECT 'charge' AS kind, n, at, day, currency, amount, fee, is_plan FROM bench_gift WHERE settled
    UNION ALL SELECT 'refund', n, at + interval '5 days', day + 5, currency, -amount / 2, 0, is_plan
        FROM bench_gift WHERE settled AND refunded
    UNION ALL SELECT 'dispute', n, at + interval '20 days', day + 20, currency, -amount, 2000, is_plan
        FROM bench_gift WHERE settled AND disputed
) AS lines WHERE at < {end}
"""
_PAYOUTS = """
CREATE UNLOGGED TABLE bench_payout AS
SELECT row_number() OVER (ORDER BY paid_on, currency) + {first} AS n, paid_on, currency,
    sum(amount - fee)::bigint AS net,
    (SELECT max(id) FROM bench_line) + row_number() OVER (ORDER BY paid_on, currency) AS line,
    paid_on + time '06:00' AT TIME ZONE 'Europe/London' AS at,
    {payout_posting} AS posting
FROM bench_line WHERE paid_on IS NOT NULL GROUP BY paid_on, currency
"""


def _time_ordered(at: str, name: str) -> str:
    """Return SQL for a UUID of version 7, as the product's postings have it, whose random part is made of a name."""
    milliseconds = f"lpad(to_hex((extract(epoch FROM {at}) * 1000)::bigint), 12, '0')"
    digits = f"md5({name})"
    return f"({milliseconds} || '7' || left({digits}, 3) || 'a' || substr({digits}, 4, 15))::uuid"


def fill(payments: int) -> None:
    """Insert the books of about this many payments, of a tenth as many supporters."""
    patterns = make_patterns()
    end = f"timestamptz '{NOON.isoformat()}'"
    start = f"timestamptz '{(NOON - timedelta(days=MONTHS * 30.4)).isoformat()}'"
    words = {
        "posting": _time_ordered("at", "kind || n"),
        "payout_posting": _time_ordered("paid_on", "currency || paid_on"),
        "first": FIRST,
        "start": start,
        "end": end,
        "supporters": payments // 10,
    }
    with bulk_loading(*_LOADED):
        for statement in (_GIFTS, _LINES, _PAYOUTS):
            run(statement.format(**words))
        run("ANALYZE bench_gift, bench_line, bench_payout")
        copy_people(patterns)
        copy_gifts(patterns)
        _books(patterns)
        _payouts(patterns)
        run("DROP TABLE bench_gift, bench_line, bench_payout")


def sum_days() -> None:
    """Sum the days that are past and keep their recurring revenue, as every night does; what is there already stays."""
    began = time.perf_counter()
    if made := sum_past_days(now=NOON) + sum_register_days(now=NOON):
        print(f"{made:,} days summed in {time.perf_counter() - began:.0f} s", flush=True)
        for model in (LineDay, LineSum, EntryDay, EntrySum, RegisterDay, RegisterSum):
            run(f"ANALYZE {model._meta.db_table}")
    began = time.perf_counter()
    if made := keep_past_days(now=NOON):
        print(f"{made:,} days of recurring revenue kept in {time.perf_counter() - began:.0f} s")
        for kept in (RecurringDay, RecurringMoved, RecurringStood):
            run(f"ANALYZE {kept._meta.db_table}")


def sum_givers() -> None:
    """Sum what each payer gave by year, as every hour does for those whose giving changed; at first for all."""
    began = time.perf_counter()
    if done := sum_changed_givers():
        print(f"{done:,} payers summed by year in {time.perf_counter() - began:.0f} s")
        for model in (GivingYear, GivingChange):
            run(f"VACUUM ANALYZE {model._meta.db_table}")


_LOADED = (
    Supporter,
    Customer,
    Checkout,
    RecurringPlan,
    PlanChange,
    Donation,
    Payment,
    PaymentAttempt,
    Refund,
    Dispute,
    BalanceTransaction,
    LedgerPosting,
    LedgerEntry,
    ReportingAmount,
    Payout,
    PayoutItem,
    StripeBalance,
)


def _books(patterns: Patterns) -> None:
    for kind, (line, prefix) in patterns.lines.items():
        source = f"(SELECT * FROM bench_line WHERE kind = '{kind}')"  # noqa: S608  our own words
        owners = {"payment_id": "g.n"}
        if kind != "charge":
            owners[f"{kind}_id"] = "g.n"
        _book(line, source, f"'{prefix}' || g.n", **owners)


def _book(line: BalanceTransaction, source: str, stripe_source: str, **owners: str) -> None:
    """Insert the lines of one kind with their postings, entries and amounts in the newspaper's own currency."""
    copy(
        line,
        source,
        id="g.id",
        stripe_id="'txn_' || g.id",
        source_id=stripe_source,
        currency="g.currency",
        amount="g.amount",
        fee="g.fee",
        net="g.amount - g.fee",
        created_at="g.at",
        available_on="g.day + 3",
        **owners,
    )
    copy(
        line.posting,
        source,
        id="g.posting",
        balance_transaction_id="g.id",
        accounting_on="g.day",
        original_on="g.day",
        posted_at="g.at",
    )
    for entry in line.posting.entries.all():
        figure = "fee" if abs(entry.amount) == line.fee else "amount"
        turned = entry.amount / getattr(line, figure) < 0
        differs = {"gift_class": "CASE WHEN g.is_plan THEN 'monthly' ELSE 'once' END"}
        copy(
            entry,
            source,
            posting_id="g.posting",
            currency="g.currency",
            amount=f"{'-' if turned else ''}g.{figure}",
            **(differs if entry.gift_class else {}),
        )
    worth = "* CASE g.currency WHEN 'GBP' THEN 100 WHEN 'EUR' THEN 85 ELSE 75 END / 100"
    copy(
        line.reporting,
        source,
        balance_transaction_id="g.id",
        amount=f"g.amount {worth}",
        fee=f"g.fee {worth}",
        net=f"g.amount {worth} - g.fee {worth}",
        rate_on="g.day",
    )


def _payouts(patterns: Patterns) -> None:
    copy(
        patterns.payout,
        "bench_payout",
        id="g.n",
        reference="gen_random_uuid()",
        stripe_id="'po_' || g.n",
        currency="g.currency",
        amount="g.net",
        arrival_on="g.paid_on + 2",
        line_id="'txn_' || g.line",
        created_at="g.at",
        changed_at="g.at",
        reconciled_at="g.at",
    )
    copy(
        patterns.item,
        "(SELECT l.id, p.n, p.at FROM bench_line l JOIN bench_payout p USING (paid_on, currency))",
        payout_id="g.n",
        balance_transaction_id="g.id",
        added_at="g.at",
    )
    lines = """(SELECT line AS id, n, at, paid_on AS day, currency, -net AS amount, 0 AS fee, posting,
        false AS is_plan FROM bench_payout)"""
    _book(patterns.payout_line, lines, "'po_' || g.n")
    copy(
        patterns.balance,
        """(SELECT currency, day, (sum(sum(net)) OVER (PARTITION BY currency ORDER BY day))::bigint AS held FROM (
            SELECT currency, day, (amount - fee)::bigint AS net FROM bench_line
            UNION ALL SELECT currency, paid_on, -net FROM bench_payout) AS moved GROUP BY currency, day)""",
        currency="g.currency",
        taken_on="g.day",
        taken_at="(g.day + 1) + time '00:00' AT TIME ZONE 'Europe/London'",
        available="g.held",
    )
