"""The hosted payment page and the 3D Secure step: what a browser, or a plain HTTP client, walks through.

Paying answers 303 to the success page or to authentication. A card error answers 402 with the page
again, the reason in an alert and its code in the `Sandbox-Error-Code` header, and the session open.
"""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.sandbox.engine import checkout, session_recovery, sessions
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.errors import StripeRefusal
from tests.sandbox.engine.store import Document
from tests.sandbox.timers import ACTIONS
from tests.sandbox.web.checkout_html import (
    authentication_page,
    closed_page,
    done_page,
    filled_in,
    payment_page,
    unknown_page,
)
from tests.sandbox.web.method_form import linked_account
from tests.sandbox.web.pages import see_other
from tests.sandbox.web.payment_form import Filled, test_card_number
from tests.sandbox.web.payment_input import typed_form, typed_method, typed_payer
from tests.sandbox.web.requests import account_of, changed


async def show(request: Request) -> Response:
    account, session = _find(request)
    if session is None:
        return unknown_page()
    if session["status"] == "complete":
        return _onwards(account, session)
    if session["status"] == "expired":
        return closed_page(session)
    asked = dict(request.query_params)
    typed = {
        **filled_in(session),
        **linked_account(asked),
        "number": test_card_number(asked.get("card", "")),
        "method": asked.get("method", ""),
    }
    return payment_page(account, session, Filled(typed))


async def pay(request: Request) -> Response:
    """A second submit after success only redirects: nothing is charged twice."""
    account, session = _find(request)
    if session is None:
        return unknown_page()
    if session["status"] == "expired":
        return closed_page(session)
    typed = await typed_form(request)
    try:
        step = checkout.submit(account, session, typed_method(typed), typed_payer(typed))
    except StripeRefusal as refusal:
        return payment_page(account, session, Filled(typed, refusal))
    finally:
        changed(request)
    if step == "authenticate":
        return see_other(f"{account.base_url}/checkout/{session['id']}/authenticate")
    return _onwards(account, session)


async def show_authentication(request: Request) -> Response:
    account, session = _find(request)
    if session is None:
        return unknown_page()
    if session["status"] == "complete":
        return _onwards(account, session)
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
    return _onwards(account, session)


def _find(request: Request) -> tuple[Account, Document | None]:
    account = account_of(request)
    account.run_due(ACTIONS)
    return account, account.store.get("checkout.session", request.path_params["session_id"])


def _onwards(account: Account, session: Document) -> Response:
    """To the page that the session names, or to a word of thanks where the payer stays."""
    url = session["success_url"] or session.get("return_url")
    if not url:
        return see_other(f"{account.base_url}/checkout/{session['id']}/done")
    return see_other(url.replace("{CHECKOUT_SESSION_ID}", session["id"]))


async def show_done(request: Request) -> Response:
    _, session = _find(request)
    return done_page() if session and session["status"] == "complete" else unknown_page()


async def recover(request: Request) -> Response:
    """Open an expired session anew, as its recovery link promises, and go to the new one."""
    account, session = _find(request)
    again = session and session_recovery.params_again(account, session, request.path_params["key"])
    if session is None or again is None:
        return unknown_page()
    opened = sessions.create(account, again)
    opened["recovered_from"] = session["id"]
    account.store.put(opened)
    changed(request)
    return see_other(f"{account.base_url}/checkout/{opened['id']}")


routes = [
    Route("/checkout/{session_id}", show, methods=["GET"]),
    Route("/checkout/{session_id}/done", show_done, methods=["GET"]),
    Route("/recover/{session_id}/{key}", recover, methods=["GET"]),
    Route("/checkout/{session_id}/pay", pay, methods=["POST"]),
    Route("/checkout/{session_id}/authenticate", show_authentication, methods=["GET"]),
    Route("/checkout/{session_id}/authenticate", authenticate, methods=["POST"]),
]
