"""Collect what a plan has left open, with its new payment method."""

from payments.gateway.invoices import fetch_invoice, pay_invoice
from payments.gateway.subscriptions import fetch_subscription
from payments.plans.models import RecurringPlan


def collect_open_invoice(invoice_id: str, *, idempotency_key: str) -> bool:
    """Pay an invoice at once if it is open; False when there is nothing to pay. Raises CardDeclined.

    What was collected is booked by its event, as every payment is.
    """
    if fetch_invoice(invoice_id).status != "open":
        return False
    pay_invoice(invoice_id, idempotency_key=idempotency_key)
    return True


def page_of_open_invoice(plan: RecurringPlan) -> str:
    """Return Stripe's page on which the plan's payer can pay or confirm what is open; empty when nothing is."""
    invoice_id = fetch_subscription(plan.stripe_id).latest_invoice_id
    if invoice_id is None:
        return ""
    invoice = fetch_invoice(invoice_id)
    return invoice.hosted_url if invoice.status == "open" else ""
