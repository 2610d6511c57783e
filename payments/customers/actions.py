"""Writes of customers: who pays, and which person the layer above says that is."""

import logging
from uuid import UUID

from django.db import IntegrityError, transaction

from payments.customers.models import Customer
from payments.entities.models import LegalEntity
from payments.gateway.snapshots import MethodSnapshot, PayerSnapshot

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
def assign_party(customer_id: int, *, party: UUID) -> None:
    """Say that the customer is `party`, the reference of a person in the layer above. Safe to repeat.

    A guest's customer never becomes the person's default: whoever typed the email may not be its owner, and a default
    is what later checkouts offer with its saved cards. A default that moves to another person (a merge) stays default
    only where that person has none in its entity and currency.
    """
    customer = Customer.objects.select_for_update().get(pk=customer_id)
    if customer.party == party:
        return
    if customer.party is not None:
        logger.info("Customer %s moves from party %s to %s.", customer, customer.party, party)
    customer.party = party
    try:
        with transaction.atomic():
            customer.save(update_fields=["party"])
    except IntegrityError:
        customer.is_default = False
        customer.save(update_fields=["party", "is_default"])


def note_payer(customer: Customer, payer: PayerSnapshot) -> None:
    """Fill what is still unknown about a payer from Stripe's words; what the payer typed stays.

    The caller holds the customer's row lock and is inside its transaction.
    """
    before = (customer.stripe_id, customer.email, customer.name, customer.country)
    if payer.customer_id and payer.customer_id != customer.stripe_id:
        if customer.stripe_id or Customer.objects.filter(stripe_id=payer.customer_id).exists():
            logger.warning("Customer %s paid as another Stripe customer.", customer)
        else:
            customer.stripe_id = payer.customer_id
    customer.email = customer.email or payer.email
    customer.name = customer.name or payer.name
    customer.country = customer.country or payer.country
    if before != (customer.stripe_id, customer.email, customer.name, customer.country):
        customer.save(update_fields=["stripe_id", "email", "name", "country"])


def note_card(customer: Customer, method: MethodSnapshot) -> None:
    """Remember the card of the customer's latest payment, for "•••• 4242" and for expiry letters."""
    card = (method.card_brand, method.card_last4, method.card_expires_on)
    if card != (customer.card_brand, customer.card_last4, customer.card_expires_on):
        customer.card_brand, customer.card_last4, customer.card_expires_on = card
        customer.save(update_fields=["card_brand", "card_last4", "card_expires_on"])
