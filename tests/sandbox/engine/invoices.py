"""Paying invoices: the first by Checkout, the others by themselves with the payer's saved method."""

from typing import Any

from tests.sandbox.engine import charges, dunning, invoice_documents, invoice_lines, payment_intents
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.errors import StripeRefusal, invalid
from tests.sandbox.engine.events import emit
from tests.sandbox.engine.invoice_states import (
    announce_update,
    begin_payment,
    cancel_payments,
    change,
    finalise,
    pay_in_full,
)
from tests.sandbox.engine.lists import Page, given, page_of
from tests.sandbox.engine.store import Document

PAYABLE = ("open", "uncollectible")


def open_first(
    account: Account, subscription: Document, customer: Document, lines: list[Document]
) -> Document:
    """The finalised first invoice of what was sold in Checkout: created as a draft, then finalised."""
    invoice = invoice_documents.draft(
        account,
        customer,
        lines=[
            invoice_lines.of_checkout(
                account, subscription, sold, trial=subscription["status"] == "trialing"
            )
            for sold in lines
        ],
        currency=subscription["currency"],
        reason="subscription_create",
        subscription=subscription,
    )
    emit(account, "invoice.created", invoice)
    return finalise(account, invoice, at_once=True)


def mark_paid(account: Account, invoice: Document, intent: Document | None) -> None:
    """The first invoice is paid, by an intent that collected it; a trial's asks for nothing."""
    if intent is not None:
        begin_payment(account, invoice, intent)
    pay_in_full(account, invoice, attempts=1 if intent else 0, at_once=True)


def await_payment(account: Account, invoice: Document, intent: Document) -> None:
    """The intent that pays the first invoice is a bank debit under way: it tells what came of it."""
    begin_payment(account, invoice, intent)
    _note_under_way(account, invoice, attempts=1)


def pay(
    account: Account,
    invoice: Document,
    *,
    method: Document | None = None,
    off_session: bool = True,
) -> Document:
    """Try to collect an open invoice now. A refusal (StripeRefusal) is raised once it is noted.

    Only attempts by the schedule count in `attempt_count` after the first.
    """
    if invoice["status"] not in PAYABLE:
        raise invalid(f"Only an open invoice can be paid; this one is {invoice['status']}.")
    return _collect(
        account,
        invoice,
        method,
        counts=invoice["attempt_count"] == 0,
        off_session=off_session,
    )


def settle_out_of_band(account: Account, invoice: Document) -> Document:
    """It was paid elsewhere: no money moves here, and what waited to be collected is called off."""
    if invoice["status"] not in PAYABLE:
        raise invalid(f"Only an open invoice can be paid; this one is {invoice['status']}.")
    cancel_payments(account, invoice)
    pay_in_full(account, invoice, attempts=invoice["attempt_count"])
    dunning.after_payment(account, invoice)
    return invoice


def attempt(account: Account, invoice: Document) -> None:
    """An attempt by the schedule; a failure is noted on the invoice and raises nothing."""
    try:
        _collect(account, invoice, None, counts=True)
    except StripeRefusal:
        return  # the refusal is on the intent, the invoice and in their events


def attempt_when_due(account: Account, invoice_id: str) -> None:
    """What the timer of a retry does, unless the invoice was paid, voided or planned anew meanwhile."""
    invoice = account.store.get("invoice", invoice_id)
    if invoice is None or invoice["status"] != "open":
        return
    due_at = invoice["next_payment_attempt"]
    if due_at is not None and due_at <= account.now():
        attempt(account, invoice)


def settle_by_intent(account: Account, invoice: Document, intent: Document) -> None:
    """Its intent has succeeded: the invoice is paid, and a late subscription recovers."""
    pay_in_full(account, invoice, attempts=max(invoice["attempt_count"], 1))
    dunning.after_payment(account, invoice)


def follow_intent(account: Account, intent: Document) -> None:
    """What an invoice does when the intent that pays for it moves on by itself."""
    invoice = _invoice_of(account, intent)
    if invoice is None or invoice["status"] not in PAYABLE:
        return
    if intent["status"] == "succeeded":
        settle_by_intent(account, invoice, intent)
    elif intent["status"] == "processing":
        _note_under_way(account, invoice, attempts=max(invoice["attempt_count"], 1))
    elif intent["status"] == "requires_payment_method":
        _note_failure(
            account,
            invoice,
            attempts=max(invoice["attempt_count"], 1),
            plans=invoice["next_payment_attempt"] is None,
        )


def list_payments(account: Account, params: dict[str, Any]) -> Page:
    filters = given(params, "invoice", "status")
    payment = params.get("payment") or {}
    if "payment_intent" in payment:
        filters["payment_intent"] = payment["payment_intent"]
    return page_of(account, "invoice_payment", params, filters)


def _collect(
    account: Account,
    invoice: Document,
    method: Document | None,
    *,
    counts: bool,
    off_session: bool = True,
) -> Document:
    attempts = invoice["attempt_count"] + (1 if counts else 0)
    if invoice["amount_remaining"] == 0:
        pay_in_full(account, invoice, attempts=invoice["attempt_count"])
        dunning.after_payment(account, invoice)
        return invoice
    intent = _intent_of(account, begin_payment(account, invoice))
    if intent["status"] == "processing":
        raise invalid(
            "A payment of this invoice is under way already.",
            code="payment_intent_unexpected_state",
        )
    method = method or method_of(account, invoice)
    if method is None:
        _note_failure(account, invoice, attempts=attempts, plans=counts)
        raise invalid(
            "This customer has no attached payment source or default payment method.",
            code="missing",
        )
    try:
        step = payment_intents.confirm(account, intent, method, off_session=off_session, waits=True)
    except StripeRefusal:
        _note_failure(account, invoice, attempts=attempts, plans=counts)
        raise
    if step == "requires_action":
        _note_failure(account, invoice, attempts=attempts, plans=counts)
        emit(account, "invoice.payment_action_required", invoice)
        raise StripeRefusal(
            "This payment requires additional user action before it can be completed.",
            status=402,
            type_="card_error",
            code="invoice_payment_intent_requires_action",
        )
    charge = payment_intents.collect(account, intent, method)
    if intent["status"] == "succeeded":
        pay_in_full(account, invoice, attempts=attempts)
        dunning.after_payment(account, invoice)
        charges.settle(account, charge)
    else:
        _note_under_way(account, invoice, attempts=attempts)
    return invoice


def _note_under_way(account: Account, invoice: Document, *, attempts: int) -> None:
    """A bank debit is on its way: nothing is tried meanwhile, and its intent tells what came of it."""
    before = dict(invoice)
    change(account, invoice, attempted=True, attempt_count=attempts, next_payment_attempt=None)
    announce_update(account, invoice, before)
    dunning.while_under_way(account, invoice)


def _note_failure(account: Account, invoice: Document, *, attempts: int, plans: bool) -> None:
    """An attempt failed. `plans` is false for a manual one, which leaves the schedule as it is."""
    before = dict(invoice)
    first_failed_at = invoice.get("_first_failed_at") or account.now()
    change(
        account,
        invoice,
        attempted=True,
        attempt_count=attempts,
        _first_failed_at=first_failed_at,
    )
    if plans:
        due_at = dunning.next_attempt(account, invoice)
        change(account, invoice, next_payment_attempt=due_at)
        if due_at is not None:
            account.schedule(due_at, "attempt_invoice", invoice["id"])
    emit(account, "invoice.payment_failed", invoice)
    announce_update(account, invoice, before)
    dunning.after_failure(account, invoice)


def method_of(account: Account, invoice: Document) -> Document | None:
    """What an invoice is collected with: its own method, else the subscription's, else the customer's."""
    subscription = invoice_documents.subscription_of(account, invoice)
    own = account.store.get("payment_method", invoice["default_payment_method"] or "")
    return own or saved_method(account, subscription or {**invoice, "default_payment_method": None})


def saved_method(account: Account, payable: Document) -> Document | None:
    """The method of a subscription, else of its customer; never one that was detached."""
    customer = account.store.get("customer", payable["customer"])
    settings = customer["invoice_settings"] if customer and "deleted" not in customer else {}
    for method_id in (payable["default_payment_method"], settings.get("default_payment_method")):
        method = account.store.get("payment_method", method_id or "")
        if method and method["customer"] == payable["customer"]:
            return method
    return None


def _intent_of(account: Account, payment: Document) -> Document:
    intent = account.store.get("payment_intent", payment["payment"]["payment_intent"])
    assert intent is not None
    return intent


def _invoice_of(account: Account, intent: Document) -> Document | None:
    by_intent = account.store.newest_first("invoice_payment", {"payment_intent": intent["id"]})
    payment = next(by_intent, None)
    return account.store.get("invoice", payment["invoice"]) if payment else None
