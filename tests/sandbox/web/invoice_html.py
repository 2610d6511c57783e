"""What the hosted invoice page looks like: what is asked for, its state, and a card form while it is open."""

from html import escape

from starlette.responses import Response

from tests.sandbox.engine import hosted_invoices
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.invoices import PAYABLE
from tests.sandbox.engine.money import formatted
from tests.sandbox.engine.store import Document
from tests.sandbox.web.pages import page
from tests.sandbox.web.payment_form import (
    Filled,
    alert,
    card_fields,
    country_field,
    test_cards,
    text_field,
)
from tests.sandbox.web.sheets import asks_to_pay, authentication_sheet, message_sheet
from tests.sandbox.web.words import day

STATES = {
    "paid": "Paid. Thank you.",
    "void": "This invoice was cancelled. Nothing is to be paid.",
    "uncollectible": "This invoice was given up. It can still be paid.",
}
UNDER_WAY = "A payment is on its way. The bank has not answered yet."
FIELDS = ("number", "exp_month", "exp_year", "cvc")


def invoice_page(account: Account, invoice: Document, filled: Filled) -> Response:
    url = f"{account.base_url}/invoice/{invoice['id']}"
    under_way = hosted_invoices.is_under_way(account, invoice)
    payable = invoice["status"] in PAYABLE and invoice["amount_remaining"] > 0 and not under_way
    body = f'<div class="offer">{_summary(account, invoice, under_way=under_way)}</div>'
    if payable:
        body += (
            f'<div class="payment">{alert(filled, fields=FIELDS, otherwise="number")}'
            f"{_confirmation(account, invoice, url)}{_form(invoice, url, filled)}{test_cards(url)}</div>"
        )
    response = page(
        f"Invoice {invoice['number'] or ''} (test)",
        body,
        status=filled.status,
        form_targets=(account.base_url,),
        layout="checkout" if payable else "sheet",
    )
    if filled.code:
        response.headers["Sandbox-Error-Code"] = filled.code
    return response


def authentication_page(account: Account, invoice: Document, *, status: int = 200) -> Response:
    asks = asks_to_pay(_amount(invoice), account.settings["display_name"])
    return authentication_sheet(asks, targets=(account.base_url,), status=status)


def unknown_page() -> Response:
    return message_sheet("There is no such invoice", "The link may be incomplete.", status=404)


def _summary(account: Account, invoice: Document, *, under_way: bool) -> str:
    lines = "".join(
        f"<li><span>{escape(line['description'] or 'Item')}</span> "
        f"<span>{escape(formatted(line['amount'], line['currency']))}</span></li>"
        for line in invoice["lines"]["data"]
    )
    state = UNDER_WAY if under_way else STATES.get(invoice["status"], "")
    return f"""
<p class="payee">{escape(account.settings["display_name"])}</p>
<h1>{escape(formatted(invoice["total"], invoice["currency"]))}</h1>
{f'<p class="state">{state}</p>' if state else ""}
<dl class="facts">
<div><dt>Invoice</dt><dd>{escape(invoice["number"] or invoice["id"])}</dd></div>
<div><dt>Date</dt><dd>{day(invoice["created"])}</dd></div>
<div><dt>For</dt><dd>{escape(invoice["customer_name"] or invoice["customer_email"] or "")}</dd></div>
</dl>
<ul class="lines">{lines}</ul>"""


def _confirmation(account: Account, invoice: Document, url: str) -> str:
    if not hosted_invoices.awaits_authentication(account, invoice):
        return ""
    return (
        '<div class="ask"><h2>Your bank asks you to confirm</h2>'
        "<p>The card on file pays this once you have confirmed it with your bank.</p>"
        f'<p><a class="button" href="{escape(url)}/authenticate">Confirm the payment</a></p></div>'
    )


def _form(invoice: Document, url: str, filled: Filled) -> str:
    return f"""
<form method="post" action="{escape(url)}/pay" novalidate>
<h2>Pay with a card</h2>
{card_fields(filled)}
{text_field(filled, "name", "Name on card")}
<div class="row">{country_field(filled)}{text_field(filled, "postal_code", "Postal code")}</div>
<button>Pay {escape(_amount(invoice))}</button>
<p class="note">The card is kept and pays what comes due from now on.</p>
</form>"""


def _amount(invoice: Document) -> str:
    return formatted(invoice["amount_remaining"], invoice["currency"])
