"""What the hosted pages look like: what is paid for on one side, the card on the other."""

from html import escape
from urllib.parse import urlsplit

from starlette.responses import Response

from tests.sandbox.engine import sessions
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.cards import TEST_CARDS
from tests.sandbox.engine.errors import StripeRefusal
from tests.sandbox.engine.money import formatted
from tests.sandbox.engine.store import Document
from tests.sandbox.web.pages import page

SUBMIT_WORDS = {
    "auto": "Pay",
    "book": "Book",
    "donate": "Donate",
    "pay": "Pay",
    "subscribe": "Subscribe",
}
COUNTRIES = {
    "": "Choose a country", "GB": "United Kingdom", "US": "United States", "AU": "Australia",
    "CA": "Canada", "FR": "France", "DE": "Germany", "IE": "Ireland", "IT": "Italy", "JP": "Japan",
    "NL": "Netherlands", "ES": "Spain", "CH": "Switzerland",
}  # fmt: skip
CARD_PARAMS = ("number", "exp_month", "exp_year", "cvc", "email")


def payment_page(
    account: Account, session: Document, typed: dict[str, str], refusal: StripeRefusal | None = None
) -> Response:
    body = (
        f'<div class="offer">{_back_link(session)}{_offer(account, session)}</div>'
        f'<div class="payment">{_alert(refusal)}{_form(account, session, typed, refusal)}'
        f"{_test_cards(account, session)}</div>"
    )
    response = page(
        f"Pay {account.settings['display_name']} (test)",
        body,
        status=refusal.status if refusal else 200,
        form_targets=_targets(account, session),
        layout="checkout",
    )
    if refusal:
        code = refusal.extra.get("decline_code") or refusal.code or refusal.type
        response.headers["Sandbox-Error-Code"] = code
    return response


def authentication_page(account: Account, session: Document, *, status: int = 200) -> Response:
    amount = escape(formatted(session["amount_total"], session["currency"]))
    body = f"""
<h1>Is it you?</h1>
<p>The bank behind this test card asks whether you are paying <strong>{amount}</strong> to
<strong>{escape(account.settings["display_name"])}</strong>.</p>
<form method="post">
<p class="actions">
<button name="action" value="complete">Complete authentication</button>
<button name="action" value="fail" class="quiet">Fail authentication</button>
</p>
</form>"""
    targets = _targets(account, session)
    return page("3D Secure (test)", body, status=status, form_targets=targets, layout="sheet")


def closed_page(session: Document) -> Response:
    body = f"<h1>This payment page has expired</h1><p>Nothing was charged.</p>{_back_link(session)}"
    return page("Payment page expired (test)", body, status=410, layout="sheet")


def unknown_page() -> Response:
    body = "<h1>There is no such payment page</h1><p>The link may be incomplete.</p>"
    return page("No such payment page (test)", body, status=404, layout="sheet")


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


def _targets(account: Account, session: Document) -> tuple[str, ...]:
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
    amount = f"{formatted(line['amount_total'], line['currency'])} {_interval(line['price'])}"
    return f"<li><span>{escape(what)}</span> <span>{escape(amount)}</span></li>"


def _amount(session: Document) -> str:
    return escape(formatted(session["amount_total"], session["currency"]))


def _interval(price: Document) -> str:
    recurring = price["recurring"]
    if not recurring:
        return ""
    count, interval = recurring["interval_count"], recurring["interval"]
    return f"every {count} {interval}s" if count > 1 else f"per {interval}"


def _interval_of(session: Document) -> str:
    return next(filter(None, (_interval(line["price"]) for line in session["_line_items"])), "")


def _alert(refusal: StripeRefusal | None) -> str:
    if refusal is None:
        return ""
    field = refusal.param if refusal.param in CARD_PARAMS else "number"
    return (
        f'<div class="alert" role="alert" id="error"><p>{escape(refusal.message)}</p>'
        f'<p><a href="#{field}">Change what you typed</a> or try another card. '
        "Nothing was charged.</p></div>"
    )


def _form(
    account: Account, session: Document, typed: dict[str, str], refusal: StripeRefusal | None
) -> str:
    url = f"{account.base_url}/checkout/{session['id']}"
    usual = {"exp_month": "12", "exp_year": "2034"} if typed.get("number") else {}
    if typed.get("number"):
        usual["cvc"] = "1234" if typed["number"].startswith("37") else "123"
    values = {**usual, **{key: value for key, value in typed.items() if value}}
    wrong = refusal.param if refusal else None

    def field(name: str, label: str, attributes: str = 'autocomplete="off"') -> str:
        invalid = ' aria-invalid="true" aria-describedby="error"' if name == wrong else ""
        return (
            f'<p class="field"><label for="{name}">{label}</label>'
            f'<input id="{name}" name="{name}" value="{escape(values.get(name, ""))}" '
            f"{attributes}{invalid}></p>"
        )

    digits = 'inputmode="numeric" autocomplete="off" required'
    known = sessions.known_email(account, session)
    email = (
        f'<p class="known"><span>Email</span> {escape(known)}</p>'
        if known
        else field("email", "Email", 'type="email" autocomplete="email" required')
    )
    return f"""
<form method="post" action="{escape(url)}/pay" novalidate>
{email}
{field("number", "Card number", digits)}
<div class="row">
{field("exp_month", "Month", digits)}{field("exp_year", "Year", digits)}{field("cvc", "CVC", digits)}
</div>
{field("name", "Name on card")}
<div class="row">{_country(values)}{field("postal_code", "Postal code")}</div>
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


def _country(values: dict[str, str]) -> str:
    chosen = values.get("country", "")
    options = "".join(
        f'<option value="{code}"{" selected" if code == chosen else ""}>{name}</option>'
        for code, name in COUNTRIES.items()
    )
    return (
        '<p class="field"><label for="country">Country</label>'
        f'<select id="country" name="country">{options}</select></p>'
    )


def _test_cards(account: Account, session: Document) -> str:
    url = f"{account.base_url}/checkout/{session['id']}"
    links = "".join(
        f'<li><a href="{escape(url)}?card={card.last4}">{escape(card.label)}</a> '
        f"<code>{number}</code></li>"
        for number, card in TEST_CARDS.items()
    )
    return (
        "<aside><h2>Test cards</h2><p>A link fills in the card. Any future date and any code will do.</p>"
        f'<ul class="cards">{links}</ul></aside>'
    )
