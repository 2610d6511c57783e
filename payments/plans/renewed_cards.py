"""What a bank changed on the card that a standing gift is collected from."""

from django.db import transaction

from payments.customers.models import Customer
from payments.events import card_changed
from payments.gateway.snapshots import CardSnapshot
from payments.plans.models import RecurringPlan


@transaction.atomic
def note_card(snapshot: CardSnapshot) -> int:
    """Copy a card's new number and date to the plans that it pays; returns how many. Safe to repeat.

    Announces `card_changed`. No PlanChange is written: nobody changed the gift, and it goes on as it was.
    """
    method = snapshot.method
    plans = RecurringPlan.objects.filter(payment_method_id=method.id)
    customers = sorted(plans.values_list("customer_id", flat=True))
    if customers:
        plans.update(
            card_brand=method.card_brand,
            card_last4=method.card_last4,
            card_expires_on=method.card_expires_on,
        )
        card_changed.send(sender=Customer, customer_ids=customers)
    return len(customers)
