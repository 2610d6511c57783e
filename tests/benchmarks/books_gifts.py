"""The people and gifts of large books, copied for the rows of `bench_gift` and `bench_line` (books_rows.py)."""

from datetime import timedelta

from tests.benchmarks.books_loading import copy
from tests.benchmarks.books_patterns import FIRST, Patterns
from tests.factories import NOON


def copy_people(patterns: Patterns) -> None:
    """Insert a supporter and a payer for each who gave, and the plans of those who give every month."""
    firsts = """(SELECT DISTINCT ON (s) s, at, currency, amount, n, is_plan, md5('party' || s)::uuid AS party
        FROM bench_gift ORDER BY s, k)"""
    number = f"g.s + {FIRST}"
    email = "'reader' || g.s || '@example.org'"
    copy(patterns.supporter, firsts, id=number, reference="g.party", email=email, created_at="g.at")
    copy(
        patterns.payment.donation.customer,
        firsts,
        id=number,
        reference="g.party",
        party="g.party",
        currency="g.currency",
        stripe_id="'cus_' || g.s",
        email=email,
        name="'Reader ' || g.s",
        created_at="g.at",
    )
    plans = f"(SELECT * FROM {firsts} AS f WHERE is_plan)"  # noqa: S608  our own words
    is_over = f"g.at < timestamptz '{(NOON - timedelta(days=304)).isoformat()}'"
    ended = f"CASE WHEN {is_over} THEN g.at + interval '10 months' END"
    copy(
        patterns.plan,
        plans,
        id=number,
        reference="md5('plan' || g.s)::uuid",
        customer_id=number,
        checkout_id="g.n",
        stripe_id="'sub_' || g.s",
        status=f"CASE WHEN {is_over} THEN 'ended' ELSE 'active' END",
        currency="g.currency",
        amount="g.amount",
        started_at="g.at",
        ended_at=ended,
    )
    terms = """jsonb_build_object('status', 'active', 'frequency', 'monthly', 'currency', g.currency,
        'amount', g.amount, 'fee_cover', 0)"""
    copy(patterns.started, plans, plan_id=number, made_at="g.at", after=terms)
    over = f"(SELECT * FROM {firsts} AS g WHERE is_plan AND {is_over})"  # noqa: S608  our own words
    copy(patterns.ended, over, plan_id=number, made_at="g.at + interval '10 months'")


def copy_gifts(patterns: Patterns) -> None:
    """Insert checkouts, donations, payments and what went back of them."""
    begun = "(SELECT * FROM bench_gift WHERE NOT is_plan OR k = 0)"
    attempt = {
        "customer_id": f"g.s + {FIRST}",
        "frequency": "CASE WHEN g.is_plan THEN 'monthly' ELSE 'once' END",
        "currency": "g.currency",
        "amount": "g.amount",
        "email": "'reader' || g.s || '@example.org'",
        "created_at": "g.at - interval '2 minutes'",
        "expires_at": "g.at + interval '33 minutes'",
    }
    copy(
        patterns.checkout,
        begun,
        id="g.n",
        reference="gen_random_uuid()",
        status="'completed'",
        browser_session="g.reference",
        stripe_id="'cs_' || g.n",
        completed_at="g.at",
        **attempt,
    )
    copy(
        patterns.checkout,
        "(SELECT * FROM bench_gift WHERE (NOT is_plan OR k = 0) AND n % 3 = 0)",
        id="g.n + 100000000",
        reference="gen_random_uuid()",
        status="'expired'",
        browser_session="g.reference",
        stripe_id="'cs_vain_' || g.n",
        **attempt,
    )
    copy(
        patterns.payment.donation,
        "bench_gift",
        id="g.n",
        reference="gen_random_uuid()",
        customer_id=f"g.s + {FIRST}",
        checkout_id="CASE WHEN NOT g.is_plan OR g.k = 0 THEN g.n END",
        plan_id=f"CASE WHEN g.is_plan THEN g.s + {FIRST} END",
        frequency="CASE WHEN g.is_plan THEN 'monthly' ELSE 'once' END",
        sequence="g.k + 1",
        currency="g.currency",
        amount="g.amount",
        created_at="g.at",
    )
    copy(
        patterns.payment,
        "bench_gift",
        id="g.n",
        reference="g.reference",
        donation_id="g.n",
        status="CASE WHEN NOT g.settled THEN 'failed' WHEN g.refunded THEN 'partially_refunded' ELSE 'succeeded' END",
        stripe_id="'pi_' || g.n",
        stripe_charge_id="CASE WHEN g.settled THEN 'ch_' || g.n END",
        stripe_invoice_id="CASE WHEN g.is_plan THEN 'in_' || g.n END",
        currency="g.currency",
        amount="g.amount",
        refunded_amount="CASE WHEN g.settled AND g.refunded THEN g.amount / 2 ELSE 0 END",
        created_at="g.at",
        succeeded_at="CASE WHEN g.settled THEN g.at END",
        failed_at="CASE WHEN NOT g.settled THEN g.at END",
        first_failed_at="CASE WHEN NOT g.settled THEN g.at END",
        is_booked="g.settled",
    )
    copy(
        patterns.attempt,
        "(SELECT * FROM bench_gift WHERE NOT settled AND is_plan)",
        payment_id="g.n",
        stripe_invoice_id="'in_' || g.n",
        stripe_charge_id="'ch_failed_' || g.n",
        made_at="g.at",
    )
    back = {"id": "g.n", "reference": "gen_random_uuid()", "payment_id": "g.n"}
    copy(
        patterns.refund,
        "(SELECT * FROM bench_line WHERE kind = 'refund')",
        **back,
        stripe_id="'re_' || g.n",
        amount="-g.amount",
        created_at="g.at",
    )
    copy(
        patterns.dispute,
        "(SELECT * FROM bench_line WHERE kind = 'dispute')",
        **back,
        stripe_id="'dp_' || g.n",
        currency="g.currency",
        amount="-g.amount",
        created_at="g.at",
        changed_at="g.at",
    )
