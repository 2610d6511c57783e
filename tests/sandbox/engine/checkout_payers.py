"""What a payer tells about themselves on the hosted page, and what of it the session asked for."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.sandbox.engine import customers, session_documents
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.errors import StripeRefusal
from tests.sandbox.engine.store import Document

_PHONE = re.compile(r"\+?[0-9 ()-]{6,20}")


@dataclass(frozen=True, slots=True)
class Payer:
    """What a payer typed about themselves; `answers` are to the session's custom fields, by their key."""

    email: str
    name: str
    country: str = ""
    postal_code: str = ""
    line1: str = ""
    line2: str = ""
    city: str = ""
    state: str = ""
    phone: str = ""
    individual_name: str = ""
    business_name: str = ""
    accepts_terms: bool = False
    wants_promotions: bool = False
    answers: Mapping[str, str] = field(default_factory=dict)

    def address(self) -> Document | None:
        given = {key: getattr(self, key) for key in customers.ADDRESS_KEYS}
        return customers.address(given if any(given.values()) else None)

    def billing_details(self) -> Document:
        return {"email": self.email or None, "name": self.name or None, "address": self.address()}


def collect(account: Account, session: Document, payer: Payer, *, email: str) -> None:
    """Keep what was typed with the session; a refusal (402) for what it asks for and was not given."""
    _require_address(session, payer)
    asked = session.get("name_collection") or {}
    for who in ("individual", "business"):
        wanted = asked.get(who)
        if wanted and wanted["enabled"] and not wanted["optional"]:
            _require(getattr(payer, f"{who}_name"), f"{who}_name", "Please give this name.")
    if session["phone_number_collection"]["enabled"] and not _PHONE.fullmatch(payer.phone):
        raise _incomplete("Your phone number is incomplete.", "phone")
    session["consent"] = _consent(session, payer)
    for asked_field in session["custom_fields"]:
        _answer(asked_field, payer.answers.get(asked_field["key"], ""))
    individual, business = payer.individual_name or None, payer.business_name or None
    session["customer_details"] = session_documents.details(
        email=email,
        name=business or individual or payer.name or None,
        address=payer.address(),
        phone=payer.phone or None,
        individual_name=individual,
        business_name=business,
    )
    if asked:
        session["collected_information"] = {
            "business_name": business,
            "individual_name": individual,
            "shipping_details": None,
        }
    account.store.put(session)


def _require_address(session: Document, payer: Payer) -> None:
    if session["billing_address_collection"] != "required":
        return
    for name in ("country", "line1", "city", "postal_code"):
        _require(getattr(payer, name), name, "Your address is incomplete.")


def _consent(session: Document, payer: Payer) -> Document | None:
    asked = session["consent_collection"]
    if not asked:
        return None
    terms = promotions = None
    if asked["terms_of_service"] == "required":
        if not payer.accepts_terms:
            raise _incomplete("Please accept the terms of service.", "accepts_terms")
        terms = "accepted"
    if asked["promotions"] == "auto":
        promotions = "opt_in" if payer.wants_promotions else "opt_out"
    return {"promotions": promotions, "terms_of_service": terms}


def _answer(asked: Document, answer: str) -> None:
    kind, name = asked["type"], f"custom_{asked['key']}"
    inner = asked[kind]
    if not answer:
        if not asked["optional"]:
            raise _incomplete("Please answer this question.", name)
        return
    if kind == "dropdown":
        if answer not in {option["value"] for option in inner["options"]}:
            raise _incomplete("Please choose one of the answers.", name)
    elif not (inner["minimum_length"] or 0) <= len(answer) <= (inner["maximum_length"] or 255):
        raise _incomplete("This answer is too short or too long.", name)
    if kind == "numeric" and not (answer.isascii() and answer.isdigit()):
        raise _incomplete("Please answer with digits only.", name)
    inner["value"] = answer


def _require(value: str, name: str, message: str) -> None:
    if not value:
        raise _incomplete(message, name)


def _incomplete(message: str, param: str) -> StripeRefusal:
    return StripeRefusal(message, status=402, code="incomplete", param=param)
