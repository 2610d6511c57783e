"""Stripe's payment methods: the cards on file."""

import calendar
from datetime import date

import stripe

from payments.gateway.client import calling_stripe
from payments.gateway.reading import id_of
from payments.gateway.snapshots import CardSnapshot, MethodSnapshot


def fetch_card(payment_method_id: str) -> CardSnapshot:
    """Read a payment method; banks change the number and date of a card on file by themselves."""
    with calling_stripe() as client:
        method = client.v1.payment_methods.retrieve(payment_method_id)
    return read_card(method)


def read_card(method: stripe.PaymentMethod) -> CardSnapshot:
    card = getattr(method, "card", None)
    snapshot = MethodSnapshot(type=method.type, id=method.id)
    if card is not None:
        snapshot = MethodSnapshot(
            type=method.type,
            card_brand=card.brand or "",
            card_last4=card.last4 or "",
            card_country=card.country or "",
            card_expires_on=last_day(card.exp_year, card.exp_month),
            id=method.id,
        )
    return CardSnapshot(customer_id=id_of(method.customer), method=snapshot)


def last_day(year: int, month: int) -> date:
    """A card is good until the end of the month that is printed on it."""
    return date(year, month, calendar.monthrange(year, month)[1])
