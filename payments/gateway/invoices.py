"""Stripe's invoices: what stands between a subscription and its payments."""

import stripe

from payments.gateway.client import calling_stripe
from payments.gateway.reading import id_of, instant, instant_or_none, metadata_of
from payments.gateway.snapshots import InvoiceSnapshot


def fetch_invoice(invoice_id: str) -> InvoiceSnapshot:
    """Read one invoice with the ids of its payment intents."""
    with calling_stripe() as client:
        invoice = client.v1.invoices.retrieve(invoice_id, {"expand": ["payments"]})
    return read_invoice(invoice)


def fetch_invoice_of_payment(payment_intent_id: str) -> InvoiceSnapshot | None:
    """Return the invoice that a payment intent pays; None for a payment without one.

    An intent no longer names its invoice: Stripe links the two through invoice payments.
    """
    with calling_stripe() as client:
        links = client.v1.invoice_payments.list(
            {
                "payment": {"type": "payment_intent", "payment_intent": payment_intent_id},
                "expand": ["data.invoice.payments"],
                "limit": 1,
            }
        )
    invoices = [link.invoice for link in links.data if not isinstance(link.invoice, str)]
    return read_invoice(invoices[0]) if invoices else None


def pay_invoice(invoice_id: str, *, idempotency_key: str) -> None:
    """Collect an open invoice now with the payer's method; raises CardDeclined."""
    with calling_stripe() as client:
        client.v1.invoices.pay(invoice_id, {}, {"idempotency_key": idempotency_key})


def void_if_open(invoice_id: str, *, idempotency_key: str) -> None:
    """Have an invoice that nobody paid collected no more; one that is paid or void already stays."""
    if fetch_invoice(invoice_id).status != "open":
        return
    with calling_stripe() as client:
        client.v1.invoices.void_invoice(invoice_id, {}, {"idempotency_key": idempotency_key})


def read_invoice(invoice: stripe.Invoice) -> InvoiceSnapshot:
    details = invoice.parent.subscription_details if invoice.parent else None
    return InvoiceSnapshot(
        id=invoice.id,
        subscription_id=(id_of(details.subscription) or "") if details else "",
        status=invoice.status or "",
        billing_reason=invoice.billing_reason or "",
        metadata=metadata_of(details.metadata) if details else {},
        amount_paid=invoice.amount_paid,
        currency=invoice.currency.upper(),
        attempt_count=invoice.attempt_count,
        next_attempt_at=instant_or_none(invoice.next_payment_attempt),
        payment_intent_ids=_payment_intent_ids(invoice),
        created_at=instant(invoice.created),
        amount_due=invoice.amount_remaining,
        hosted_url=invoice.hosted_invoice_url or "",
    )


def _payment_intent_ids(invoice: stripe.Invoice) -> tuple[str, ...]:
    listed = getattr(invoice, "payments", None)
    ids = (
        id_of(getattr(link.payment, "payment_intent", None))
        for link in (listed.data if listed else [])
    )
    return tuple(intent_id for intent_id in ids if intent_id)
