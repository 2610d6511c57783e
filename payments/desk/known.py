"""What the books and letters hold about a disputed payment and its payer. Reads only."""

from collections.abc import Sequence

from payments.checkouts.models import Checkout
from payments.donations.models import Dispute, Payment
from payments.finance.providers import PayerAct, SentLetter, acts_of, letters_to
from payments.plans.models import PlanActor, PlanChange

_MOST = 100


def agreed_checkout(payment: Payment) -> Checkout | None:
    """Return the checkout on whose page the payer agreed to a mandate; None where there was none."""
    plan = payment.donation.plan
    checkout = plan.checkout if plan else payment.donation.checkout
    return checkout if checkout is not None and checkout.mandate_terms else None


def earlier_payments(dispute: Dispute) -> list[Payment]:
    """Return what the same payer gave before without a dispute, oldest first, the latest hundred."""
    customer = dispute.payment.donation.customer
    same = (
        {"donation__customer__party": customer.party}
        if customer.party
        else {"donation__customer": customer}
    )
    found = (
        Payment.objects.filter(
            **same, status__in=Payment.SETTLED, created_at__lt=dispute.created_at
        )
        .exclude(pk=dispute.payment_id)
        .exclude(disputes__isnull=False)
        .order_by("-succeeded_at", "-id")[:_MOST]
    )
    return list(reversed(found))


def letters_before(dispute: Dispute) -> Sequence[SentLetter]:
    """Return the letters sent to the payer until the dispute was last heard of, oldest first."""
    party = dispute.payment.donation.customer.party
    return letters_to(party, until=dispute.changed_at) if party else ()


def acts_before(dispute: Dispute) -> Sequence[PayerAct]:
    """Return what the payer did on the site until the dispute was last heard of, oldest first."""
    party = dispute.payment.donation.customer.party
    return acts_of(party, until=dispute.changed_at) if party else ()


def own_changes(dispute: Dispute) -> list[PlanChange]:
    """Return what the payer changed of the recurring gift, oldest first, the latest hundred."""
    plan = dispute.payment.donation.plan
    if plan is None:
        return []
    changes = plan.changes.filter(actor=PlanActor.READER, made_at__lt=dispute.changed_at)
    return list(reversed(changes.order_by("-made_at", "-id")[:_MOST]))
