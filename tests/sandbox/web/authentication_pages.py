"""The bank's page of an intent that was confirmed by the API with a `return_url`."""

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.sandbox.engine import payment_intents, setup_intents
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.errors import StripeRefusal
from tests.sandbox.engine.money import formatted
from tests.sandbox.engine.store import Document
from tests.sandbox.timers import ACTIONS
from tests.sandbox.web.pages import see_other
from tests.sandbox.web.payment_input import typed_form
from tests.sandbox.web.requests import account_of, changed
from tests.sandbox.web.sheets import (
    asks_to_pay,
    asks_to_save,
    authentication_sheet,
    message_sheet,
)


async def show(request: Request) -> Response:
    account, intent = _waiting(request)
    return _sheet(account, intent) if intent else _nothing_waits()


async def answer(request: Request) -> Response:
    """Take the payer's answer and send them back with what came of it, as Stripe does."""
    account, intent = _waiting(request)
    if intent is None:
        return _nothing_waits()
    action = (await typed_form(request)).get("action")
    if action not in {"complete", "fail"}:
        return _sheet(account, intent, status=400)
    return_url = _return_url(intent)
    engine = payment_intents if intent["object"] == "payment_intent" else setup_intents
    outcome = "succeeded"
    try:
        engine.authenticate(account, intent, passed=action == "complete")
    except StripeRefusal:
        outcome = "failed"  # the reason is on the intent, where the caller will look for it
    finally:
        changed(request)
    told = {
        intent["object"]: intent["id"],
        f"{intent['object']}_client_secret": intent["client_secret"],
        "redirect_status": outcome,
    }
    return see_other(f"{return_url}{'&' if '?' in return_url else '?'}{urlencode(told)}")


def _sheet(account: Account, intent: Document, *, status: int = 200) -> Response:
    payee = account.settings["display_name"]
    asks = (
        asks_to_pay(formatted(intent["amount"], intent["currency"]), payee)
        if intent["object"] == "payment_intent"
        else asks_to_save(payee)
    )
    targets = (account.base_url, _return_url(intent))
    return authentication_sheet(asks, targets=targets, status=status)


def _nothing_waits() -> Response:
    return message_sheet(
        "Nothing to confirm", "This payment does not wait for its payer.", status=404
    )


def _return_url(intent: Document) -> str:
    return str(intent["next_action"]["redirect_to_url"]["return_url"])


def _waiting(request: Request) -> tuple[Account, Document | None]:
    account = account_of(request)
    account.run_due(ACTIONS)
    intent_id = request.path_params["intent_id"]
    intent = account.store.get("payment_intent", intent_id) or account.store.get(
        "setup_intent", intent_id
    )
    action = (intent or {}).get("next_action") or {}
    return account, intent if action.get("type") == "redirect_to_url" else None


routes = [
    Route("/authenticate/{intent_id}", show, methods=["GET"]),
    Route("/authenticate/{intent_id}", answer, methods=["POST"]),
]
