"""Which objects an event is about: an event is a hint, the fetched object is the truth.

Each handler takes the event's object, of which it reads ids only, and returns what it fetched, outside any
transaction. So a late, early or repeated event finds the same as any other.
"""

from collections.abc import Callable, Mapping
from typing import Any

from payments.webhooks.findings import Findings, together
from payments.webhooks.lookup import Lookup

Handler = Callable[[Mapping[str, Any], Lookup], Findings]


def handle_checkout_session(subject: Mapping[str, Any], lookup: Lookup) -> Findings:
    """The page was gone through or closed; its money is found with it, in case the money's own event is lost."""
    session = lookup.session(subject["id"])
    found = Findings(session=session)
    if session.status != "complete":
        return found
    if session.payment_intent_id:
        found = together(found, _find_payment(session.payment_intent_id, lookup))
    if session.invoice_id:
        found = together(found, _find_invoice(session.invoice_id, lookup))
    return found


def handle_payment_intent(subject: Mapping[str, Any], lookup: Lookup) -> Findings:
    """Money was collected, is on its way, or was refused; invoices have such events as well."""
    return _find_payment(subject["id"], lookup)


def handle_charge(subject: Mapping[str, Any], lookup: Lookup) -> Findings:
    """Something about the charge changed: its fee is known, for instance."""
    payment_intent_id = _payment_intent_of(subject, lookup)
    return _find_payment(payment_intent_id, lookup) if payment_intent_id else Findings()


def handle_charge_refunded(subject: Mapping[str, Any], lookup: Lookup) -> Findings:
    """The event shows the sum of refunds; what counts is each of them."""
    payment_intent_id = _payment_intent_of(subject, lookup)
    if not payment_intent_id:
        return Findings()
    refunds = Findings(refunds=lookup.refunds_of_payment(payment_intent_id))
    return together(_find_payment(payment_intent_id, lookup), refunds)


def handle_refund(subject: Mapping[str, Any], lookup: Lookup) -> Findings:
    """A refund may overtake its payment, so the payment is found with it."""
    refund = lookup.refund(subject["id"])
    found = Findings(refunds=(refund,))
    if refund.payment_intent_id is None:
        return found
    return together(_find_payment(refund.payment_intent_id, lookup), found)


def handle_dispute(subject: Mapping[str, Any], lookup: Lookup) -> Findings:
    """A payer's bank asks about a payment, took it back, or decided."""
    dispute = lookup.dispute(subject["id"])
    found = Findings(disputes=(dispute,))
    if dispute.payment_intent_id is None:
        return found
    return together(_find_payment(dispute.payment_intent_id, lookup), found)


def handle_invoice(subject: Mapping[str, Any], lookup: Lookup) -> Findings:
    """A collection of a plan was paid or failed; one on which nothing was due has no payment and books none."""
    return _find_invoice(subject["id"], lookup)


def handle_subscription(subject: Mapping[str, Any], lookup: Lookup) -> Findings:
    """A plan began, changed or ended."""
    return Findings(subscriptions=(lookup.subscription(subject["id"]),))


def handle_payment_method(subject: Mapping[str, Any], lookup: Lookup) -> Findings:
    """A bank renewed a card on file, or its holder changed what is noted of it."""
    return Findings(cards=(lookup.card(subject["id"]),))


def handle_payout(subject: Mapping[str, Any], lookup: Lookup) -> Findings:
    """Money went to our bank, arrived, came back, or its lines are complete; a task reads those afterwards."""
    return Findings(payouts=(lookup.payout(subject["id"]),))


def _find_payment(payment_intent_id: str, lookup: Lookup) -> Findings:
    payment = lookup.payment(payment_intent_id)
    plan_id = payment.invoice.subscription_id if payment.invoice else ""
    plans = (lookup.subscription(plan_id),) if plan_id else ()
    return Findings(payments=(payment,), subscriptions=plans)


def _find_invoice(invoice_id: str, lookup: Lookup) -> Findings:
    invoice = lookup.invoice(invoice_id)
    plan_id = invoice.subscription_id
    plan = Findings(subscriptions=(lookup.subscription(plan_id),) if plan_id else ())
    return together(plan, *(_find_payment(each, lookup) for each in invoice.payment_intent_ids))


def _payment_intent_of(subject: Mapping[str, Any], lookup: Lookup) -> str | None:
    """A thin event does not say which payment its charge belongs to; then the charge is asked."""
    if "payment_intent" in subject:
        return subject["payment_intent"] or None
    return lookup.payment_intent_of_charge(subject["id"])


HANDLERS: dict[str, Handler] = {
    "checkout.session.completed": handle_checkout_session,
    "checkout.session.async_payment_succeeded": handle_checkout_session,
    "checkout.session.async_payment_failed": handle_checkout_session,
    "checkout.session.expired": handle_checkout_session,
    "payment_intent.succeeded": handle_payment_intent,
    "payment_intent.processing": handle_payment_intent,
    "payment_intent.payment_failed": handle_payment_intent,
    "payment_intent.canceled": handle_payment_intent,
    "charge.updated": handle_charge,
    "charge.refunded": handle_charge_refunded,
    "refund.created": handle_refund,
    "refund.updated": handle_refund,
    "refund.failed": handle_refund,
    "charge.dispute.created": handle_dispute,
    "charge.dispute.updated": handle_dispute,
    "charge.dispute.closed": handle_dispute,
    "charge.dispute.funds_withdrawn": handle_dispute,
    "charge.dispute.funds_reinstated": handle_dispute,
    "invoice.paid": handle_invoice,
    "invoice.payment_failed": handle_invoice,
    "invoice.payment_action_required": handle_invoice,
    "payment_method.automatically_updated": handle_payment_method,
    "payment_method.updated": handle_payment_method,
    "payout.created": handle_payout,
    "payout.updated": handle_payout,
    "payout.paid": handle_payout,
    "payout.failed": handle_payout,
    "payout.canceled": handle_payout,
    "payout.reconciliation_completed": handle_payout,
    "customer.subscription.created": handle_subscription,
    "customer.subscription.updated": handle_subscription,
    "customer.subscription.deleted": handle_subscription,
    "customer.subscription.paused": handle_subscription,
    "customer.subscription.resumed": handle_subscription,
}
# The note of an event that has no handler here; a later version may have one, and then it can be replayed.
NO_HANDLER = "There is nothing to do for this type."
