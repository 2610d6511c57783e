"""What a payer does on an invoice's hosted page: pay it with a new card, or authenticate a renewal."""

from typing import Literal

from tests.sandbox.engine import invoice_documents, invoices, payment_intents
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.clocks import in_present
from tests.sandbox.engine.errors import StripeRefusal, invalid
from tests.sandbox.engine.events import save
from tests.sandbox.engine.invoice_states import payments_of
from tests.sandbox.engine.payment_methods import TypedCard, attach, create_card
from tests.sandbox.engine.store import Document

Step = Literal["complete", "authenticate"]
NEEDS_ACTION = "invoice_payment_intent_requires_action"


@in_present
def pay(account: Account, invoice: Document, typed: TypedCard, billing: Document) -> Step:
    """Pay an open invoice with a card that was typed; a card error leaves the invoice open.

    Paying again what is paid, or what a bank debit is collecting, changes and charges nothing.
    """
    if invoice["status"] == "paid" or is_under_way(account, invoice):
        return "complete"
    method = create_card(account, typed, {**billing, "email": invoice["customer_email"]})
    try:
        invoices.pay(account, invoice, method=method, off_session=False)
    except StripeRefusal as refusal:
        if refusal.code == NEEDS_ACTION:
            return "authenticate"
        raise
    _keep(account, invoice, method)
    return "complete"


@in_present
def authenticate(account: Account, invoice: Document, *, passed: bool) -> None:
    """End the 3D Secure step of the invoice's intent; a failed one raises the card error."""
    if invoice["status"] == "paid":
        return
    intent = intent_of(account, invoice)
    method = account.store.get("payment_method", (intent or {}).get("payment_method") or "")
    if intent is None or method is None or not awaits_authentication(account, invoice):
        raise invalid("This invoice does not wait for authentication.")
    payment_intents.authenticate(account, intent, passed=passed)
    _keep(account, invoice, method)


def awaits_authentication(account: Account, invoice: Document) -> bool:
    intent = intent_of(account, invoice)
    return bool(invoice["status"] == "open" and intent and intent["status"] == "requires_action")


def is_under_way(account: Account, invoice: Document) -> bool:
    """Whether a bank debit is collecting the invoice, so that nobody pays it a second time."""
    intent = intent_of(account, invoice)
    return bool(intent and intent["status"] == "processing")


def intent_of(account: Account, invoice: Document) -> Document | None:
    """The intent that pays for the invoice, once a payment was tried."""
    payment = next((p for p in payments_of(account, invoice) if p["is_default"]), None)
    return payment and account.store.get("payment_intent", payment["payment"]["payment_intent"])


def _keep(account: Account, invoice: Document, method: Document) -> None:
    """The card that paid belongs to the customer from now on and pays the subscription's renewals."""
    attach(account, method, invoice["customer"])
    subscription = invoice_documents.subscription_of(account, invoice)
    if subscription and subscription["default_payment_method"] != method["id"]:
        save(
            account,
            subscription,
            "customer.subscription.updated",
            default_payment_method=method["id"],
        )
