"""The billing portal: a payer's own page, without signing in, for as long as they hold its link."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.sandbox.engine import portal
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.errors import StripeRefusal
from tests.sandbox.engine.store import Document
from tests.sandbox.timers import ACTIONS
from tests.sandbox.web.pages import see_other
from tests.sandbox.web.payment_form import Filled, test_card_number
from tests.sandbox.web.payment_input import typed_card, typed_form, typed_payer
from tests.sandbox.web.portal_html import (
    authentication_page,
    cancel_page,
    card_page,
    confirmation_page,
    home_page,
    refused_page,
    unknown_page,
)
from tests.sandbox.web.requests import account_of, changed

FLOW_PATHS = {"payment_method_update": "/card", "subscription_cancel": "/cancel"}


async def show(request: Request) -> Response:
    """The homepage, or at first the one thing that the session's flow is for."""
    account, session = _find(request)
    if session is None:
        return unknown_page()
    flow, done = session["flow"], request.query_params.get("done", "")
    if flow and not session.get("_flow_done"):
        path = FLOW_PATHS[flow["type"]]
        cancels = flow["subscription_cancel"]
        return see_other(session["url"] + path + (f"/{cancels['subscription']}" if cancels else ""))
    if flow and done and flow["after_completion"]["type"] == "hosted_confirmation":
        return confirmation_page(session, done)
    return home_page(account, session, done=done)


async def show_card(request: Request) -> Response:
    account, session = _find(request)
    if session is None:
        return unknown_page()
    if not portal.allows(account, session, "payment_method_update"):
        return refused_page("This page does not let you change your card.", session)
    number = test_card_number(request.query_params.get("card", ""))
    return card_page(account, session, Filled({"number": number}))


async def change_card(request: Request) -> Response:
    account, session = _find(request)
    if session is None:
        return unknown_page()
    typed = await typed_form(request)
    try:
        step = portal.change_card(
            account, session, typed_card(typed), typed_payer(typed).billing_details()
        )
    except StripeRefusal as refusal:
        return card_page(account, session, Filled(typed, refusal))
    finally:
        changed(request)
    if step == "authenticate":
        return see_other(f"{session['url']}/card/authenticate")
    return _after(session, "card")


async def show_authentication(request: Request) -> Response:
    account, session = _find(request)
    if session is None:
        return unknown_page()
    if not portal.awaits_authentication(account, session):
        return see_other(f"{session['url']}/card")
    return authentication_page(account, session)


async def authenticate(request: Request) -> Response:
    account, session = _find(request)
    if session is None:
        return unknown_page()
    action = (await typed_form(request)).get("action")
    if action not in {"complete", "fail"}:
        return authentication_page(account, session, status=400)
    try:
        portal.authenticate(account, session, passed=action == "complete")
    except StripeRefusal as refusal:
        return card_page(account, session, Filled(refusal=refusal))
    finally:
        changed(request)
    return _after(session, "card")


async def show_cancel(request: Request) -> Response:
    account, session = _find(request)
    if session is None:
        return unknown_page()
    try:
        subscription = portal.own_subscription(
            account, session, request.path_params["subscription_id"]
        )
    except StripeRefusal:
        return unknown_page()
    if not portal.allows(account, session, "subscription_cancel"):
        return refused_page("This page does not let you stop your gift.", session)
    return cancel_page(account, session, subscription, Filled())


async def cancel(request: Request) -> Response:
    account, session = _find(request)
    if session is None:
        return unknown_page()
    feedback = (await typed_form(request)).get("feedback", "")
    try:
        portal.cancel_subscription(
            account, session, request.path_params["subscription_id"], feedback=feedback
        )
    except StripeRefusal as refusal:
        return refused_page(refusal.message, session)
    finally:
        changed(request)
    return _after(session, "cancel")


def _after(session: Document, done: str) -> Response:
    return see_other(portal.leads_to(session) or f"{session['url']}?done={done}")


def _find(request: Request) -> tuple[Account, Document | None]:
    account = account_of(request)
    account.run_due(ACTIONS)
    session_id = request.path_params["portal_id"]
    return account, account.store.get("billing_portal.session", session_id)


routes = [
    Route("/portal/{portal_id}", show, methods=["GET"]),
    Route("/portal/{portal_id}/card", show_card, methods=["GET"]),
    Route("/portal/{portal_id}/card", change_card, methods=["POST"]),
    Route("/portal/{portal_id}/card/authenticate", show_authentication, methods=["GET"]),
    Route("/portal/{portal_id}/card/authenticate", authenticate, methods=["POST"]),
    Route("/portal/{portal_id}/cancel/{subscription_id}", show_cancel, methods=["GET"]),
    Route("/portal/{portal_id}/cancel/{subscription_id}", cancel, methods=["POST"]),
]
