"""Gifts that Stripe's peer collected, as finance sees them; and a file of very many."""

import os
import tracemalloc
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import stripe
from django.db.models import Sum
from pytest_django import Settings

from payments.finance.actions import ExportOrder, request_export
from payments.finance.gift_rows import GiftRow
from payments.finance.queries import register_rows
from payments.finance.register_totals import register_totals
from payments.finance.selections import GiftSelection
from payments.finance.tasks import write_exports
from payments.models import (
    Campaign,
    Donation,
    Export,
    ExportState,
    LedgerAccount,
    LedgerEntry,
    Payment,
    PaymentStatus,
)
from tests.factories import NOON, CustomerFactory, UserFactory
from tests.payments.stories import give
from tests.sandbox.client import SandboxAccount

ALL = GiftSelection(entity="courier")


def test_what_stripe_collected_is_in_the_register_and_ties_to_the_ledger(
    campaign: Campaign, sandbox: SandboxAccount, deliver: Callable[[], int]
) -> None:
    give(campaign, sandbox, amount=2500, fee_cover=0, attribution={"prompt": "autumn"})
    give(campaign, sandbox, frequency="monthly", browser_session="second")
    give(campaign, sandbox, currency="JPY", amount=3000, fee_cover=0, browser_session="third")
    deliver()
    payment = Payment.objects.get(amount=2500)
    peer = stripe.StripeClient(sandbox.key, base_addresses={"api": sandbox.api_base})
    peer.v1.refunds.create({"payment_intent": payment.stripe_id, "amount": 700})
    deliver()

    rows = [GiftRow._make(row) for row in register_rows(ALL)]

    assert sorted((row.kind, row.currency, row.amount) for row in rows) == [
        ("gift", "GBP", 1035),
        ("gift", "GBP", 2500),
        ("gift", "JPY", 3000),
        ("refund", "GBP", -700),
    ]
    assert {row.prompt for row in rows if row.gift_reference == payment.reference} == {"autumn"}
    totals = register_totals(ALL)
    assert totals.waiting_count == 0
    assert not totals.has_difference
    clearing = LedgerEntry.objects.filter(account=LedgerAccount.STRIPE_CLEARING)
    assert {total.currency: total.net for total in totals.settled} == dict(
        clearing.values_list("currency").annotate(Sum("amount")).order_by("currency")
    )


def _many_gifts(campaign: Campaign, count: int) -> None:
    customer = CustomerFactory.create()
    donations = Donation.objects.bulk_create(
        (
            Donation(
                entity=campaign.entity,
                campaign=campaign,
                fund=campaign.fund,
                customer=customer,
                frequency="once",
                currency="GBP",
                amount=1 + number % 9999,
                created_at=NOON,
            )
            for number in range(count)
        ),
        batch_size=5000,
    )
    Payment.objects.bulk_create(
        (
            Payment(
                donation=donation,
                status=PaymentStatus.SUCCEEDED,
                stripe_id=f"pi_{number}",
                stripe_charge_id=f"ch_{number}",
                currency="GBP",
                amount=donation.amount,
                created_at=NOON,
                succeeded_at=NOON + timedelta(seconds=number),
            )
            for number, donation in enumerate(donations)
        ),
        batch_size=5000,
    )


def _resident_bytes() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.deep
@pytest.mark.timeout(600)
def test_a_file_of_two_hundred_thousand_rows_takes_no_more_memory_than_a_small_one(
    campaign: Campaign, settings: Settings, tmp_path: Path
) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path)},
        },
    }
    _many_gifts(campaign, 200_000)
    order = ExportOrder("gift_register", "csv", {"entity": "courier"}, include_personal=True)
    request_export(UserFactory.create(), order, now=NOON)

    before = _resident_bytes()
    tracemalloc.start()
    write_exports()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    export = Export.objects.get()
    assert (export.state, export.row_count) == (ExportState.READY, 200_000)
    assert export.totals["amount_minor"] == {"GBP": sum(1 + n % 9999 for n in range(200_000))}
    assert export.size is not None
    assert export.size > 40_000_000
    # The file alone is three times as large; a few chunks of rows are in memory at a time.
    assert peak < 30_000_000
    assert _resident_bytes() - before < 60_000_000
