"""Collect what a plan has left open, with its new payment method."""

from payments.gateway.invoices import fetch_invoice, pay_invoice


def collect_open_invoice(invoice_id: str, *, idempotency_key: str) -> bool:
    """Pay an invoice at once if it is open; False when there is nothing to pay. Raises CardDeclined.

    What was collected is booked by its event, as every payment is.
    """
    if fetch_invoice(invoice_id).status != "open":
        return False
    pay_invoice(invoice_id, idempotency_key=idempotency_key)
    return True
