"""The hosted payment page and the 3D Secure page, plain HTML that works without JavaScript."""

from html import escape

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.sandbox.engine import checkout, sessions
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.cards import TEST_CARDS
from tests.sandbox.engine.checkout import Payer
from tests.sandbox.engine.errors import StripeRefusal
from tests.sandbox.engine.money import formatted
from tests.sandbox.engine.payment_methods import TypedCard
from tests.sandbox.engine.store import Document
from tests.sandbox.timers import ACTIONS
from tests.sandbox.web.pages import page, see_other
from tests.sandbox.web.requests import account_of, changed

SESSION_PLACEHOLDER = "{CHECKOUT_SESSION_ID}"
SUBMIT_WORDS = {
    "donate": "Donate",
    "book": "Book",
    "pay": "Pay",
    "subscribe": "Subscribe",
    "auto": "Pay",
}
COUNTRIES = {
    "": "Choose a country", "GB": "United Kingdom", "US": "United States", "IE": "Ireland", "DE": "Germany",
    "FR": "France", "ES": "Spain", "IT": "Italy", "NL": "Netherlands", "JP": "Japan", "AU": "Australia",
    "CA": "Canada", "CH": "Switzerland",
}  # fmt: skip


async def show(request: Request) -> Response:
    account, session = _find(request)
    if session is None:
        return _gone("There is no such payment page.", 404)
    if session["status"] == "complete":
        return see_other(_success_url(session))
    if session["status"] == "expired":
        return _gone("This payment page has expired. Nothing was charged.", 410, session)
    typed = {"number": _prefill(request.query_params.get("card", ""))}
    return _payment_page(account, session, typed)


async def pay(request: Request) -> Response:
    """303 to the success page or to authentication; a card error shows the page again with 402."""
    account, session = _find(request)
    if session is None:
        return _gone("There is no such payment page.", 404)
    if session["status"] == "expired":
        return _gone("This payment page has expired. Nothing was charged.", 410, session)
    form = await request.form()
    try:
        step = checkout.submit(account, session, _typed_card(form), _payer(form))
    except StripeRefusal as refusal:
        return _payment_page(account, session, _strings(form), refusal)
    finally:
        changed(request)
    if step == "authenticate":
        return see_other(f"{account.base_url}/checkout/{session['id']}/authenticate")
    return see_other(_success_url(session))


async def show_authentication(request: Request) -> Response:
    account, session = _find(request)
    if session is None:
        return _gone("There is no such payment page.", 404)
    if session["status"] == "complete":
        return see_other(_success_url(session))
    intent = checkout.waiting_intent(account, session)
    if session["status"] != "open" or intent is None or intent["status"] != "requires_action":
        return see_other(f"{account.base_url}/checkout/{session['id']}")
    amount = formatted(session["amount_total"], session["currency"])
    body = f"""
<h1>Is it you?</h1>
<p>The bank of this test card asks you to confirm a payment of <strong>{escape(amount)}</strong> to
{escape(account.settings["display_name"])}.</p>
<form method="post">
<p class="actions">
<button name="action" value="complete">Complete authentication</button>
<button name="action" value="fail" class="quiet">Fail authentication</button>
</p>
</form>"""
    return page("3D Secure (test)", body, form_targets=_targets(account, session))


async def authenticate(request: Request) -> Response:
    account, session = _find(request)
    if session is None:
        return _gone("There is no such payment page.", 404)
    form = await request.form()
    action = form.get("action")
    if action not in ("complete", "fail"):
        return _gone("Choose to complete or to fail the authentication.", 400, session)
    try:
        checkout.authenticate(account, session, passed=action == "complete")
    except StripeRefusal as refusal:
        return _payment_page(account, session, {}, refusal)
    finally:
        changed(request)
    return see_other(_success_url(session))


def _find(request: Request) -> tuple[Account, Document | None]:
    account = account_of(request)
    account.run_due(ACTIONS)
    return account, account.store.get("checkout.session", request.path_params["session_id"])


def _typed_card(form: FormData) -> TypedCard:
    typed = _strings(form)
    return TypedCard(
        *(typed.get(name, "").strip() for name in ("number", "exp_month", "exp_year", "cvc"))
    )


def _payer(form: FormData) -> Payer:
    typed = _strings(form)
    return Payer(
        *(typed.get(name, "").strip() for name in ("email", "name", "country", "postal_code"))
    )


def _strings(form: FormData) -> dict[str, str]:
    return {key: value for key, value in form.items() if isinstance(value, str)}


def _success_url(session: Document) -> str:
    return str(session["success_url"]).replace(SESSION_PLACEHOLDER, session["id"])


def _targets(account: Account, session: Document) -> tuple[str, ...]:
    return (account.base_url, session["success_url"])


def _prefill(start: str) -> str:
    """The test card whose number begins or ends with the digits of a quick link."""
    for number in TEST_CARDS:
        if start and (number.startswith(start) or number.endswith(start)):
            return number
    return ""


def _gone(sentence: str, status: int, session: Document | None = None) -> Response:
    back = _back_link(session) if session else ""
    return page("Payment page", f"<h1>{escape(sentence)}</h1>{back}", status=status)


def _back_link(session: Document) -> str:
    if not session["cancel_url"]:
        return ""
    url = session["cancel_url"].replace(SESSION_PLACEHOLDER, session["id"])
    return f'<p class="back"><a href="{escape(url)}">← Back to {escape(_host(url))}</a></p>'


def _host(url: str) -> str:
    return url.split("/")[2]


def _payment_page(
    account: Account, session: Document, typed: dict[str, str], refusal: StripeRefusal | None = None
) -> Response:
    response = page(
        f"Pay {account.settings['display_name']} (test)",
        _back_link(session) + _summary(account, session) + _form(account, session, typed, refusal),
        status=refusal.status if refusal else 200,
        form_targets=_targets(account, session),
        layout="sheet checkout",
    )
    if refusal:
        response.headers["Sandbox-Error-Code"] = (
            refusal.extra.get("decline_code") or refusal.code or ""
        )
    return response


def _summary(account: Account, session: Document) -> str:
    lines = "".join(_line(line) for line in session["_line_items"])
    amount = formatted(session["amount_total"], session["currency"])
    return f"""
<section class="summary">
<p class="payee">{escape(account.settings["display_name"])}</p>
<h1>{escape(amount)}<small>{escape(_session_interval(session))}</small></h1>
<ul class="lines">{lines}</ul>
</section>"""


def _line(line: Document) -> str:
    what = line["description"] or "Item"
    if line["quantity"] != 1:
        what += f" × {line['quantity']}"
    amount = formatted(line["amount_total"], line["currency"]) + _interval(line["price"])
    return f"<li><span>{escape(what)}</span> <span>{escape(amount)}</span></li>"


def _interval(price: Document) -> str:
    recurring = price["recurring"]
    if not recurring:
        return ""
    count = recurring["interval_count"]
    return (
        f" every {count} {recurring['interval']}s" if count > 1 else f" per {recurring['interval']}"
    )


def _session_interval(session: Document) -> str:
    return next(
        (_interval(line["price"]) for line in session["_line_items"] if line["price"]["recurring"]),
        "",
    )


def _form(
    account: Account, session: Document, typed: dict[str, str], refusal: StripeRefusal | None
) -> str:
    url = f"{account.base_url}/checkout/{session['id']}"
    default = "subscribe" if session["mode"] == "subscription" else "pay"
    words = SUBMIT_WORDS[session["submit_type"] or default]
    amount = formatted(session["amount_total"], session["currency"])
    custom = session["custom_text"]["submit"]
    note = f'<p class="note">{escape(custom["message"])}</p>' if custom else ""
    error = (
        f'<div class="error" role="alert" id="error"><p>{escape(refusal.message)}</p></div>'
        if refusal
        else ""
    )
    quick = "".join(
        f'<li><a href="{escape(url)}?card={number[:4] if card.label == "Succeeds" else number[-4:]}">'
        f"{escape(card.label)}</a> <code>{_grouped(number)}</code></li>"
        for number, card in TEST_CARDS.items()
    )
    return f"""
<section class="payment">
{error}
<form method="post" action="{escape(url)}/pay">
{_email_field(account, session, typed)}
<fieldset><legend>Test card</legend>
{_field("number", "Card number", typed, 'inputmode="numeric" autocomplete="off" required')}
<div class="row">
{_field("exp_month", "Month", {"exp_month": "12", **typed}, 'inputmode="numeric" autocomplete="off" required')}
{_field("exp_year", "Year", {"exp_year": "2034", **typed}, 'inputmode="numeric" autocomplete="off" required')}
{_field("cvc", "CVC", {"cvc": _usual_cvc(typed), **typed}, 'inputmode="numeric" autocomplete="off" required')}
</div>
{_field("name", "Name on card", typed, 'autocomplete="off"')}
<div class="row">
{_country_field(typed)}
{_field("postal_code", "Postal code", typed, 'autocomplete="off"')}
</div>
</fieldset>
<button>{escape(words)} {escape(amount)}{escape(_session_interval(session))}</button>
{note}
</form>
<details open><summary>Test cards</summary><ul class="cards">{quick}</ul></details>
</section>"""


def _usual_cvc(typed: dict[str, str]) -> str:
    return "1234" if typed.get("number", "").startswith("37") else "123"


def _grouped(number: str) -> str:
    return " ".join(number[i : i + 4] for i in range(0, len(number), 4))


def _email_field(account: Account, session: Document, typed: dict[str, str]) -> str:
    known = sessions.known_email(account, session)
    if known:
        return f'<p class="known"><span>Email</span> {escape(known)}</p>'
    return _field("email", "Email", typed, 'type="email" autocomplete="off" required')


def _field(name: str, label: str, typed: dict[str, str], attributes: str) -> str:
    value = escape(typed.get(name, ""))
    return (
        f'<p class="field"><label for="{name}">{label}</label>'
        f'<input id="{name}" name="{name}" value="{value}" {attributes}></p>'
    )


def _country_field(typed: dict[str, str]) -> str:
    options = "".join(
        f'<option value="{code}"{" selected" if typed.get("country", "") == code else ""}>{name}</option>'
        for code, name in COUNTRIES.items()
    )
    return (
        '<p class="field"><label for="country">Country</label>'
        f'<select id="country" name="country">{options}</select></p>'
    )


routes = [
    Route("/checkout/{session_id}", show, methods=["GET"]),
    Route("/checkout/{session_id}/pay", pay, methods=["POST"]),
    Route("/checkout/{session_id}/authenticate", show_authentication, methods=["GET"]),
    Route("/checkout/{session_id}/authenticate", authenticate, methods=["POST"]),
]
