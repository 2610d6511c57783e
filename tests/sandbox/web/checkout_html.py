"""What the hosted payment page looks like: what is paid for on one side, how on the other."""

from html import escape
from urllib.parse import urlsplit

from starlette.responses import Response

from tests.sandbox.engine import sessions
from tests.sandbox.engine.account import Account
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
from tests.sandbox.web.words import every

SUBMIT_WORDS = {
    "auto": "Pay",
    "book": "Book",
    "donate": "Donate",
    "pay": "Pay",
    "subscribe": "Subscribe",
}
FIELDS = ("number", "exp_month", "exp_year", "cvc", "email")


def payment_page(account: Account, session: Document, filled: Filled) -> Response:
    url = f"{account.base_url}/checkout/{session['id']}"
    body = (
        f'<div class="offer">{_back_link(session)}{_offer(account, session)}</div>'
        f'<div class="payment">{alert(filled, fields=FIELDS, otherwise="number")}'
        f"{_form(account, session, filled)}{test_cards(url)}</div>"
    )
    response = page(
        f"Pay {account.settings['display_name']} (test)",
        body,
        status=filled.status,
        form_targets=targets(account, session),
        layout="checkout",
    )
    if filled.code:
        response.headers["Sandbox-Error-Code"] = filled.code
    return response


def authentication_page(account: Account, session: Document, *, status: int = 200) -> Response:
    asks = asks_to_pay(
        formatted(session["amount_total"], session["currency"]), account.settings["display_name"]
    )
    return authentication_sheet(asks, targets=targets(account, session), status=status)


def closed_page(session: Document) -> Response:
    return message_sheet(
        "This payment page has expired",
        "Nothing was charged.",
        status=410,
        more=_back_link(session),
    )


def unknown_page() -> Response:
    return message_sheet("There is no such payment page", "The link may be incomplete.", status=404)


def filled_in(session: Document) -> dict[str, str]:
    """What the payer told the session before, to be shown again; never the card."""
    known = session["customer_details"] or {}
    address = known.get("address") or {}
    given = {
        "email": known.get("email"),
        "name": known.get("name"),
        "country": address.get("country"),
        "postal_code": address.get("postal_code"),
    }
    return {key: value for key, value in given.items() if value}


def targets(account: Account, session: Document) -> tuple[str, ...]:
    return (account.base_url, session["success_url"])


def _back_link(session: Document) -> str:
    if not session["cancel_url"]:
        return ""
    url = session["cancel_url"].replace("{CHECKOUT_SESSION_ID}", session["id"])
    host = urlsplit(url).netloc
    return f'<p class="back"><a href="{escape(url)}">← Back to {escape(host)}</a></p>'


def _offer(account: Account, session: Document) -> str:
    lines = "".join(_line(line) for line in session["_line_items"])
    return f"""
<p class="payee">{escape(account.settings["display_name"])}</p>
<h1>{_amount(session)} <span class="interval">{escape(_interval_of(session))}</span></h1>
<ul class="lines">{lines}</ul>"""


def _line(line: Document) -> str:
    what = line["description"] or "Item"
    if line["quantity"] != 1:
        what += f" × {line['quantity']}"
    amount = f"{formatted(line['amount_total'], line['currency'])} {every(line['price'])}"
    return f"<li><span>{escape(what)}</span> <span>{escape(amount)}</span></li>"


def _amount(session: Document) -> str:
    return escape(formatted(session["amount_total"], session["currency"]))


def _interval_of(session: Document) -> str:
    return next(filter(None, (every(line["price"]) for line in session["_line_items"])), "")


def _form(account: Account, session: Document, filled: Filled) -> str:
    url = f"{account.base_url}/checkout/{session['id']}"
    known = sessions.known_email(account, session)
    email = (
        f'<p class="known"><span>Email</span> {escape(known)}</p>'
        if known
        else text_field(filled, "email", "Email", 'type="email" autocomplete="email" required')
    )
    return f"""
<form method="post" action="{escape(url)}/pay" novalidate>
{email}
{card_fields(filled)}
{text_field(filled, "name", "Name on card")}
<div class="row">{country_field(filled)}{text_field(filled, "postal_code", "Postal code")}</div>
<button>{escape(_submit_words(session))} {_amount(session)} {escape(_interval_of(session))}</button>
{_notes(account, session)}
</form>"""


def _submit_words(session: Document) -> str:
    usual = "subscribe" if session["mode"] == "subscription" else "pay"
    return SUBMIT_WORDS[session["submit_type"] or usual]


def _notes(account: Account, session: Document) -> str:
    notes = []
    if session["mode"] == "subscription":
        notes.append(
            f"{account.settings['display_name']} will charge this card "
            f"{formatted(session['amount_total'], session['currency'])} {_interval_of(session)} "
            "until you cancel."
        )
    if session["custom_text"]["submit"]:
        notes.append(session["custom_text"]["submit"]["message"])
    return "".join(f'<p class="note">{escape(note)}</p>' for note in notes)
