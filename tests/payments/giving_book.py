"""Four years of what a few people gave, by hand."""

import uuid
from datetime import UTC, datetime

from payments.models import Campaign, PaymentStatus
from tests.factories import CustomerFactory, DonationFactory, PaymentFactory

# In minor units, with what went back of it.
BOOK = """
    person day        currency given back
    ann    2023-05-10 GBP       1000    0
    ann    2024-03-10 GBP       1500    0
    ann    2025-02-10 GBP       1500    0
    ben    2023-06-10 GBP       2000    0
    ben    2025-07-10 GBP       3000    0
    cat    2024-01-10 GBP        500    0
    cat    2024-09-10 GBP        700    0
    dan    2022-12-10 GBP       5000    0
    eve    2024-06-10 USD       4000    0
    eve    2025-06-10 GBP       2500    0
    fay    2024-11-10 GBP        900  900
    gus    2025-03-10 GBP        100    0
    hal    2024-04-10 GBP       3000 1000
    hal    2025-04-10 GBP       1800    0
    -      2025-05-10 GBP        999    0
"""


def write_giving(campaign: Campaign) -> None:
    """Put the book into the database as it would have been recorded."""
    for line in BOOK.strip().splitlines()[1:]:
        person, day, currency, given, back = line.split()
        give(campaign, person, f"{day}T12:00", int(given), currency=currency, back=int(back))


def giver(person: str) -> uuid.UUID | None:
    return None if person == "-" else uuid.uuid5(uuid.NAMESPACE_DNS, person)


def give(
    campaign: Campaign, person: str, at: str, amount: int, *, currency: str = "GBP", back: int = 0
) -> None:
    # Each gift by a customer of its own, as a guest's is: only the party says who it is.
    customer = CustomerFactory.create(
        party=giver(person), currency=currency, email=f"{person}@example.org"
    )
    PaymentFactory.create(
        donation=DonationFactory.create(
            campaign=campaign, customer=customer, currency=currency, amount=amount
        ),
        status=PaymentStatus.REFUNDED if back == amount else PaymentStatus.SUCCEEDED,
        refunded_amount=back,
        succeeded_at=datetime.fromisoformat(at).replace(tzinfo=UTC),
    )
