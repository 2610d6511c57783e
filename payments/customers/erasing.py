"""Forget who paid: the rows stay for the books and name nobody any more."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from payments.customers.models import Customer


@transaction.atomic
def forget_payers(party: UUID, *, now: datetime) -> set[str]:
    """Take names and addresses off a person's customers and their checkouts; returns those that were there.

    A payer that was forgotten stays so, whatever Stripe still says of them in a late event. Safe to repeat.
    """
    traces: set[str] = set()
    for customer in Customer.objects.select_for_update().filter(party=party).order_by("pk"):
        checkouts = customer.checkouts.all()
        traces.update(*checkouts.values_list("email", "name"))
        traces.update((customer.email, customer.name))
        checkouts.update(email="", name="")
        customer.email = customer.name = ""
        customer.erased_at = now
        customer.save(update_fields=["email", "name", "erased_at"])
    return {trace for trace in traces if trace}
