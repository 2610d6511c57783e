"""Find or write the donation that a payment collects."""

import logging
from datetime import datetime

from django.db.models import Max

from payments.campaigns.models import Frequency
from payments.checkouts.models import Checkout
from payments.donations.models import Donation, Payment
from payments.gateway.snapshots import PaymentSnapshot
from payments.plans.models import RecurringPlan
from payments.plans.origin import split_total

logger = logging.getLogger(__name__)


def gift_of_checkout(snapshot: PaymentSnapshot, checkout: Checkout) -> Donation:
    """Return the one donation of a one-off checkout. The caller holds the checkout's lock."""
    found = Donation.objects.filter(checkout=checkout, plan=None).first()
    if found is not None:
        return found
    if (snapshot.amount, snapshot.currency) != (checkout.total, checkout.currency):
        logger.warning("Checkout %s was charged otherwise than it asked.", checkout)
    return _write(snapshot, checkout, Frequency.ONCE, snapshot.created_at)


def gift_of_plan(snapshot: PaymentSnapshot, plan: RecurringPlan) -> Donation:
    """Return the donation that an invoice of a plan collects. The caller holds the plan's lock.

    A second intent for one invoice pays the same donation. Only the plan's first invoice belongs to its checkout.
    """
    invoice = snapshot.invoice
    if invoice is None:
        raise ValueError("A plan's payment comes with its invoice.")
    earlier = (
        Payment.objects.filter(stripe_invoice_id=invoice.id).select_related("donation").first()
    )
    if earlier is not None:
        return earlier.donation
    donation = _write(
        snapshot,
        plan.checkout if invoice.billing_reason == "subscription_create" else None,
        Frequency(plan.frequency),
        invoice.created_at,
        plan=plan,
    )
    logger.info("Donation %s is no. %d of plan %s.", donation, donation.sequence, plan)
    return donation


def _write(
    snapshot: PaymentSnapshot,
    checkout: Checkout | None,
    frequency: Frequency,
    created_at: datetime,
    *,
    plan: RecurringPlan | None = None,
) -> Donation:
    origin = plan.checkout if plan is not None else checkout
    source = plan or checkout
    if source is None:
        raise ValueError("A donation comes from a plan or from a checkout.")
    amount, fee_cover = split_total(snapshot.amount, origin)
    return Donation.objects.create(
        entity_id=source.campaign.entity_id,
        campaign=source.campaign,
        fund_id=source.campaign.fund_id,
        customer_id=source.customer_id,
        checkout=checkout,
        plan=plan,
        frequency=frequency,
        sequence=1 if plan is None else _make_room(plan, created_at),
        currency=snapshot.currency,
        amount=amount,
        fee_cover=fee_cover,
        attribution=origin.attribution if origin is not None else {},
        created_at=created_at,
    )


def _make_room(plan: RecurringPlan, created_at: datetime) -> int:
    """Return the sequence number of a collection made at `created_at`, moving later ones up by one.

    Collections are numbered in the order in which Stripe made their invoices, so that one whose event was lost and
    replayed takes its own place. Highest first, because the unique key holds at every step.
    """
    later = Donation.objects.filter(plan=plan, created_at__gt=created_at).order_by("-sequence")
    moved = list(later)
    for donation in moved:
        donation.sequence += 1
        donation.save(update_fields=["sequence"])
    if moved:
        return moved[-1].sequence - 1
    last = Donation.objects.filter(plan=plan).aggregate(last=Max("sequence"))["last"]
    return int(last or 0) + 1
