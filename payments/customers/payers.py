"""What Stripe says of payers, written down for several of them at once."""

import logging
from collections.abc import Collection, Iterable

from django.db import transaction

from payments.customers.models import Customer
from payments.events import card_changed
from payments.gateway.snapshots import CardSnapshot, MethodSnapshot, PayerSnapshot

logger = logging.getLogger(__name__)

_CARD = ("card_brand", "card_last4", "card_expires_on", "card_stripe_id")
_FACTS = ("stripe_id", "email", "name", "country", *_CARD)


class Payers:
    """Customers whose rows stay locked until the caller's transaction ends; `save` writes what changed."""

    def __init__(self, customer_ids: Collection[int], payers: Iterable[PayerSnapshot]) -> None:
        customers = Customer.objects.select_for_update().filter(pk__in=customer_ids).order_by("pk")
        self._customers = {customer.pk: customer for customer in customers}
        self._before = {pk: _facts(customer) for pk, customer in self._customers.items()}
        named = {payer.customer_id for payer in payers if payer.customer_id}
        self._taken = {each.stripe_id for each in self._customers.values() if each.stripe_id}
        strangers = Customer.objects.filter(stripe_id__in=named - self._taken)
        self._taken.update(str(each) for each in strangers.values_list("stripe_id", flat=True))

    def note_payer(self, customer_id: int, payer: PayerSnapshot) -> None:
        """Fill what is still unknown about a payer from Stripe's words; what the payer typed stays."""
        customer = self._customers[customer_id]
        if payer.customer_id and payer.customer_id != customer.stripe_id:
            if customer.stripe_id or payer.customer_id in self._taken:
                logger.warning("Customer %s paid as another Stripe customer.", customer)
            else:
                customer.stripe_id = payer.customer_id
                self._taken.add(payer.customer_id)
        if customer.erased_at is not None:
            return
        customer.email = customer.email or payer.email
        customer.name = customer.name or payer.name
        customer.country = customer.country or payer.country

    def note_card(self, customer_id: int, method: MethodSnapshot) -> None:
        """Remember the card of the customer's latest payment, for "•••• 4242" and for expiry letters."""
        customer = self._customers[customer_id]
        customer.card_brand, customer.card_last4 = method.card_brand, method.card_last4
        customer.card_expires_on = method.card_expires_on
        customer.card_stripe_id = method.id

    def save(self) -> None:
        """Write the customers that changed; announces `card_changed` for those with another card."""
        others = []
        for pk, customer in self._customers.items():
            if _facts(customer) != (before := self._before[pk]):
                customer.save(update_fields=_FACTS)
            if _facts(customer)[-len(_CARD) :] != before[-len(_CARD) :]:
                others.append(pk)
        if others:
            card_changed.send(sender=Customer, customer_ids=others)


@transaction.atomic
def record_card(snapshot: CardSnapshot) -> Customer | None:
    """Note what a bank changed on a card on file; None where it is not the one that a customer of ours pays with.

    Nobody is written to: the gift goes on by itself, and that is the point of it. Safe to repeat.
    """
    known = Customer.objects.filter(
        stripe_id=snapshot.customer_id, card_stripe_id__in=["", snapshot.method.id]
    ).first()
    if snapshot.customer_id is None or known is None:
        return None
    payers = Payers([known.pk], [])
    payers.note_card(known.pk, snapshot.method)
    payers.save()
    return known


def _facts(customer: Customer) -> tuple[object, ...]:
    return tuple(getattr(customer, name) for name in _FACTS)
