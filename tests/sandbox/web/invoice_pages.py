"""The hosted invoice page: see it, pay it with a new card, or finish the authentication of a renewal.

It answers as the payment page does: 303 onwards, 402 with the page again for a card error.
"""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.sandbox.engine import hosted_invoices
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.errors import StripeRefusal
from tests.sandbox.engine.store import Document
from tests.sandbox.timers import ACTIONS
from tests.sandbox.web.invoice_html import authentication_page, invoice_page, unknown_page
from tests.sandbox.web.pages import see_other
from tests.sandbox.web.payment_form import Filled, test_card_number
from tests.sandbox.web.payment_input import typed_card, typed_form, typed_payer
from tests.sandbox.web.requests import account_of, changed


async def show(request: Request) -> Response:
    account, invoice = _find(request)
    if invoice is None:
        return unknown_page()
    number = test_card_number(request.query_params.get("card", ""))
    return invoice_page(account, invoice, Filled({"number": number}))


async def pay(request: Request) -> Response:
    account, invoice = _find(request)
    if invoice is None:
        return unknown_page()
    typed = await typed_form(request)
    try:
        step = hosted_invoices.pay(
            account, invoice, typed_card(typed), typed_payer(typed).billing_details()
        )
    except StripeRefusal as refusal:
        return invoice_page(account, invoice, Filled(typed, refusal))
    finally:
        changed(request)
    onwards = "/authenticate" if step == "authenticate" else ""
    return see_other(f"{account.base_url}/invoice/{invoice['id']}{onwards}")


async def show_authentication(request: Request) -> Response:
    account, invoice = _find(request)
    if invoice is None:
        return unknown_page()
    if not hosted_invoices.awaits_authentication(account, invoice):
        return see_other(f"{account.base_url}/invoice/{invoice['id']}")
    return authentication_page(account, invoice)


async def authenticate(request: Request) -> Response:
    account, invoice = _find(request)
    if invoice is None:
        return unknown_page()
    action = (await typed_form(request)).get("action")
    if action not in {"complete", "fail"}:
        return authentication_page(account, invoice, status=400)
    try:
        hosted_invoices.authenticate(account, invoice, passed=action == "complete")
    except StripeRefusal as refusal:
        return invoice_page(account, invoice, Filled(refusal=refusal))
    finally:
        changed(request)
    return see_other(f"{account.base_url}/invoice/{invoice['id']}")


def _find(request: Request) -> tuple[Account, Document | None]:
    """A draft has no page yet."""
    account = account_of(request)
    account.run_due(ACTIONS)
    invoice = account.store.get("invoice", request.path_params["invoice_id"])
    return account, invoice if invoice and invoice["hosted_invoice_url"] else None


routes = [
    Route("/invoice/{invoice_id}", show, methods=["GET"]),
    Route("/invoice/{invoice_id}/pay", pay, methods=["POST"]),
    Route("/invoice/{invoice_id}/authenticate", show_authentication, methods=["GET"]),
    Route("/invoice/{invoice_id}/authenticate", authenticate, methods=["POST"]),
]
