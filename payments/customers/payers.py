"""What Stripe says of payers, written down for several of them at once."""

import logging
from collections.abc import Collection, Iterable

from payments.customers.models import Customer
from payments.gateway.snapshots import MethodSnapshot, PayerSnapshot

logger = logging.getLogger(__name__)

_FACTS = (
    "stripe_id", "email", "name", "country", "card_brand", "card_last4", "card_expires_on",
)  # fmt: skip


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
        customer.email = customer.email or payer.email
        customer.name = customer.name or payer.name
        customer.country = customer.country or payer.country

    def note_card(self, customer_id: int, method: MethodSnapshot) -> None:
        """Remember the card of the customer's latest payment, for "•••• 4242" and for expiry letters."""
        customer = self._customers[customer_id]
        customer.card_brand, customer.card_last4 = method.card_brand, method.card_last4
        customer.card_expires_on = method.card_expires_on

    def save(self) -> None:
        """Write the customers that changed."""
        for pk, customer in self._customers.items():
            if _facts(customer) != self._before[pk]:
                customer.save(update_fields=_FACTS)


def _facts(customer: Customer) -> tuple[object, ...]:
    return tuple(getattr(customer, name) for name in _FACTS)
