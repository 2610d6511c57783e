"""Tell a plan's story of each collection after its first."""

from collections.abc import Collection
from datetime import datetime

from payments.donations.models import Payment
from payments.plans.models import (
    PlanActor,
    PlanChange,
    PlanChangeKind,
    PlanStatus,
    RecurringPlan,
)


def note_renewals(payment_ids: Collection[int], *, now: datetime) -> None:
    """Write a change row for each of these payments that renewed a plan.

    Called once for a payment, in the transaction in which it settled. Nothing is announced: the payment itself was.
    """
    renewals = (
        Payment.objects.filter(pk__in=payment_ids, donation__plan__isnull=False)
        .exclude(donation__sequence=1)
        .select_related("donation")
        .order_by("pk")
    )
    PlanChange.objects.bulk_create(
        PlanChange(
            plan_id=payment.donation.plan_id,
            kind=PlanChangeKind.RENEWED,
            cause=f"payment {payment.reference}",
            after={"amount": payment.amount, "currency": payment.currency},
            made_at=payment.succeeded_at or now,
        )
        for payment in renewals
        if payment.donation.plan_id is not None
    )


def note_restarts(payment_ids: Collection[int], *, now: datetime) -> None:
    """Write on a person's plan that ended last that a new one, of which the first payment settled, carries it on.

    Called once it is known who paid. A plan that ended is begun again once.
    """
    begun = (
        Payment.objects.filter(
            pk__in=payment_ids, donation__plan__isnull=False, donation__sequence=1
        )
        .exclude(donation__customer__party=None)
        .select_related("donation__plan", "donation__customer")
        .order_by("pk")
    )
    for payment in begun:
        earlier = (
            RecurringPlan.objects.filter(
                customer__party=payment.donation.customer.party, status=PlanStatus.ENDED
            )
            .exclude(changes__kind=PlanChangeKind.RESTARTED)
            .order_by("-ended_at", "-id")
            .first()
        )
        if earlier is not None:
            PlanChange.objects.create(
                plan=earlier,
                kind=PlanChangeKind.RESTARTED,
                actor=PlanActor.READER,
                cause=f"plan {payment.donation.plan}",
                made_at=now,
            )
