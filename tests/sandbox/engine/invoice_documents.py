"""The document of an invoice as it begins: a draft of some lines, for a subscription or for none."""

from collections.abc import Mapping
from typing import Any

from tests.sandbox.engine.account import Account
from tests.sandbox.engine.store import Document


def draft(
    account: Account,
    customer: Document,
    *,
    lines: list[Document],
    currency: str,
    reason: str,
    subscription: Document | None = None,
    period: Mapping[str, int] | None = None,
    data: Mapping[str, Any] | None = None,
) -> Document:
    """A draft, kept and not yet announced. `data` holds fields that a request sets."""
    invoice_id = account.new_id("in")
    invoice = build(
        account,
        customer,
        invoice_id=invoice_id,
        lines=lines,
        currency=currency,
        reason=reason,
        subscription=subscription,
        period=period,
    )
    invoice.update(data or {})
    return account.store.put(invoice)


def build(
    account: Account,
    customer: Document,
    *,
    invoice_id: str,
    lines: list[Document],
    currency: str,
    reason: str,
    subscription: Document | None,
    period: Mapping[str, int] | None,
) -> Document:
    now, settings = account.now(), account.settings
    period = period or {"start": now, "end": now}
    return {
        "id": invoice_id,
        "object": "invoice",
        "account_country": settings["country"],
        "account_name": settings["display_name"],
        "account_tax_ids": None,
        "application": None,
        "attempt_count": 0,
        "attempted": False,
        "auto_advance": True,
        "automatic_tax": {"disabled_reason": None, "enabled": False, "liability": None,
                          "provider": None, "status": None},
        "automatically_finalizes_at": None,
        "billing_reason": reason,
        "collection_method": subscription["collection_method"] if subscription
                             else "charge_automatically",
        "created": now,
        "currency": currency,
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
        "livemode": False,
        "metadata": {},
        "next_payment_attempt": None,
        "number": None,
        "on_behalf_of": None,
        "parent": _parent(subscription),
        "payment_settings": {"default_mandate": None, "payment_method_options": None,
                             "payment_method_types": None},
        "period_end": period["end"],
        "period_start": period["start"],
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
        "test_clock": customer["test_clock"],
        "webhooks_delivered_at": None,
        "_days_until_due": subscription and subscription["days_until_due"],
        **totals(lines),
        "lines": shown_lines(invoice_id, lines),
    }  # fmt: skip


def shown_lines(invoice_id: str, lines: list[Document]) -> Document:
    return {
        "object": "list",
        "data": [{**line, "invoice": invoice_id} for line in lines],
        "has_more": False,
        "url": f"/v1/invoices/{invoice_id}/lines",
    }


def totals(lines: list[Document]) -> Document:
    total = sum(line["amount"] for line in lines)
    return {
        "amount_due": max(total, 0),
        "amount_overpaid": 0,
        "amount_paid": 0,
        "amount_remaining": max(total, 0),
        "amount_shipping": 0,
        "subtotal": total,
        "subtotal_excluding_tax": total,
        "total": total,
        "total_discount_amounts": [],
        "total_excluding_tax": total,
        "total_pretax_credit_amounts": [],
        "total_taxes": [],
    }


def subscription_id_of(invoice: Document) -> str | None:
    details = (invoice["parent"] or {}).get("subscription_details")
    return str(details["subscription"]) if details else None


def subscription_of(account: Account, invoice: Document) -> Document | None:
    return account.store.get("subscription", subscription_id_of(invoice) or "")


def _parent(subscription: Document | None) -> Document | None:
    return subscription and {
        "type": "subscription_details",
        "quote_details": None,
        "subscription_details": {
            "metadata": dict(subscription["metadata"]),
            "subscription": subscription["id"],
        },
    }
