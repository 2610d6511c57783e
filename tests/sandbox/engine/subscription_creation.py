"""`POST /v1/subscriptions`: a subscription for a customer whose payment method is known already."""

from typing import Any

from tests.sandbox.engine import (
    charges,
    customers,
    invoice_documents,
    invoice_lines,
    invoice_states,
    invoices,
    payment_intents,
    renewals,
    subscription_documents,
    subscription_items,
    subscription_states,
)
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.errors import StripeRefusal, invalid, missing
from tests.sandbox.engine.events import emit
from tests.sandbox.engine.store import Document
from tests.sandbox.engine.subscription_documents import Sold, Start

INCOMPLETE_FOR = 23 * 3600


def create(account: Account, params: dict[str, Any]) -> Document:
    """Begin a subscription; `payment_behavior` says what a first payment that is not made means for it."""
    customer = customers.get(account, params["customer"], param="customer")
    check_method(account, params.get("default_payment_method"), customer)
    sold = [sold_of(account, given, index) for index, given in enumerate(params["items"])]
    subscription_items.one_interval([entry.price for entry in sold], param="items")
    begins = subscription_documents.first_period(account, sold[0].price["recurring"], params)
    later = begins.anchor > begins.start  # a trial, or an anchor that was set: nothing to pay now
    behavior = params.get("payment_behavior", "allow_incomplete")
    intent, amount = None, sum(entry.price["unit_amount"] * entry.quantity for entry in sold)
    if behavior == "error_if_incomplete" and amount and not later:
        intent = _collect_first(account, customer, params, amount, sold[0].price["currency"])
    status = "incomplete"
    if begins.trial_end:
        status = "trialing"
    elif later or intent or params.get("collection_method") == "send_invoice":
        status = "active"
    subscription = subscription_documents.build(
        account, customer, sold=sold, status=status, begins=begins, data=params
    )
    customer["currency"] = customer["currency"] or subscription["currency"]
    account.store.put(customer)
    _end_dates(subscription, params, begins)
    account.store.put(subscription)
    renewals.plan(account, subscription)
    _bill(account, subscription, customer, intent, attempts=behavior != "default_incomplete")
    renewals.announce_short_trial(account, subscription)
    return subscription


def expire_when_due(account: Account, subscription_id: str) -> None:
    """What the timer of an incomplete subscription does after 23 hours: it never came about."""
    subscription = account.store.get("subscription", subscription_id)
    if not subscription or subscription["status"] != "incomplete":
        return
    invoice = account.store.get("invoice", subscription["latest_invoice"] or "")
    if invoice and invoice["status"] == "open":
        invoice_states.void(account, invoice)
    subscription_states.change(
        account, subscription, status="incomplete_expired", ended_at=account.now()
    )


def check_method(account: Account, method_id: str | None, customer: Document) -> None:
    if not method_id:
        return
    method = account.store.get("payment_method", method_id)
    if method is None:
        raise missing("PaymentMethod", method_id, param="default_payment_method", status=400)
    if method["customer"] != customer["id"]:
        raise invalid(
            f"The customer does not have a payment method with the ID {method_id}. The payment method "
            "must be attached to the customer.",
            param="default_payment_method",
        )


def sold_of(account: Account, given: dict[str, Any], index: int, *, kept: bool = True) -> Sold:
    """An item to begin with; a price that is not `kept` exists for a preview only."""
    path = f"items[{index}]"
    price = subscription_items.price_of(account, given, path=path, kept=kept)
    if price is None:
        raise invalid(f"Missing required param: {path}[price].", param=f"{path}[price]",
                      code="parameter_missing")  # fmt: skip
    return Sold(price, given.get("quantity", 1), given.get("metadata") or {})


def _end_dates(subscription: Document, params: dict[str, Any], begins: Start) -> None:
    if params.get("cancel_at_period_end"):
        subscription.update(cancel_at_period_end=True, cancel_at=begins.end)
    elif params.get("cancel_at"):
        subscription["cancel_at"] = params["cancel_at"]


def _bill(
    account: Account,
    subscription: Document,
    customer: Document,
    intent: Document | None,
    *,
    attempts: bool,
) -> None:
    is_later = subscription["billing_cycle_anchor"] > account.now()
    if is_later and subscription["status"] != "trialing":
        # Without prorations nothing is owed for the time until the anchor, and nothing is billed.
        emit(account, "customer.subscription.created", subscription)
        return
    invoice = _first_invoice(account, subscription, customer)
    subscription["latest_invoice"] = invoice["id"]
    account.store.put(subscription)
    emit(account, "customer.subscription.created", subscription)
    if subscription["collection_method"] == "send_invoice" and invoice["status"] == "draft":
        return
    if intent and intent["status"] == "processing":
        invoices.await_payment(account, invoice, intent)
        return
    if invoice["amount_due"] == 0 or intent:
        invoices.mark_paid(account, invoice, intent)
        if subscription["status"] == "incomplete":
            subscription_states.change(account, subscription, status="active")
        return
    account.schedule(account.now() + INCOMPLETE_FOR, "expire_subscription", subscription["id"])
    invoice_states.begin_payment(account, invoice)
    if attempts:
        invoices.attempt(account, invoice)


def _first_invoice(account: Account, subscription: Document, customer: Document) -> Document:
    is_trial = subscription["status"] == "trialing"
    sent = subscription["collection_method"] == "send_invoice" and not is_trial
    invoice = invoice_documents.draft(
        account,
        customer,
        lines=[
            invoice_lines.of_item(account, subscription, item, trial=is_trial)
            for item in subscription["items"]["data"]
        ],
        currency=subscription["currency"],
        reason="subscription_create",
        subscription=subscription,
        data=renewals.how_it_advances(account, subscription) if sent else None,
    )
    emit(account, "invoice.created", invoice)
    if sent:
        renewals.plan_finalising(account, invoice)
        return invoice
    return invoice_states.finalise(account, invoice, at_once=True)


def _collect_first(
    account: Account, customer: Document, params: dict[str, Any], amount: int, currency: str
) -> Document:
    """Take the first payment before anything is made of it; a refusal leaves no subscription behind."""
    method_id = (
        params.get("default_payment_method")
        or customer["invoice_settings"]["default_payment_method"]
    )
    method = account.store.get("payment_method", method_id or "")
    if method is None:
        raise invalid(
            "This customer has no attached payment source or default payment method.",
            code="resource_missing",
        )
    intent = payment_intents.create(
        account,
        amount=amount,
        currency=currency,
        customer=customer["id"],
        data={"description": "Subscription creation"},
    )
    if payment_intents.confirm(account, intent, method) == "requires_action":
        raise StripeRefusal(
            "Payment for this subscription requires additional user action before it can be completed "
            "successfully.",
            status=402,
            type_="card_error",
            code="subscription_payment_intent_requires_action",
        )
    charge = payment_intents.collect(account, intent, method)
    if charge["status"] == "succeeded":
        charges.settle(account, charge)
    return intent
