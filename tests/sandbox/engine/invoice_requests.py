"""What the API does to invoices: made by hand, changed as drafts, finalised, paid, sent, given up."""

from typing import Any

from tests.sandbox.engine import (
    customers,
    dunning,
    invoice_documents,
    invoice_items,
    invoice_states,
    invoices,
    metadata,
    renewals,
    subscription_states,
)
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.errors import invalid, missing
from tests.sandbox.engine.events import emit
from tests.sandbox.engine.lists import Page, page_within
from tests.sandbox.engine.money import read_currency
from tests.sandbox.engine.store import Document

FIELDS = ("auto_advance", "collection_method", "default_payment_method", "description", "footer",
          "due_date", "statement_descriptor", "automatically_finalizes_at", "effective_at",
          "custom_fields")  # fmt: skip
ALWAYS = frozenset({"metadata", "auto_advance", "expand"})


def create(account: Account, params: dict[str, Any]) -> Document:
    """A draft for a customer, with their pending items if asked; it advances by itself only if asked."""
    subscription = _subscription(account, params)
    customer = customers.get(
        account,
        params.get("customer") or (subscription or {}).get("customer", ""),
        param="customer",
    )
    _check_method(account, params)
    currency = (
        params.get("currency")
        or customer["currency"]
        or invoice_items.currency_waiting(account, customer["id"])
        or account.settings["default_currency"]
    )
    invoice = invoice_documents.draft(
        account,
        customer,
        lines=[],
        currency=read_currency(currency),
        reason="manual",
        subscription=subscription,
        data={
            "auto_advance": False,
            "metadata": metadata.merged({}, params.get("metadata")),
            **_changes(account, params),
        },
    )
    if params.get("pending_invoice_items_behavior", "exclude") == "include" or subscription:
        invoice_items.take_up(account, invoice)
    emit(account, "invoice.created", invoice)
    renewals.plan_finalising(account, invoice)
    return invoice


def update(account: Account, params: dict[str, Any], invoice_id: str) -> Document:
    invoice = _invoice(account, invoice_id)
    if invoice["status"] != "draft" and params.keys() - ALWAYS:
        raise invalid("Finalized invoices can't be updated in this way.",
                      param=min(params.keys() - ALWAYS))  # fmt: skip
    _check_method(account, params)
    before, changes = dict(invoice), _changes(account, params)
    if invoice["status"] != "draft":
        changes.pop("automatically_finalizes_at", None)
    if "metadata" in params:
        changes["metadata"] = metadata.merged(invoice["metadata"], params["metadata"])
    invoice_states.change(account, invoice, **changes)
    invoice_states.announce_update(account, invoice, before)
    renewals.plan_finalising(account, invoice)
    return invoice


def delete(account: Account, params: dict[str, Any], invoice_id: str) -> Document:
    invoice = _invoice(account, invoice_id)
    if invoice["status"] != "draft" or invoice["parent"]:
        raise invalid("You can only delete draft invoices that belong to no subscription.")
    invoice_items.let_go(account, invoice)
    account.store.remove(invoice_id)
    emit(account, "invoice.deleted", invoice)
    return {"id": invoice_id, "object": "invoice", "deleted": True}


def finalise(account: Account, params: dict[str, Any], invoice_id: str) -> Document:
    """Open a draft now. It is collected at once by `pay`, or by itself if it advances by itself."""
    invoice = _invoice(account, invoice_id)
    _must_be(invoice, "draft", to="finalized")
    if "auto_advance" in params:
        invoice["auto_advance"] = params["auto_advance"]
    invoice_states.finalise(account, invoice)
    if invoice["amount_remaining"] == 0:
        return invoices.pay(account, invoice)
    if invoice["auto_advance"] and invoice["collection_method"] == "charge_automatically":
        due_at = account.now() + account.settings["draft_seconds"]
        invoice_states.change(account, invoice, next_payment_attempt=due_at)
        account.schedule(due_at, "attempt_invoice", invoice_id)
    return invoice


def pay(account: Account, params: dict[str, Any], invoice_id: str) -> Document:
    """Collect now, with the method named or the one on file; a refusal is the card's own."""
    invoice = _invoice(account, invoice_id)
    if invoice["status"] == "draft":
        invoice_states.finalise(account, invoice)
    if params.get("paid_out_of_band"):
        return invoices.settle_out_of_band(account, invoice)
    method = None
    if "payment_method" in params:
        method = account.store.get("payment_method", params["payment_method"])
        if method is None:
            raise missing(
                "PaymentMethod", params["payment_method"], param="payment_method", status=400
            )
    return invoices.pay(
        account, invoice, method=method, off_session=params.get("off_session", False)
    )


def void(account: Account, params: dict[str, Any], invoice_id: str) -> Document:
    """Voiding the first invoice of an incomplete subscription ends that before it began."""
    invoice = _invoice(account, invoice_id)
    _must_be(invoice, "open", "uncollectible", to="voided")
    invoice_states.void(account, invoice)
    subscription = invoice_documents.subscription_of(account, invoice)
    if subscription and subscription["status"] == "incomplete":
        subscription_states.change(
            account, subscription, status="incomplete_expired", ended_at=account.now()
        )
    return invoice


def mark_uncollectible(account: Account, params: dict[str, Any], invoice_id: str) -> Document:
    invoice = _invoice(account, invoice_id)
    _must_be(invoice, "open", to="marked uncollectible")
    invoice_states.mark_uncollectible(account, invoice)
    subscription = invoice_documents.subscription_of(account, invoice)
    if subscription and subscription["status"] == "paused":
        dunning.after_payment(account, invoice)
    return invoice


def send(account: Account, params: dict[str, Any], invoice_id: str) -> Document:
    invoice = _invoice(account, invoice_id)
    if invoice["status"] == "draft":
        invoice_states.finalise(account, invoice)
    _must_be(invoice, "open", to="sent")
    renewals.send(account, invoice)
    return invoice


def list_lines(account: Account, params: dict[str, Any], invoice_id: str) -> Page:
    return page_within(_invoice(account, invoice_id)["lines"]["data"], params, kind="line item")


def _changes(account: Account, params: dict[str, Any]) -> Document:
    changes = {name: params[name] or None for name in FIELDS if name in params}
    if "auto_advance" in params:
        changes["auto_advance"] = params["auto_advance"]
        if params["auto_advance"]:
            changes.setdefault(
                "automatically_finalizes_at", account.now() + account.settings["draft_seconds"]
            )
        else:
            changes["automatically_finalizes_at"] = None
    if "days_until_due" in params:
        changes["_days_until_due"] = params["days_until_due"]
    return changes


def _check_method(account: Account, params: dict[str, Any]) -> None:
    method_id = params.get("default_payment_method")
    if method_id and account.store.get("payment_method", method_id) is None:
        raise missing("PaymentMethod", method_id, param="default_payment_method", status=400)


def _subscription(account: Account, params: dict[str, Any]) -> Document | None:
    if "subscription" not in params:
        return None
    subscription = account.store.get("subscription", params["subscription"])
    if subscription is None:
        raise missing("subscription", params["subscription"], param="subscription", status=400)
    return subscription


def _must_be(invoice: Document, *statuses: str, to: str) -> None:
    if invoice["status"] not in statuses:
        raise invalid(
            f"Only an invoice that is {' or '.join(statuses)} can be {to}; this one is "
            f"{invoice['status']}.",
            code="invoice_not_editable" if statuses == ("draft",) else None,
        )


def _invoice(account: Account, invoice_id: str) -> Document:
    invoice = account.store.get("invoice", invoice_id)
    if invoice is None:
        raise missing("invoice", invoice_id)
    return invoice
