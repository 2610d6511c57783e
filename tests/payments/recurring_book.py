"""Two years of a small newspaper's recurring gifts, by hand: what happened on the 15th of which month."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from payments.models import Campaign, PlanActor, PlanChange, RecurringPlan
from payments.plans.models import PlanChangeKind
from tests.factories import CustomerFactory

# Amounts in minor units; `stop` is a person's word, `lose` Stripe's after the last try.
BOOK = """
    gift person currency month    what
    A    ann    GBP      2025-01  begin monthly 1000
    A    ann    GBP      2025-06  amount 1500
    B    ben    GBP      2025-02  begin yearly 12000
    B    ben    GBP      2026-02  lose
    C    cat    GBP      2025-03  begin monthly 500
    C    cat    GBP      2025-05  pause
    C    cat    GBP      2025-08  resume
    C    cat    GBP      2025-11  stop
    D    cat    GBP      2026-03  begin monthly 700
    E    dan    GBP      2025-04  begin yearly 10000
    E    dan    GBP      2026-04  amount 5000
    F    eve    USD      2025-07  begin monthly 1200
    F    eve    USD      2026-09  turn yearly 14400
    F    eve    USD      2026-12  stop
    G    ben    GBP      2026-03  begin monthly 2000
    G    ben    GBP      2026-03  amount 2500
"""

_KINDS = {
    "begin": PlanChangeKind.STARTED,
    "amount": PlanChangeKind.AMOUNT,
    "turn": PlanChangeKind.FREQUENCY,
    "pause": PlanChangeKind.PAUSED,
    "resume": PlanChangeKind.RESUMED,
    "stop": PlanChangeKind.ENDED,
    "lose": PlanChangeKind.ENDED,
}


def party(person: str) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_DNS, person)


def write_book(campaign: Campaign) -> None:
    """Put the book into the database as it would have been recorded."""
    for gift, lines in _gifts():
        person, currency = lines[0][0], lines[0][1]
        fields: dict[str, Any] = {}
        changes = []
        ended_at = None
        for _, _, at, words in lines:
            after = _after(words, currency)
            before = {name: fields[name] for name in after if name in fields}
            fields |= after
            is_stripe = words[0] == "lose"
            ended_at = at if words[0] in ("stop", "lose") else ended_at
            changes.append(
                PlanChange(
                    kind=_KINDS[words[0]],
                    actor=PlanActor.STRIPE if is_stripe else PlanActor.READER,
                    cause="book",
                    reason="payment_failed" if is_stripe else "",
                    before=before,
                    after=after,
                    made_at=at,
                )
            )
        plan = RecurringPlan.objects.create(
            entity=campaign.entity,
            campaign=campaign,
            customer=CustomerFactory.create(currency=currency, party=party(person)),
            stripe_id=f"sub_{gift}",
            started_at=lines[0][2],
            ended_at=ended_at,
            **fields,
        )
        for change in changes:
            change.plan = plan
        PlanChange.objects.bulk_create(changes)


def _gifts() -> Iterator[tuple[str, list[tuple[str, str, datetime, list[str]]]]]:
    gifts: dict[str, list[tuple[str, str, datetime, list[str]]]] = {}
    for line in BOOK.strip().splitlines()[1:]:
        gift, person, currency, month, *words = line.split()
        at = datetime.fromisoformat(f"{month}-15T12:00").replace(tzinfo=UTC)
        gifts.setdefault(gift, []).append((person, currency, at, words))
    yield from gifts.items()


def _after(words: list[str], currency: str) -> dict[str, Any]:
    match words:
        case ["begin", frequency, amount]:
            return {
                "status": "active",
                "frequency": frequency,
                "currency": currency,
                "amount": int(amount),
                "fee_cover": 0,
            }
        case ["amount", amount]:
            return {"amount": int(amount)}
        case ["turn", frequency, amount]:
            return {"frequency": frequency, "amount": int(amount)}
        case ["pause"]:
            return {"status": "paused"}
        case ["resume"]:
            return {"status": "active"}
        case _:
            return {"status": "ended"}
