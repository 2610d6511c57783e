"""Fields that an object shows only when they are asked for with `expand`."""

from collections.abc import Callable
from typing import Any

from tests.sandbox.engine import invoice_states
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.events import public
from tests.sandbox.engine.store import Document

EMBEDDED_ROWS = 10


def shown_list(rows: list[Document], url: str, *, has_more: bool = False) -> Document:
    """A list object of rows as they are in the store."""
    return {
        "object": "list",
        "data": [public(row) for row in rows],
        "has_more": has_more,
        "url": url,
    }


def _line_items(account: Account, session: Document) -> Document:
    stored = account.store.get("checkout.session", session["id"])
    assert stored is not None
    lines = stored["_line_items"]
    return shown_list(
        lines[:EMBEDDED_ROWS],
        f"/v1/checkout/sessions/{session['id']}/line_items",
        has_more=len(lines) > EMBEDDED_ROWS,
    )


def _refunds(account: Account, charge: Document) -> Document:
    refunds = list(account.store.newest_first("refund", {"charge": charge["id"]}))
    return shown_list(
        refunds[:EMBEDDED_ROWS],
        f"/v1/charges/{charge['id']}/refunds",
        has_more=len(refunds) > EMBEDDED_ROWS,
    )


def _payments(account: Account, invoice: Document) -> Document:
    return shown_list(
        invoice_states.payments_of(account, invoice), f"/v1/invoices/{invoice['id']}/payments"
    )


def _confirmation_secret(account: Account, invoice: Document) -> Document | None:
    """The client secret of the intent behind the invoice, once it has one."""
    for payment in invoice_states.payments_of(account, invoice):
        intent = account.store.get("payment_intent", payment["payment"]["payment_intent"])
        if payment["is_default"] and intent:
            return {"client_secret": intent["client_secret"], "type": "payment_intent"}
    return None


def _subscriptions(account: Account, customer: Document) -> Document:
    running = {"customer": customer["id"], "ended": False}
    rows = list(account.store.newest_first("subscription", running))
    return shown_list(
        rows[:EMBEDDED_ROWS],
        f"/v1/customers/{customer['id']}/subscriptions",
        has_more=len(rows) > EMBEDDED_ROWS,
    )


INCLUDED: dict[tuple[str, str], Callable[[Account, Document], Any]] = {
    ("checkout.session", "line_items"): _line_items,
    ("charge", "refunds"): _refunds,
    ("invoice", "payments"): _payments,
    ("invoice", "confirmation_secret"): _confirmation_secret,
    ("customer", "subscriptions"): _subscriptions,
}
