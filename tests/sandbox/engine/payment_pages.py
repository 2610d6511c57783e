"""The hosted page as the official CLI drives it: `/v1/payment_pages`, which is in no SDK."""

from typing import Any

from tests.sandbox.engine import checkout
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.checkout_payers import Payer
from tests.sandbox.engine.errors import invalid, missing
from tests.sandbox.engine.payment_methods import named
from tests.sandbox.engine.store import Document


def retrieve(account: Account, params: dict[str, Any], session_id: str) -> Document:
    """The answer is the session itself: nothing of Stripe's own page is read."""
    session = account.store.get("checkout.session", session_id)
    if session is None:
        raise missing("checkout session", session_id)
    return session


def confirm(account: Account, params: dict[str, Any], session_id: str) -> Document:
    """Pay with a method that is there already, as the payer whom its billing details name."""
    session = retrieve(account, {}, session_id)
    expected = params.get("expected_amount", session["amount_total"])
    if expected != session["amount_total"]:
        raise invalid("The amount is not what the page expected.", param="expected_amount")
    method = named(account, params["payment_method"])
    billing = method["billing_details"]
    address = {key: value or "" for key, value in (billing["address"] or {}).items()}
    payer = Payer(
        email=billing["email"] or "",
        name=billing["name"] or "",
        phone=billing["phone"] or "",
        **address,
    )
    checkout.submit(account, session, method["id"], payer)
    return session
