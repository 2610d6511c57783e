"""Payments of readers, single and standing, for tests of who they are and what they are shown."""

from datetime import timedelta
from uuid import uuid4

from membership.models import Supporter
from membership.supporters.actions import claim_supporter, refresh_due_statuses
from membership.supporters.attaching import attach_payment
from payments.models import Frequency, Payment, PlanStatus, RecurringPlan
from tests.factories import (
    NOON,
    CampaignFactory,
    CheckoutFactory,
    CustomerFactory,
    PaymentFactory,
    UserFactory,
)

DAY = timedelta(days=1)


def paid(email: str = "reader@example.org", **fields: object) -> Payment:
    """A settled single gift through a checkout of its own."""
    customer = CustomerFactory.create(email=email)
    checkout = CheckoutFactory.create(customer=customer, email=email, name="A Reader", country="GB")
    return PaymentFactory.create(donation__customer=customer, donation__checkout=checkout, **fields)


def recurring_payment() -> Payment:
    """The first collection of a monthly gift that goes on."""
    campaign = CampaignFactory.create()
    plan = RecurringPlan.objects.create(
        entity=campaign.entity,
        campaign=campaign,
        customer=CustomerFactory.create(entity=campaign.entity),
        stripe_id=f"sub_{uuid4().hex}",
        status=PlanStatus.ACTIVE,
        frequency=Frequency.MONTHLY,
        currency="GBP",
        amount=500,
        started_at=NOON,
        current_period_end_at=NOON + 30 * DAY,
    )
    return PaymentFactory.create(
        donation__plan=plan, donation__customer=plan.customer, donation__frequency=plan.frequency
    )


def signed_in_giver(payment: Payment) -> Supporter:
    """The supporter of a payment after proving the address, with a status that is up to date."""
    supporter = attach_payment(payment.pk, now=NOON)
    claimed = claim_supporter(UserFactory.create(email=supporter.email), now=NOON)
    refresh_due_statuses(limit=9, now=NOON)
    claimed.refresh_from_db()
    return claimed
