"""Find or prepare the donations that payments collect."""

import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from payments.campaigns.models import Frequency
from payments.checkouts.models import Checkout
from payments.donations.models import Donation, Payment
from payments.donations.sequence import last_collections, make_room
from payments.errors import PlanUnknown
from payments.gateway.snapshots import InvoiceSnapshot, PaymentSnapshot
from payments.plans.models import RecurringPlan
from payments.plans.origin import lock_origins, origin_of, split_total

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ground:
    """The locked rows on which payments are recorded, by Stripe's ids and the checkouts' references."""

    checkouts: dict[UUID, Checkout]
    plans: dict[str, RecurringPlan]
    payments: dict[str, Payment]


def lock_ground(snapshots: Collection[PaymentSnapshot]) -> Ground:
    """Take the locks in their order: checkouts, plans, then payments."""
    checkouts = lock_origins(metadata_of(snapshot) for snapshot in snapshots)
    plan_ids = {snapshot.invoice.subscription_id for snapshot in snapshots if snapshot.invoice}
    plans = (
        RecurringPlan.objects.select_for_update(of=("self",))
        .select_related("campaign__entity", "checkout")
        .filter(stripe_id__in=plan_ids)
        .order_by("pk")
    )
    payments = (
        Payment.objects.select_for_update(of=("self",))
        .select_related("donation__entity")
        .filter(stripe_id__in={snapshot.id for snapshot in snapshots})
        .order_by("pk")
    )
    return Ground(
        checkouts,
        {plan.stripe_id: plan for plan in plans} if plan_ids else {},
        {payment.stripe_id: payment for payment in payments},
    )


def metadata_of(snapshot: PaymentSnapshot) -> dict[str, str]:
    """Return what our checkout wrote on the payment, or on the subscription behind it."""
    return snapshot.metadata if snapshot.invoice is None else snapshot.invoice.metadata


def gifts_of(snapshots: Collection[PaymentSnapshot], ground: Ground) -> dict[str, Donation]:
    """Return the donation of each payment that is ours, by the payment's id; new ones are still to be inserted.

    A one-off checkout has one donation. An invoice of a plan has one as well, which a second intent for it pays too.
    No two snapshots may collect from one checkout or plan.
    """
    of_checkouts = [each for each in snapshots if each.invoice is None]
    of_plans = [(each, each.invoice) for each in snapshots if each.invoice is not None]
    return {**_of_checkouts(of_checkouts, ground), **_of_plans(of_plans, ground)}


def _of_checkouts(snapshots: list[PaymentSnapshot], ground: Ground) -> dict[str, Donation]:
    gifts = {
        each.id: ground.payments[each.id].donation
        for each in snapshots
        if each.id in ground.payments
    }
    origins = {
        each.id: checkout
        for each in snapshots
        if each.id not in gifts and (checkout := _origin(each, ground))
    }
    if not origins:
        return gifts
    known = Donation.objects.select_related("entity").filter(
        checkout__in=origins.values(), plan=None
    )
    by_checkout = {donation.checkout_id: donation for donation in known}
    for each in snapshots:
        checkout = origins.get(each.id)
        if checkout is None:
            continue
        found = by_checkout.get(checkout.pk)
        if found is None and (each.amount, each.currency) != (checkout.total, checkout.currency):
            logger.warning("Checkout %s was charged otherwise than it asked.", checkout)
        gifts[each.id] = found or _prepare(each, checkout, Frequency.ONCE, each.created_at)
    return gifts


def _of_plans(
    snapshots: list[tuple[PaymentSnapshot, InvoiceSnapshot]], ground: Ground
) -> dict[str, Donation]:
    ours = []
    for snapshot, invoice in snapshots:
        plan = ground.plans.get(invoice.subscription_id)
        if plan is not None:
            ours.append((snapshot, invoice, plan))
        elif checkout := _origin(snapshot, ground):
            raise PlanUnknown(f"Checkout {checkout} was paid by a subscription without a plan.")
    if not ours:
        return {}
    earlier = Payment.objects.select_related("donation__entity").filter(
        stripe_invoice_id__in=[invoice.id for _, invoice, _ in ours]
    )
    by_invoice = {payment.stripe_invoice_id: payment.donation for payment in earlier}
    last = last_collections(plan for _, _, plan in ours)
    gifts = {}
    for snapshot, invoice, plan in ours:
        gift = by_invoice.get(invoice.id)
        if gift is None:
            first = plan.checkout if invoice.billing_reason == "subscription_create" else None
            gift = _prepare(
                snapshot, first, Frequency(plan.frequency), invoice.created_at, plan=plan
            )
            sequence, made_at = last.get(plan.pk, (0, invoice.created_at))
            gift.sequence = sequence + 1
            if made_at > invoice.created_at:
                gift.sequence = make_room(plan, invoice.created_at)
            logger.info("Donation %s is no. %d of plan %s.", gift, gift.sequence, plan)
        gifts[snapshot.id] = gift
    return gifts


def _origin(snapshot: PaymentSnapshot, ground: Ground) -> Checkout | None:
    reference = origin_of(metadata_of(snapshot))
    return ground.checkouts.get(reference) if reference else None


def _prepare(
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
    return Donation(
        entity=source.campaign.entity,
        campaign=source.campaign,
        fund_id=source.campaign.fund_id,
        customer_id=source.customer_id,
        checkout=checkout,
        plan=plan,
        frequency=frequency,
        currency=snapshot.currency,
        amount=amount,
        fee_cover=fee_cover,
        attribution=origin.attribution if origin is not None else {},
        created_at=created_at,
    )
