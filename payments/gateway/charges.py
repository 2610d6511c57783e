"""Stripe's charges, which to us are facts of their payment intents."""

from payments.gateway.client import calling_stripe
from payments.gateway.reading import id_of


def fetch_payment_intent_of_charge(charge_id: str) -> str | None:
    """Return the id of the payment intent that a charge belongs to; None for one without."""
    with calling_stripe() as client:
        charge = client.v1.charges.retrieve(charge_id)
    return id_of(charge.payment_intent)
