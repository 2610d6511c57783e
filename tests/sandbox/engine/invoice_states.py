"""How an invoice moves: finalised, paid, voided, given up; each change announced as Stripe does."""

from typing import Any

from tests.sandbox.engine import payment_intents
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.bank_accounts import debits_in
from tests.sandbox.engine.events import emit
from tests.sandbox.engine.periods import DAY
from tests.sandbox.engine.store import Document

INTENT_DESCRIPTIONS = {
    "subscription_create": "Subscription creation",
    "subscription_cycle": "Subscription update",
    "subscription_update": "Subscription update",
}


def finalise(account: Account, invoice: Document, *, at_once: bool = False) -> Document:
    """Give the invoice its number and open it. `at_once`: within the request that made it, so that
    there is no update to speak of."""
    before = dict(invoice)
    _number(account, invoice)
    change(
        account,
        invoice,
        status="open",
        effective_at=invoice["effective_at"] or account.now(),
        last_finalization_error=None,
        ending_balance=0,
        automatically_finalizes_at=None,
        due_date=_due_date(account, invoice),
        hosted_invoice_url=f"{account.base_url}/invoice/{invoice['id']}",
        at="finalized_at",
    )
    emit(account, "invoice.finalized", invoice)
    if not at_once:
        announce_update(account, invoice, before)
        if invoice["amount_remaining"]:
            begin_payment(account, invoice)
    return invoice


def begin_payment(account: Account, invoice: Document, intent: Document | None = None) -> Document:
    """The invoice's open payment and the intent behind it, made on first use.

    An intent that was cancelled by itself can collect nothing more: another takes its place.
    """
    for payment in payments_of(account, invoice):
        if payment["is_default"] and not _is_cancelled(account, payment):
            return payment
        if payment["status"] == "open":
            _cancel(account, payment)
    if intent is None:
        intent = payment_intents.create(
            account,
            amount=invoice["amount_remaining"],
            currency=invoice["currency"],
            customer=invoice["customer"],
            data={
                "description": INTENT_DESCRIPTIONS.get(
                    invoice["billing_reason"], f"Payment for invoice {invoice['number']}"
                ),
                "metadata": {},
                "payment_method_types": ["card", *debits_in(invoice["currency"])],
            },
        )
    return account.store.put(
        {
            "id": account.new_id("inpay"),
            "object": "invoice_payment",
            "amount_paid": None,
            "amount_requested": invoice["amount_remaining"],
            "created": account.now(),
            "currency": invoice["currency"],
            "invoice": invoice["id"],
            "is_default": True,
            "livemode": False,
            "payment": {"type": "payment_intent", "payment_intent": intent["id"]},
            "status": "open",
            "status_transitions": {"canceled_at": None, "paid_at": None},
        }
    )


def pay_in_full(
    account: Account, invoice: Document, *, attempts: int, at_once: bool = False
) -> None:
    """The invoice is paid: by its open payment, or because nothing was to pay."""
    payment = next((p for p in payments_of(account, invoice) if p["status"] == "open"), None)
    before, now = dict(invoice), account.now()
    if payment:
        payment.update(
            status="paid",
            amount_paid=payment["amount_requested"],
            status_transitions={**payment["status_transitions"], "paid_at": now},
        )
        account.store.put(payment)
    change(
        account,
        invoice,
        status="paid",
        amount_paid=invoice["amount_due"],
        amount_remaining=0,
        attempted=True,
        attempt_count=attempts,
        auto_advance=False,
        next_payment_attempt=None,
        at="paid_at",
    )
    if not at_once:
        announce_update(account, invoice, before)
    emit(account, "invoice.paid", invoice)
    emit(account, "invoice.payment_succeeded", invoice)
    if payment:
        emit(account, "invoice_payment.paid", payment)


def void(account: Account, invoice: Document) -> Document:
    _close(account, invoice, "void", "voided_at", "invoice.voided")
    return invoice


def mark_uncollectible(account: Account, invoice: Document) -> Document:
    """Given up for lost, though it can still be paid or voided."""
    _close(account, invoice, "uncollectible", "marked_uncollectible_at",
           "invoice.marked_uncollectible")  # fmt: skip
    return invoice


def change(
    account: Account, invoice: Document, *, at: str | None = None, **changes: Any
) -> Document:
    """Write some fields, and the moment in the status transition named by `at`; nothing is announced."""
    if at:
        changes["status_transitions"] = {**invoice["status_transitions"], at: account.now()}
    invoice.update(changes)
    return account.store.put(invoice)


def announce_update(account: Account, invoice: Document, before: Document) -> None:
    """`invoice.updated` with what the changed fields were before."""
    previous = {
        key: value
        for key, value in before.items()
        if not key.startswith("_") and invoice[key] != value
    }
    if previous:
        emit(account, "invoice.updated", invoice, previous=previous)


def payments_of(account: Account, invoice: Document) -> list[Document]:
    return list(account.store.newest_first("invoice_payment", {"invoice": invoice["id"]}))


def _close(account: Account, invoice: Document, status: str, at: str, event: str) -> None:
    before = dict(invoice)
    change(account, invoice, status=status, auto_advance=False, next_payment_attempt=None, at=at)
    if status == "void":
        cancel_payments(account, invoice)
    emit(account, event, invoice)
    announce_update(account, invoice, before)


def cancel_payments(account: Account, invoice: Document) -> None:
    """Call off what was to collect it. A bank debit that is under way can no longer be stopped."""
    for payment in payments_of(account, invoice):
        intent = account.store.get("payment_intent", payment["payment"]["payment_intent"])
        if payment["status"] != "open" or intent is None or intent["status"] == "processing":
            continue
        _cancel(account, payment)
        if intent["status"] not in payment_intents.ENDED:
            payment_intents.cancel(account, intent, reason="void_invoice")


def fail_to_finalise(account: Account, invoice: Document, *, code: str, message: str) -> None:
    """It stays a draft that nothing moves any more, until somebody finalises it by hand."""
    error = {"type": "invalid_request_error", "code": code, "message": message,
             "doc_url": f"https://stripe.com/docs/error-codes/{code.replace('_', '-')}"}  # fmt: skip
    change(
        account,
        invoice,
        automatically_finalizes_at=None,
        last_finalization_error=error,
        next_payment_attempt=None,
    )
    emit(account, "invoice.finalization_failed", invoice)


def _is_cancelled(account: Account, payment: Document) -> bool:
    intent = account.store.get("payment_intent", payment["payment"]["payment_intent"])
    return intent is not None and intent["status"] == "canceled"


def _cancel(account: Account, payment: Document) -> None:
    transitions = {**payment["status_transitions"], "canceled_at": account.now()}
    payment.update(status="canceled", is_default=False, status_transitions=transitions)
    account.store.put(payment)


def _due_date(account: Account, invoice: Document) -> int | None:
    if invoice["due_date"] is not None or invoice["_days_until_due"] is None:
        return invoice["due_date"]  # type: ignore[no-any-return]
    return int(account.now() + invoice["_days_until_due"] * DAY)


def _number(account: Account, invoice: Document) -> None:
    if invoice["number"]:
        return
    customer = account.store.get("customer", invoice["customer"])
    assert customer is not None
    sequence = customer["next_invoice_sequence"]
    invoice["number"] = f"{customer['invoice_prefix']}-{sequence:04d}"
    customer["next_invoice_sequence"] = sequence + 1
    account.store.put(customer)
