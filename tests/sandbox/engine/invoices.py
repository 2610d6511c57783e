"""Invoices and what paid them. In this slice: the first invoice of a subscription, paid by Checkout."""

from typing import Any

from tests.sandbox.engine.account import Account, random_text
from tests.sandbox.engine.events import emit
from tests.sandbox.engine.lists import Page, given, page_of
from tests.sandbox.engine.store import Document


def open_first(
    account: Account, subscription: Document, customer: Document, lines: list[Document]
) -> Document:
    """The finalised first invoice, announced as Stripe does: created as a draft, then finalised."""
    invoice = _draft(account, subscription, customer, lines)
    emit(account, "invoice.created", invoice)
    now = account.now()
    number = customer["next_invoice_sequence"]
    invoice.update(
        status="open",
        number=f"{customer['invoice_prefix']}-{number:04d}",
        effective_at=now,
        ending_balance=0,
        auto_advance=False,
    )
    invoice["status_transitions"]["finalized_at"] = now
    customer["next_invoice_sequence"] = number + 1
    account.store.put(customer)
    account.store.put(invoice)
    emit(account, "invoice.finalized", invoice)
    return invoice


def mark_paid(account: Account, invoice: Document, intent: Document) -> Document:
    """Record what paid the invoice; returns the invoice payment that joins the two."""
    now, amount = account.now(), invoice["total"]
    payment = account.store.put(
        {
            "id": account.new_id("inpay"),
            "object": "invoice_payment",
            "amount_paid": amount,
            "amount_requested": amount,
            "created": now,
            "currency": invoice["currency"],
            "invoice": invoice["id"],
            "is_default": True,
            "livemode": False,
            "payment": {"type": "payment_intent", "payment_intent": intent["id"]},
            "status": "paid",
            "status_transitions": {"canceled_at": None, "paid_at": now},
        }
    )
    invoice.update(
        status="paid",
        amount_paid=amount,
        amount_remaining=0,
        attempted=True,
        attempt_count=1,
    )
    invoice["status_transitions"]["paid_at"] = now
    account.store.put(invoice)
    emit(account, "invoice.paid", invoice)
    emit(account, "invoice.payment_succeeded", invoice)
    emit(account, "invoice_payment.paid", payment)
    return payment


def payments_of(account: Account, invoice: Document) -> list[Document]:
    return list(account.store.newest_first("invoice_payment", {"invoice": invoice["id"]}))


def list_payments(account: Account, params: dict[str, Any]) -> Page:
    filters = given(params, "invoice", "status")
    payment = params.get("payment") or {}
    if "payment_intent" in payment:
        filters["payment_intent"] = payment["payment_intent"]
    return page_of(account, "invoice_payment", params, filters)


def _draft(
    account: Account, subscription: Document, customer: Document, lines: list[Document]
) -> Document:
    now = account.now()
    invoice_id = account.new_id("in")
    total = sum(line["amount_total"] for line in lines)
    settings = account.settings
    return account.store.put(
        {
            "id": invoice_id,
            "object": "invoice",
            "account_country": settings["country"],
            "account_name": settings["display_name"],
            "account_tax_ids": None,
            "amount_due": total,
            "amount_overpaid": 0,
            "amount_paid": 0,
            "amount_remaining": total,
            "amount_shipping": 0,
            "application": None,
            "attempt_count": 0,
            "attempted": False,
            "auto_advance": True,
            "automatic_tax": {"disabled_reason": None, "enabled": False, "liability": None,
                              "provider": None, "status": None},
            "automatically_finalizes_at": None,
            "billing_reason": "subscription_create",
            "collection_method": "charge_automatically",
            "created": now,
            "currency": subscription["currency"],
            "custom_fields": None,
            "customer": customer["id"],
            "customer_address": customer["address"],
            "customer_email": customer["email"],
            "customer_name": customer["name"],
            "customer_phone": customer["phone"],
            "customer_shipping": None,
            "customer_tax_exempt": "none",
            "customer_tax_ids": [],
            "default_payment_method": None,
            "default_source": None,
            "default_tax_rates": [],
            "description": None,
            "discounts": [],
            "due_date": None,
            "effective_at": None,
            "ending_balance": None,
            "footer": None,
            "from_invoice": None,
            "hosted_invoice_url": None,
            "invoice_pdf": None,
            "issuer": {"type": "self"},
            "last_finalization_error": None,
            "latest_revision": None,
            "lines": {
                "object": "list",
                "data": [_line(account, invoice_id, subscription, line) for line in lines],
                "has_more": False,
                "url": f"/v1/invoices/{invoice_id}/lines",
            },
            "livemode": False,
            "metadata": {},
            "next_payment_attempt": None,
            "number": None,
            "on_behalf_of": None,
            "parent": {
                "type": "subscription_details",
                "quote_details": None,
                "subscription_details": {
                    "metadata": dict(subscription["metadata"]),
                    "subscription": subscription["id"],
                },
            },
            "payment_settings": {"default_mandate": None, "payment_method_options": None,
                                 "payment_method_types": None},
            "period_end": now,
            "period_start": now,
            "post_payment_credit_notes_amount": 0,
            "pre_payment_credit_notes_amount": 0,
            "receipt_number": None,
            "rendering": None,
            "shipping_cost": None,
            "shipping_details": None,
            "starting_balance": 0,
            "statement_descriptor": None,
            "status": "draft",
            "status_transitions": {"finalized_at": None, "marked_uncollectible_at": None,
                                   "paid_at": None, "voided_at": None},
            "subtotal": total,
            "subtotal_excluding_tax": total,
            "test_clock": None,
            "total": total,
            "total_discount_amounts": [],
            "total_excluding_tax": total,
            "total_pretax_credit_amounts": [],
            "total_taxes": [],
            "webhooks_delivered_at": None,
            "_client_secret": f"{invoice_id}_secret_{random_text(25)}",
        }
    )  # fmt: skip


def _line(account: Account, invoice_id: str, subscription: Document, line: Document) -> Document:
    item = next(
        (
            item
            for item in subscription["items"]["data"]
            if item["price"]["id"] == line["price"]["id"]
        ),
        None,
    )
    now = account.now()
    return {
        "id": account.new_id("il"),
        "object": "line_item",
        "amount": line["amount_total"],
        "currency": line["currency"],
        "description": f"{line['quantity']} × {line['description']}",
        "discount_amounts": [],
        "discountable": True,
        "discounts": [],
        "invoice": invoice_id,
        "livemode": False,
        "metadata": dict(subscription["metadata"]),
        "parent": item
        and {
            "type": "subscription_item_details",
            "invoice_item_details": None,
            "subscription_item_details": {
                "invoice_item": None,
                "proration": False,
                "proration_details": {"credited_items": None},
                "subscription": subscription["id"],
                "subscription_item": item["id"],
            },
        },
        "period": {
            "start": now,
            "end": item["current_period_end"] if item else now,
        },
        "pretax_credit_amounts": [],
        "pricing": {
            "type": "price_details",
            "price_details": {"price": line["price"]["id"], "product": line["price"]["product"]},
            "unit_amount_decimal": line["price"]["unit_amount_decimal"],
        },
        "quantity": line["quantity"],
        "subtotal": line["amount_subtotal"],
        "taxes": [],
    }
