"""Very many gifts for the register, made by SQL: one of each row is made as the product makes it, and copied."""

from datetime import timedelta

from django.db import connection, models

from payments.models import (
    BalanceTransaction,
    Campaign,
    Customer,
    Donation,
    LedgerPosting,
    Payment,
    Payout,
    PayoutItem,
    PayoutStatus,
    ReportingAmount,
)
from tests.factories import NOON, CustomerFactory, make_newspaper
from tests.payments.gifts import a_gift

PAYOUTS = 1000


def fill(gifts: int) -> None:
    """Insert this many gifts of a year, each settled, converted and paid out, a tenth with nasty text."""
    campaign = make_newspaper()
    payment = _pattern(campaign)
    line = BalanceTransaction.objects.get()
    day = f"timestamptz '{NOON.isoformat()}' - make_interval(secs => (g.n::bigint * 7919 % 3650000) * 8.64)"
    # No row's foreign keys are looked up: all of them are copied from rows that are there.
    run("SET session_replication_role = replica")
    _copy(
        payment.donation.customer,
        gifts,
        reference="gen_random_uuid()",
        party="gen_random_uuid()",
        email="'reader' || g.n || '@example.org'",
        name="CASE WHEN g.n % 10 = 0 THEN '=HYPERLINK(\"x\"), ' || g.n ELSE 'Reader ' || g.n END",
    )
    _copy(
        payment.donation,
        gifts,
        reference="gen_random_uuid()",
        customer_id=_mate(Customer),
        amount="500 + g.n % 5000",
        created_at=day,
    )
    _copy(
        payment,
        gifts,
        reference="gen_random_uuid()",
        donation_id=_mate(Donation),
        stripe_id="'pi_' || g.n",
        stripe_charge_id="'ch_' || g.n",
        amount="500 + g.n % 5000",
        created_at=day,
        succeeded_at=day,
    )
    _copy(
        line,
        gifts,
        stripe_id="'txn_' || g.n",
        source_id="'ch_' || g.n",
        payment_id=_mate(Payment),
        amount="500 + g.n % 5000",
        net="500 + g.n % 5000 - t.fee",
        created_at=day,
    )
    _copy(
        line.posting,
        gifts,
        id="gen_random_uuid()",
        balance_transaction_id=_mate(BalanceTransaction),
    )
    _copy(
        line.reporting,
        gifts,
        balance_transaction_id=_mate(BalanceTransaction),
        amount="500 + g.n % 5000",
        net="500 + g.n % 5000 - t.fee",
    )
    _copy(Payout.objects.get(), PAYOUTS, reference="gen_random_uuid()", stripe_id="'po_' || g.n")
    _copy(
        PayoutItem.objects.get(),
        gifts,
        balance_transaction_id=_mate(BalanceTransaction),
        payout_id=f"(SELECT max(id) FROM {Payout._meta.db_table}) - g.n % {PAYOUTS}",  # noqa: S608
    )
    run("SET session_replication_role = origin")
    for model in (
        Customer,
        Donation,
        Payment,
        BalanceTransaction,
        LedgerPosting,
        ReportingAmount,
        Payout,
        PayoutItem,
    ):
        run(f"VACUUM ANALYZE {model._meta.db_table}")


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _pattern(campaign: Campaign) -> Payment:
    attribution = {
        "prompt": "autumn-appeal",
        "variant": "b",
        "slot": "middle",
        "article": "politics/2026/11/20/harbour",
    }
    payer = CustomerFactory.create(entity=campaign.entity, name="Reader", country="GB")
    payment = a_gift(campaign, 2500, customer=payer, attribution=attribution)
    payout = Payout.objects.create(
        entity=campaign.entity,
        stripe_id="po_0",
        currency="GBP",
        amount=2465,
        status=PayoutStatus.PAID,
        is_automatic=True,
        arrival_on=(NOON + timedelta(days=6)).date(),
        created_at=NOON,
        changed_at=NOON,
    )
    PayoutItem.objects.create(
        payout=payout, balance_transaction=BalanceTransaction.objects.get(), added_at=NOON
    )
    return payment


def _mate(model: type[models.Model]) -> str:
    """The copy of another model's row with the same number: its identifiers follow on the pattern's."""
    return f"(SELECT min(id) FROM {model._meta.db_table}) + g.n"  # noqa: S608  our own names


def _copy(row: models.Model, count: int, **differs: str) -> None:
    """Insert `count` copies of `row`, numbered g.n, with SQL in the place of the columns that differ."""
    table = row._meta.db_table
    columns = [
        field.column
        for field in row._meta.concrete_fields
        if not field.primary_key or field.column in differs
    ]
    assert differs.keys() <= set(columns), differs.keys() - set(columns)
    values = ", ".join(differs.get(column, f't."{column}"') for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    key = row.pk if isinstance(row.pk, int) else f"'{row.pk}'"
    rows = f"SELECT {values} FROM {table} t, generate_series(1, {count}) AS g(n) WHERE t.id = {key}"  # noqa: S608
    run(f"INSERT INTO {table} ({names}) {rows}")
