"""Collections that failed, by hand, and what became of each."""

from datetime import UTC, datetime, timedelta
from typing import Any

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

# The code of the last decline by what became of it; the others' is the usual one.
CODES = {"new_card": "expired_card", "ended": "expired_card", "cancelled": ""}


def write_failures(campaign: Campaign) -> None:
    """Put the book into the database as it would have been recorded."""
    for number, line in enumerate(failure_lines()):
        _write(campaign, number, line)


def _at(text: str) -> datetime | None:
    if text == "-":
        return None
    day, _, hour = text.partition("T")
    return datetime.fromisoformat(f"2026-{day}T{hour or '12'}:00").replace(tzinfo=UTC)


def failure_lines() -> list[dict[str, str]]:
    names, *lines = (line.split() for line in BOOK.strip().splitlines())
    return [dict(zip(names, line, strict=True)) for line in lines]


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
        decline_code=CODES.get(line["what"], "insufficient_funds"),
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
