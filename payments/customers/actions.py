"""Writes of customers: who pays, and which person the layer above says that is."""

import logging
from collections.abc import Mapping
from uuid import UUID

from django.db import IntegrityError, transaction

from payments.customers.models import Customer
from payments.entities.models import LegalEntity
from payments.events import parties_changed
from payments.gateway.snapshots import PayerSnapshot

logger = logging.getLogger(__name__)


@transaction.atomic
def customer_for(
    payer: PayerSnapshot, *, entity: LegalEntity, currency: str, party: UUID | None
) -> Customer:
    """Return the payer of a new checkout: a proven person's own customer, else a new row.

    `party` is given only for someone who is signed in. A guest's typed email proves nothing, so it never finds
    another payer's row. Safe to race: the unique key lets one default win, and the loser returns it.
    """
    facts = {"email": payer.email, "name": payer.name, "country": payer.country}
    if party is None:
        return Customer.objects.create(entity=entity, currency=currency, **facts)
    own = {"party": party, "entity": entity, "currency": currency, "is_default": True}
    found = Customer.objects.filter(**own).first()
    if found is not None:
        return found
    try:
        with transaction.atomic():
            return Customer.objects.create(**own, **facts)
    except IntegrityError:
        return Customer.objects.get(**own)


@transaction.atomic
def forget_stripe_customer(customer_id: int) -> None:
    """Note that Stripe knows this payer no longer; the next payment brings a new Stripe customer. Safe to repeat."""
    customer = Customer.objects.select_for_update().get(pk=customer_id)
    logger.warning("Customer %s is gone at Stripe.", customer)
    customer.stripe_id = None
    customer.save(update_fields=["stripe_id"])


@transaction.atomic
def assign_party(customer_id: int, *, party: UUID) -> None:
    """Say that the customer is `party`, the reference of a person in the layer above. Safe to repeat.

    A guest's customer never becomes the person's default: whoever typed the email may not be its owner, and a default
    is what later checkouts offer with its saved cards. A default that moves to another person (a merge) stays default
    only where that person has none in its entity and currency. Announces `parties_changed`.
    """
    customer = Customer.objects.select_for_update().get(pk=customer_id)
    if customer.party == party:
        return
    if customer.party is not None:
        logger.info("Customer %s moves from party %s to %s.", customer, customer.party, party)
    was, customer.party = customer.party, party
    try:
        with transaction.atomic():
            customer.save(update_fields=["party"])
    except IntegrityError:
        customer.is_default = False
        customer.save(update_fields=["party", "is_default"])
    parties_changed.send(sender=Customer, was={customer.pk: was})


@transaction.atomic
def assign_parties(parties: Mapping[int, UUID]) -> None:
    """Say who many customers are, by id; see `assign_party`. Safe to repeat."""
    customers = Customer.objects.select_for_update().filter(pk__in=parties).order_by("pk")
    changed = [customer for customer in customers if customer.party != parties[customer.pk]]
    guests = [customer for customer in changed if customer.party is None]
    for customer in guests:
        customer.party = parties[customer.pk]
    Customer.objects.bulk_update(guests, ["party"])
    if guests:
        parties_changed.send(sender=Customer, was={customer.pk: None for customer in guests})
    for customer in changed:
        if customer not in guests:
            assign_party(customer.pk, party=parties[customer.pk])
