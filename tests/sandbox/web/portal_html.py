"""What the billing portal looks like: the card on file, standing gifts, invoices, and one form at a time."""

from html import escape
from itertools import islice

from starlette.responses import Response

from tests.sandbox.engine import portal, portal_configurations
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.money import formatted
from tests.sandbox.engine.store import Document
from tests.sandbox.engine.subscription_states import current_period_end
from tests.sandbox.web.pages import page
from tests.sandbox.web.payment_form import (
    Filled,
    alert,
    card_fields,
    choice_field,
    country_field,
    test_cards,
    text_field,
)
from tests.sandbox.web.sheets import asks_to_save, authentication_sheet, message_sheet
from tests.sandbox.web.words import day, every, method_in_words

SHOWN = 12
FIELDS = ("number", "exp_month", "exp_year", "cvc", "feedback")
DONE = {
    "card": "The new card is saved and will be charged from now on.",
    "cancel": "The standing gift is stopped.",
}
REASONS = {
    "": "Choose a reason",
    "customer_service": "Customer service",
    "low_quality": "Quality was less than expected",
    "missing_features": "Something is missing",
    "other": "Another reason",
    "switched_service": "I support something else now",
    "too_complex": "It was too complicated",
    "too_expensive": "It costs too much",
    "unused": "I do not use it enough",
}


def home_page(account: Account, session: Document, *, done: str = "") -> Response:
    said = f'<p class="done" role="status">{escape(DONE[done])}</p>' if done in DONE else ""
    body = f"""
{_back_link(session)}
<p class="payee">{escape(account.settings["display_name"])}</p>
<h1>Your payments</h1>
{said}
{_card_part(account, session)}{_subscriptions_part(account, session)}{_invoices_part(account, session)}"""
    return page("Your payments (test)", body, layout="sheet portal")


def card_page(account: Account, session: Document, filled: Filled) -> Response:
    url = f"{session['url']}/card"
    body = f"""
<div class="offer">{_home_link(session)}<h1>Change your card</h1>
<p>{escape(account.settings["display_name"])} will charge the new card from now on. Nothing is charged today.</p>
</div>
<div class="payment">{alert(filled, fields=FIELDS, otherwise="number")}
<form method="post" action="{escape(url)}" novalidate>
{card_fields(filled)}
{text_field(filled, "name", "Name on card")}
<div class="row">{country_field(filled)}{text_field(filled, "postal_code", "Postal code")}</div>
<button>Save this card</button>
</form>{test_cards(url)}</div>"""
    return _asking(account, session, body, filled, title="Change your card", layout="checkout")


def cancel_page(
    account: Account, session: Document, subscription: Document, filled: Filled
) -> Response:
    configuration = portal_configurations.get(account, session["configuration"])
    feature = configuration["features"]["subscription_cancel"]
    ends = (
        "It stops at once."
        if feature["mode"] == "immediately"
        else f"It stops on {day(current_period_end(subscription))}; what is paid for stays paid for."
    )
    reason = ""
    if feature["cancellation_reason"]["enabled"]:
        offered = feature["cancellation_reason"]["options"]
        options = {key: REASONS[key] for key in ("", *offered)}
        reason = choice_field(filled, "feedback", "Why do you stop?", options)
    body = f"""
<h1>Stop your standing gift</h1>
<p><strong>{escape(_price(subscription))}</strong>. {ends}</p>
{alert(filled, fields=FIELDS, otherwise="feedback")}
<form method="post">{reason}
<p class="actions"><button>Stop the gift</button>
<a class="button quiet" href="{escape(session["url"])}">Keep it</a></p>
</form>"""
    return _asking(account, session, body, filled, title="Stop your standing gift", layout="sheet")


def authentication_page(account: Account, session: Document, *, status: int = 200) -> Response:
    asks = asks_to_save(account.settings["display_name"])
    return authentication_sheet(asks, targets=_targets(account, session), status=status)


def confirmation_page(session: Document, done: str) -> Response:
    after = (session["flow"] or {}).get("after_completion") or {}
    custom = (after.get("hosted_confirmation") or {}).get("custom_message")
    return message_sheet("Done", custom or DONE[done], more=_back_link(session))


def unknown_page() -> Response:
    return message_sheet("There is no such page", "The link may be incomplete or old.", status=404)


def refused_page(message: str, session: Document) -> Response:
    return message_sheet("This cannot be done here", message, status=400, more=_home_link(session))


def _asking(
    account: Account, session: Document, body: str, filled: Filled, *, title: str, layout: str
) -> Response:
    """A page with a form; its error code is in a header for plain HTTP clients."""
    response = page(
        f"{title} (test)",
        body,
        status=filled.status,
        form_targets=_targets(account, session),
        layout=layout,
    )
    if filled.code:
        response.headers["Sandbox-Error-Code"] = filled.code
    return response


def _targets(account: Account, session: Document) -> tuple[str, ...]:
    return tuple(filter(None, (account.base_url, portal.leads_to(session))))


def _back_link(session: Document) -> str:
    if not session["return_url"]:
        return ""
    return f'<p class="back"><a href="{escape(session["return_url"])}">← Back</a></p>'


def _home_link(session: Document) -> str:
    return f'<p class="back"><a href="{escape(session["url"])}">← Your payments</a></p>'


def _card_part(account: Account, session: Document) -> str:
    customer = account.store.get("customer", session["customer"])
    assert customer is not None
    method_id = customer["invoice_settings"]["default_payment_method"]
    method = account.store.get("payment_method", method_id or "")
    shown = method_in_words(method) if method else "No default card yet."
    change = (
        f'<p><a class="button quiet" href="{escape(session["url"])}/card">Change the card</a></p>'
        if portal.allows(account, session, "payment_method_update")
        else ""
    )
    return f"<section><h2>Card</h2><p>{escape(shown)}</p>{change}</section>"


def _subscriptions_part(account: Account, session: Document) -> str:
    mine = {"customer": session["customer"], "ended": False}
    can_stop = portal.allows(account, session, "subscription_cancel")
    rows = "".join(
        f"<li><span>{escape(_price(gift))}<br>{escape(_what_comes(account, gift))}</span> <span>"
        + (
            f'<a href="{escape(session["url"])}/cancel/{gift["id"]}">Stop '
            f'<span class="unseen">{escape(_price(gift))}</span></a>'
            if can_stop and not gift["cancel_at_period_end"]
            else ""
        )
        + "</span></li>"
        for gift in islice(account.store.newest_first("subscription", mine), SHOWN)
    )
    return (
        f'<section><h2>Standing gifts</h2><ul class="lines">{rows}</ul></section>' if rows else ""
    )


def _what_comes(account: Account, subscription: Document) -> str:
    end = day(current_period_end(subscription))
    comes = f"Stops on {end}" if subscription["cancel_at_period_end"] else f"Next on {end}"
    method = account.store.get("payment_method", subscription["default_payment_method"] or "")
    return f"{comes}, {method_in_words(method)}" if method else comes


def _invoices_part(account: Account, session: Document) -> str:
    if not portal.allows(account, session, "invoice_history"):
        return ""
    mine = {"customer": session["customer"]}
    rows = "".join(
        f'<li><span><a href="{escape(invoice["hosted_invoice_url"])}">{day(invoice["created"])}</a>, '
        f"{escape(invoice['status'])}</span> "
        f"<span>{escape(formatted(invoice['total'], invoice['currency']))}</span></li>"
        for invoice in islice(account.store.newest_first("invoice", mine), SHOWN)
        if invoice["hosted_invoice_url"]
    )
    return f'<section><h2>Invoices</h2><ul class="lines">{rows}</ul></section>' if rows else ""


def _price(subscription: Document) -> str:
    price = subscription["items"]["data"][0]["price"]
    return f"{formatted(price['unit_amount'], price['currency'])} {every(price)}"
