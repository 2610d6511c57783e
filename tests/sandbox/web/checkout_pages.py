"""The hosted payment page and the 3D Secure step: what a browser, or a plain HTTP client, walks through.

Paying answers 303 to the success page or to authentication. A card error answers 402 with the page
again, the reason in an alert and its code in the `Sandbox-Error-Code` header, and the session open.
"""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.sandbox.engine import checkout
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.errors import StripeRefusal
from tests.sandbox.engine.store import Document
from tests.sandbox.timers import ACTIONS
from tests.sandbox.web.checkout_html import (
    authentication_page,
    closed_page,
    filled_in,
    payment_page,
    unknown_page,
)
from tests.sandbox.web.pages import see_other
from tests.sandbox.web.payment_form import Filled, test_card_number
from tests.sandbox.web.payment_input import typed_card, typed_form, typed_payer
from tests.sandbox.web.requests import account_of, changed


async def show(request: Request) -> Response:
    account, session = _find(request)
    if session is None:
        return unknown_page()
    if session["status"] == "complete":
        return see_other(_success_url(session))
    if session["status"] == "expired":
        return closed_page(session)
    number = test_card_number(request.query_params.get("card", ""))
    return payment_page(account, session, Filled({"number": number}))


async def pay(request: Request) -> Response:
    """A second submit after success only redirects: nothing is charged twice."""
    account, session = _find(request)
    if session is None:
        return unknown_page()
    if session["status"] == "expired":
        return closed_page(session)
    typed = await typed_form(request)
    try:
        step = checkout.submit(account, session, typed_card(typed), typed_payer(typed))
    except StripeRefusal as refusal:
        return payment_page(account, session, Filled(typed, refusal))
    finally:
        changed(request)
    if step == "authenticate":
        return see_other(f"{account.base_url}/checkout/{session['id']}/authenticate")
    return see_other(_success_url(session))


async def show_authentication(request: Request) -> Response:
    account, session = _find(request)
    if session is None:
        return unknown_page()
    if session["status"] == "complete":
        return see_other(_success_url(session))
    if not checkout.awaits_authentication(account, session):
        return see_other(f"{account.base_url}/checkout/{session['id']}")
    return authentication_page(account, session)


async def authenticate(request: Request) -> Response:
    account, session = _find(request)
    if session is None:
        return unknown_page()
    if session["status"] == "expired":
        return closed_page(session)
    action = (await typed_form(request)).get("action")
    if action not in {"complete", "fail"}:
        return authentication_page(account, session, status=400)
    try:
        checkout.authenticate(account, session, passed=action == "complete")
    except StripeRefusal as refusal:
        return payment_page(account, session, Filled(filled_in(session), refusal))
    finally:
        changed(request)
    return see_other(_success_url(session))


def _find(request: Request) -> tuple[Account, Document | None]:
    account = account_of(request)
    account.run_due(ACTIONS)
    return account, account.store.get("checkout.session", request.path_params["session_id"])


def _success_url(session: Document) -> str:
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", session["id"])


routes = [
    Route("/checkout/{session_id}", show, methods=["GET"]),
    Route("/checkout/{session_id}/pay", pay, methods=["POST"]),
    Route("/checkout/{session_id}/authenticate", show_authentication, methods=["GET"]),
    Route("/checkout/{session_id}/authenticate", authenticate, methods=["POST"]),
]
