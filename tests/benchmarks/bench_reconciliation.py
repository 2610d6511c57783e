"""What reconciling costs: a payout of ten thousand lines over HTTP, and a hundred thousand ledger lines booked.

    DATABASE_URL=postgres://postgres@127.0.0.1/masthead python -m tests.benchmarks reconciliation

The payout's lines come from the local Stripe peer, a hundred to a call as Stripe gives them; how long those calls alone
take is told beside it. The ledger lines are in memory, as a page of Stripe's list is once it was read, and are booked
with nothing else in the way. RECONCILIATION_LINES and RECONCILIATION_BOOKED choose other sizes.
"""

import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import django

LINES = int(os.environ.get("RECONCILIATION_LINES", "10000"))
BOOKED = int(os.environ.get("RECONCILIATION_BOOKED", "100000"))
_PAGE, _CHUNK, _THREADS = 100, 1000, 8


def main() -> None:
    django.setup()
    from tests.benchmarks.databases import own_database

    with own_database("masthead_bench_reconciliation"):
        _payout()
    with own_database("masthead_bench_reconciliation"):
        _booking()


def _payout() -> None:
    from django.conf import settings
    from django.utils import timezone

    from payments.gateway.payouts import fetch_lines_of_payout, fetch_payout
    from payments.models import Payout
    from payments.reconciliation.actions import record_payouts
    from payments.reconciliation.queries import payout_difference
    from payments.reconciliation.reading import read_due_payout
    from tests.sandbox.client import Sandbox
    from tests.sandbox.process import start_sandbox

    process = start_sandbox(port=0)
    try:
        account = Sandbox(process.base_url).account("bench")
        settings.STRIPE_API_KEY, settings.STRIPE_API_BASE = account.key, account.api_base
        settings.STRIPE_REQUESTS_PER_SECOND = 0
        _record(_charges(account.api_base, account.key))
        [shown] = account.pay_out()

        began = time.perf_counter()
        after, is_last = "", False
        while not is_last:
            page = fetch_lines_of_payout(shown["id"], after=after)
            after, is_last = page.lines[-1].id, page.is_last
        alone = time.perf_counter() - began

        began = time.perf_counter()
        # Tasks run where they are nudged for, so that this may be all of it.
        record_payouts([fetch_payout(shown["id"])], now=timezone.now())
        while read_due_payout(now=timezone.now()):
            pass
        taken = time.perf_counter() - began
    finally:
        process.stop()
    payout = Payout.objects.get()
    figures = payout_difference(payout)
    print(
        f"payout of {figures.line_count:,} lines: {payout.state}, difference {figures.difference}"
    )
    print(f"reading, booking and judging it               {taken:8.1f} s")
    print(f"its {LINES // _PAGE:,} calls to Stripe alone                  {alone:8.1f} s")
    print(f"lines per second                              {figures.line_count / taken:8,.0f}")


def _charges(api_base: str, key: str) -> list[tuple[str, str, int]]:
    """Collect LINES payments at the peer: (intent, charge, amount) of each."""
    import stripe

    client = stripe.StripeClient(key, base_addresses={"api": api_base})

    def pay(number: int) -> tuple[str, str, int]:
        intent = client.v1.payment_intents.create(
            {
                "amount": 500 + number % 5000,
                "currency": "gbp",
                "confirm": True,
                "payment_method": "pm_card_visa",
                "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
            }
        )
        return intent.id, str(intent.latest_charge), intent.amount

    with ThreadPoolExecutor(_THREADS) as threads:
        return list(threads.map(pay, range(LINES)))


def _record(charges: list[tuple[str, str, int]]) -> None:
    """Put the gifts behind charges on the books, without their ledger lines."""
    from payments.models import Donation, Payment, PaymentStatus
    from tests.factories import NOON, CustomerFactory, make_newspaper

    campaign, customer = make_newspaper(), CustomerFactory.create()
    donations = Donation.objects.bulk_create(
        (
            Donation(
                entity=campaign.entity,
                campaign=campaign,
                fund=campaign.fund,
                customer=customer,
                frequency="once",
                currency="GBP",
                amount=amount,
                created_at=NOON,
            )
            for _, _, amount in charges
        ),
        batch_size=5000,
    )
    Payment.objects.bulk_create(
        (
            Payment(
                donation=donation,
                status=PaymentStatus.SUCCEEDED,
                stripe_id=intent,
                stripe_charge_id=charge,
                currency="GBP",
                amount=amount,
                created_at=NOON,
                succeeded_at=NOON,
            )
            for donation, (intent, charge, amount) in zip(donations, charges, strict=True)
        ),
        batch_size=5000,
    )


def _booking() -> None:
    from django.utils import timezone

    from payments.ledger.actions import Movement, book_movements
    from payments.models import LedgerEntry
    from tests.payments.snapshots import NOON, a_balance_transaction

    charges = [(f"pi_{n}", f"ch_{n}", 500 + n % 5000) for n in range(BOOKED)]
    _record(charges)

    def pages() -> Iterator[list[Movement]]:
        for start in range(0, BOOKED, _CHUNK):
            yield [
                Movement(
                    replace(
                        a_balance_transaction(f"txn_{charge}", amount, fee=35, source=charge),
                        created_at=NOON + timedelta(seconds=start),
                    )
                )
                for _, charge, amount in charges[start : start + _CHUNK]
            ]

    began = time.perf_counter()
    for page in pages():
        book_movements(page, now=timezone.now())
    taken = time.perf_counter() - began
    print(f"\nbooking {BOOKED:,} balance transactions          {taken:8.1f} s")
    print(f"per second                                    {BOOKED / taken:8,.0f}")
    print(f"ledger lines written                          {LedgerEntry.objects.count():8,d}")


if __name__ == "__main__":
    main()
