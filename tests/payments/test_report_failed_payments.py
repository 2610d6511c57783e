"""Failed payments: what became of each, and how many were recovered in time, worked out by hand."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from payments.finance.failures import FailureSelection, failed_payments
from payments.finance.links import report_address
from payments.finance.measures.recovery import recoveries
from payments.finance.tables.failed_payments import FAILED_PAYMENTS
from payments.models import (
    Campaign,
    Payment,
    PaymentAttempt,
    PaymentStatus,
    PlanChange,
    RecurringPlan,
)
from payments.plans.models import PlanChangeKind
from tests.factories import CustomerFactory, DonationFactory, PaymentFactory
from tests.payments.admin_pages import as_role

# `retry` is when Stripe was to try again; times as month-day, or with an hour.
BOOK = """
    amount currency failed   tries retry     settled     what        outcome   by         days
      1000 GBP      10-01        1 10-04     10-04       -           recovered retry         3
      2000 GBP      10-02        2 10-14     10-12       new_card    recovered new_method   10
       500 GBP      10-03        1 10-06     10-03T17    -           recovered supporter     0
       700 GBP      10-04        4 -         -           ended       lost      -             -
       900 GBP      10-05        4 11-01     11-01       -           recovered retry        27
      1200 USD      10-06        1 -         -           cancelled   lost      -             -
       300 GBP      10-07        3 -         -           went_on     lost      -             -
      1500 GBP      11-25        1 11-28     -           -           open      -             -
"""
EVERYTHING = {"entity": "courier"}
ALL = FailureSelection("courier")


def _at(text: str) -> datetime | None:
    if text == "-":
        return None
    day, _, hour = text.partition("T")
    return datetime.fromisoformat(f"2026-{day}T{hour or '12'}:00").replace(tzinfo=UTC)


def _lines() -> list[dict[str, str]]:
    names, *lines = (line.split() for line in BOOK.strip().splitlines())
    return [dict(zip(names, line, strict=True)) for line in lines]


@pytest.fixture
def book(campaign: Campaign) -> Campaign:
    for number, line in enumerate(_lines()):
        _write(campaign, number, line)
    return campaign


def _write(campaign: Campaign, number: int, line: dict[str, str]) -> None:
    failed_at, settled_at = _at(line["failed"]), _at(line["settled"])
    assert failed_at
    is_ended = line["what"] == "ended"
    plan = RecurringPlan.objects.create(
        entity=campaign.entity,
        campaign=campaign,
        customer=CustomerFactory.create(currency=line["currency"]),
        stripe_id=f"sub_{number}",
        status="ended" if is_ended else "active",
        frequency="monthly",
        currency=line["currency"],
        amount=int(line["amount"]),
        started_at=failed_at - timedelta(days=90),
        ended_at=failed_at + timedelta(days=21) if is_ended else None,
    )
    payment = _payment(
        plan,
        2,
        status=_status(line),
        succeeded_at=settled_at,
        first_failed_at=failed_at,
        failed_at=failed_at,
        decline_code="insufficient_funds",
    )
    for attempt in range(int(line["tries"])):
        PaymentAttempt.objects.create(
            payment=payment,
            stripe_invoice_id=f"in_{number}",
            number=attempt + 1,
            outcome="failed",
            next_attempt_at=_at(line["retry"]),
            made_at=failed_at,
        )
    if line["what"] == "new_card" and settled_at:
        # The payment that the new card made was heard of first.
        PlanChange.objects.create(
            plan=plan, kind=PlanChangeKind.CARD, cause="test", made_at=settled_at + timedelta(minutes=2)
        )  # fmt: skip
    if line["what"] == "went_on":
        _payment(plan, 3, succeeded_at=failed_at + timedelta(days=30))


def _payment(plan: RecurringPlan, sequence: int, **fields: Any) -> Payment:
    return PaymentFactory.create(
        donation=DonationFactory.create(
            campaign=plan.campaign,
            plan=plan,
            customer=plan.customer,
            frequency="monthly",
            sequence=sequence,
            currency=plan.currency,
            amount=plan.amount,
        ),
        **fields,
    )


def _status(line: dict[str, str]) -> PaymentStatus:
    if line["settled"] != "-":
        return PaymentStatus.SUCCEEDED
    return PaymentStatus.CANCELED if line["what"] == "cancelled" else PaymentStatus.FAILED


def test_what_became_of_each_is_as_worked_out_by_hand(book: Campaign) -> None:
    told = [
        (
            each.failure.amount,
            each.attempt_count,
            each.failure.outcome.value,
            each.failure.recovered_by.value if each.failure.recovered_by else "-",
            "-" if each.failure.days is None else str(each.failure.days),
        )
        for each in failed_payments(ALL)
    ]

    assert told == [
        (int(line["amount"]), int(line["tries"]), line["outcome"], line["by"], line["days"])
        for line in _lines()
    ]


def test_recovery_counts_what_is_old_enough_to_tell(book: Campaign) -> None:
    now = datetime(2026, 11, 30, 12, tzinfo=UTC)

    told = [
        (each.currency, each.days, each.recovered_count, each.failed_count, each.recovered)
        for each in recoveries([each.failure for each in failed_payments(ALL)], now)
    ]

    # The pounds' six old ones are £54.00; the one of 25 November is five days old and in none.
    assert told == [
        ("GBP", 7, 2, 6, 1500),
        ("GBP", 14, 3, 6, 3500),
        ("GBP", 28, 4, 6, 4400),
        ("USD", 7, 0, 1, 0),
        ("USD", 14, 0, 1, 0),
        ("USD", 28, 0, 1, 0),
    ]
    first = recoveries([each.failure for each in failed_payments(ALL)], now)[0]
    assert (first.share, first.share_of_amount) == (Fraction(1, 3), Fraction(1500, 5400))


def test_what_failed_is_what_was_recovered_is_tried_or_lost(book: Campaign) -> None:
    sums = FAILED_PAYMENTS.figures(EVERYTHING).sums

    assert sums["failed_minor"] == {"GBP": 6900, "USD": 1200}
    assert sums["recovered_minor"] == {"GBP": 4400, "USD": 0}
    assert sums["still_tried_minor"] == {"GBP": 1500, "USD": 0}
    assert sums["lost_minor"] == {"GBP": 1000, "USD": 1200}


@pytest.mark.parametrize(
    ("narrowed", "amounts"),
    [
        ({"first": "2026-11-01"}, [1500]),
        ({"last": "2026-10-02"}, [1000, 2000]),
        ({"currency": "USD"}, [1200]),
        ({"outcome": "open"}, [1500]),
    ],
)
def test_filters_narrow_by_the_day_of_the_first_failure(
    book: Campaign, narrowed: dict[str, str], amounts: list[int]
) -> None:
    selection = FailureSelection.from_filters({**EVERYTHING, **narrowed})

    assert [each.failure.amount for each in failed_payments(selection)] == amounts


def test_a_first_payment_that_is_refused_is_no_collection(campaign: Campaign) -> None:
    at = datetime(2026, 10, 1, tzinfo=UTC)
    PaymentFactory.create(donation__campaign=campaign, first_failed_at=at, failed_at=at)

    assert list(failed_payments(ALL)) == []


def test_the_page_tells_the_recovery_with_few_statements(
    book: Campaign, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    signed_in = as_role(client, "finance")
    with django_assert_max_num_queries(24):
        page = signed_in.get(report_address("failed_payments", EVERYTHING))

    words = page.content.decode()
    assert "Recovered in time" in words
    assert "A new payment method" in words
