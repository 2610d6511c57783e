"""What the payment page asks beside the way to pay: who the payer is, and what the session wants to know."""

from html import escape

from tests.sandbox.engine import sessions
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.store import Document
from tests.sandbox.web.payment_form import (
    Filled,
    choice_field,
    country_field,
    text_field,
    tick_field,
)

FIELDS = (
    "email", "number", "exp_month", "exp_year", "cvc", "iban", "sort_code", "account_number",
    "name", "country", "postal_code", "line1", "city", "phone", "individual_name", "business_name",
    "accepts_terms",
)  # fmt: skip
NAME_LABELS = {
    "card": "Name on card",
    "sepa_debit": "Name on the account",
    "bacs_debit": "Name on the account",
    "wallet": "Name",
}
WHO = {"individual": "Your name", "business": "Name of your organisation"}


def email_field(account: Account, session: Document, filled: Filled) -> str:
    """The address that the session was opened with cannot be changed here."""
    known = sessions.known_email(account, session)
    if known:
        return f'<p class="known"><span>Email</span> {escape(known)}</p>'
    return text_field(filled, "email", "Email", 'type="email" autocomplete="email" required')


def about_the_payer(session: Document, filled: Filled, method: str) -> str:
    name = text_field(filled, "name", NAME_LABELS[method])
    if method == "sepa_debit" and session["billing_address_collection"] != "required":
        return name + country_field(filled)
    row = (
        f'<div class="row">{country_field(filled)}'
        f"{text_field(filled, 'postal_code', 'Postal code')}</div>"
    )
    # Bacs needs the whole address for its mandate, and so does a session that asks for it.
    if session["billing_address_collection"] == "required" or method == "bacs_debit":
        return (
            f"{name}{text_field(filled, 'line1', 'Street and number')}"
            f"{text_field(filled, 'city', 'Town')}{row}"
        )
    return name + row


def questions(session: Document, filled: Filled) -> str:
    parts = []
    names = session.get("name_collection") or {}
    for who, label in WHO.items():
        if names.get(who) and names[who]["enabled"]:
            parts.append(text_field(filled, f"{who}_name", _optional(label, names[who])))
    if session["phone_number_collection"]["enabled"]:
        parts.append(text_field(filled, "phone", "Phone", 'type="tel" autocomplete="off"'))
    parts += [_custom_field(filled, asked) for asked in session["custom_fields"]]
    parts.append(_consents(session, filled))
    return "".join(parts)


def _custom_field(filled: Filled, asked: Document) -> str:
    name, inner = f"custom_{asked['key']}", asked[asked["type"]]
    label = _optional(asked["label"]["custom"], asked)
    usual = inner["default_value"] or ""
    if asked["type"] == "dropdown":
        options = {"": "Choose", **{o["value"]: o["label"] for o in inner["options"]}}
        return choice_field(filled, name, label, options, usual=usual)
    digits = ' inputmode="numeric"' if asked["type"] == "numeric" else ""
    return text_field(filled, name, label, f'autocomplete="off"{digits}', usual=usual)


def _consents(session: Document, filled: Filled) -> str:
    asked = session["consent_collection"] or {}
    shown = ""
    if asked.get("promotions") == "auto":
        shown += tick_field(filled, "wants_promotions", "Send me news and offers")
    if asked.get("terms_of_service") == "required":
        text = session["custom_text"]["terms_of_service_acceptance"]
        label = text["message"] if text else "I agree to the terms of service"
        shown += tick_field(filled, "accepts_terms", label)
    return shown


def _optional(label: str, asked: Document) -> str:
    return f"{label} (optional)" if asked["optional"] else label
