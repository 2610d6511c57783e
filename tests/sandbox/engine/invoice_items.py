"""Invoice items: single things to collect, pending until an invoice takes them up."""

from tests.sandbox.engine import invoice_documents, invoice_lines, invoice_states
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.store import Document

KIND = "invoiceitem"


def waiting_for(
    account: Account, customer: str, currency: str, subscription: str | None
) -> list[Document]:
    """What waits to be invoiced to a customer: for a subscription, or for whichever comes next."""
    waiting = account.store.oldest_first(KIND, {"customer": customer, "pending": True})
    return [
        item
        for item in waiting
        if item["currency"] == currency and _subscription_of(item) in (None, subscription)
    ]


def currency_waiting(account: Account, customer: str) -> str | None:
    """The currency of what has waited longest to be invoiced to a customer."""
    waiting = account.store.oldest_first(KIND, {"customer": customer, "pending": True})
    return next((item["currency"] for item in waiting), None)


def take_up(account: Account, invoice: Document) -> None:
    """Put what waits for this customer on the invoice."""
    own = invoice_documents.subscription_id_of(invoice)
    taken = waiting_for(account, invoice["customer"], invoice["currency"], own)
    for item in taken:
        item["invoice"] = invoice["id"]
        account.store.put(item)
    if taken:
        _write_lines(account, invoice)


def show_on(account: Account, invoice: Document) -> None:
    """Bring a draft's lines in line with its items, and say so."""
    before = dict(invoice)
    _write_lines(account, invoice)
    invoice_states.announce_update(account, invoice, before)


def let_go(account: Account, invoice: Document) -> None:
    """The draft is deleted: its items wait for another invoice."""
    for item in list(account.store.oldest_first(KIND, {"invoice": invoice["id"]})):
        item["invoice"] = None
        account.store.put(item)


def line_of(account: Account, item: Document) -> Document:
    return invoice_lines.line_of_invoice_item(account, item, subscription=_subscription_of(item))


def _write_lines(account: Account, invoice: Document) -> None:
    kept = [
        line
        for line in invoice["lines"]["data"]
        if (line["parent"] or {}).get("type") != "invoice_item_details"
    ]
    items = account.store.oldest_first(KIND, {"invoice": invoice["id"]})
    lines = [*kept, *(line_of(account, item) for item in items)]
    invoice_states.change(
        account,
        invoice,
        lines=invoice_documents.shown_lines(invoice["id"], lines),
        **invoice_documents.totals(lines),
    )


def _subscription_of(item: Document) -> str | None:
    return item["parent"]["subscription_details"]["subscription"] if item["parent"] else None
