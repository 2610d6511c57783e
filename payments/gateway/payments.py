"""Stripe's payment intents, each with its latest charge."""

from collections.abc import Iterable
from datetime import datetime

import stripe

from payments.gateway.balance import read_expanded
from payments.gateway.cards import last_day
from payments.gateway.client import calling_stripe
from payments.gateway.invoices import fetch_invoice_of_payment
from payments.gateway.reading import id_of, instant, metadata_of
from payments.gateway.snapshots import (
    LONGEST_NAME,
    InvoiceSnapshot,
    MethodSnapshot,
    PayerSnapshot,
    PaymentSnapshot,
)

_EXPANDED = (
    "latest_charge.balance_transaction",
    "latest_charge.failure_balance_transaction",
    "customer",
)


def fetch_payment(payment_intent_id: str) -> PaymentSnapshot:
    """Read a payment intent with its charge, fees and payer.

    The invoice is asked for only when the intent does not name a checkout of ours: Stripe copies a subscription's
    metadata to its invoices, never to their intents.
    """
    with calling_stripe() as client:
        intent = client.v1.payment_intents.retrieve(payment_intent_id, {"expand": list(_EXPANDED)})
    invoice = None if "checkout" in intent.metadata else fetch_invoice_of_payment(intent.id)
    return read_payment(intent, invoice)


def read_payment(intent: stripe.PaymentIntent, invoice: InvoiceSnapshot | None) -> PaymentSnapshot:
    charge = intent.latest_charge if isinstance(intent.latest_charge, stripe.Charge) else None
    error = intent.last_payment_error
    return PaymentSnapshot(
        id=intent.id,
        status=intent.status,
        amount=intent.amount,
        amount_received=intent.amount_received,
        currency=intent.currency.upper(),
        metadata=metadata_of(intent.metadata),
        charge_id=charge.id if charge else None,
        payer=_payer(intent, charge),
        method=_method(charge),
        statement_descriptor=(charge.calculated_statement_descriptor or "") if charge else "",
        decline_code=getattr(error, "decline_code", None) or "",
        failure_code=getattr(error, "code", None) or "",
        created_at=instant(intent.created),
        succeeded_at=_charged_at(charge, "succeeded"),
        failed_at=_charged_at(charge, "failed"),
        balance_transaction=read_expanded(charge.balance_transaction) if charge else None,
        invoice=invoice,
        failure_balance_transaction=(
            read_expanded(charge.failure_balance_transaction) if charge else None
        ),
    )


def _payer(intent: stripe.PaymentIntent, charge: stripe.Charge | None) -> PayerSnapshot:
    """Prefer what was typed with this payment over what the customer once said."""
    customer = intent.customer if isinstance(intent.customer, stripe.Customer) else None
    sources = [source for source in (charge and charge.billing_details, customer) if source]
    addresses = [getattr(source, "address", None) for source in sources]
    return PayerSnapshot(
        customer_id=id_of(intent.customer),
        email=_first(getattr(source, "email", None) for source in sources),
        name=_first(getattr(source, "name", None) for source in sources)[:LONGEST_NAME],
        country=_first(getattr(address, "country", None) for address in addresses),
    )


def _first(values: Iterable[str | None]) -> str:
    return next((value for value in values if value), "")


def _method(charge: stripe.Charge | None) -> MethodSnapshot:
    details = charge.payment_method_details if charge else None
    if charge is None or details is None:
        return MethodSnapshot(type="")
    card = getattr(details, "card", None)
    if card is None:
        return MethodSnapshot(type=details.type)
    return MethodSnapshot(
        type=details.type,
        card_brand=card.brand or "",
        card_last4=card.last4 or "",
        card_country=card.country or "",
        card_expires_on=last_day(card.exp_year, card.exp_month),
        id=charge.payment_method or "",
    )


def _charged_at(charge: stripe.Charge | None, status: str) -> datetime | None:
    """When the latest charge was made, if it ended so; an attempt that failed before its charge has no time."""
    return instant(charge.created) if charge and charge.status == status else None
