"""The JSON control API under ``_control``: what tests and the panel do that Stripe's API cannot."""

import json
from random import Random
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.sandbox.accounts import DEFAULT_ACCOUNT
from tests.sandbox.engine import deliveries, webhook_endpoints
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.deliveries import HOLD_URL
from tests.sandbox.engine.events import public
from tests.sandbox.engine.faults import FailNext
from tests.sandbox.engine.store import Document
from tests.sandbox.timers import ACTIONS
from tests.sandbox.web.requests import account_of, accounts_of, changed

CONFIGURABLE = frozenset(
    {
        "display_name",
        "country",
        "default_currency",
        "statement_descriptor",
        "statement_descriptor_prefix",
        "settlement_days",
        "retry_schedule",
        "fees",
    }
)


async def hold(request: Request) -> Response:
    """The account's ``hold:`` endpoint, made on first use; its secret each time."""
    endpoint = held_endpoint(account_of(request))
    changed(request)
    return JSONResponse(
        {"id": endpoint["id"], "secret": webhook_endpoints.current_secret(endpoint)}
    )


async def take(request: Request) -> Response:
    """Everything held since the last call, signed and ready to be posted by the test itself."""
    account = account_of(request)
    account.run_due(ACTIONS)
    return JSONResponse({"deliveries": deliveries.take_held(account)})


async def resend(request: Request) -> Response:
    account = account_of(request)
    sent = deliveries.resend(account, (await _body(request))["event"])
    changed(request)
    return JSONResponse({"sent": sent})


async def advance(request: Request) -> Response:
    """Move the clock forward and let everything come due on the way."""
    account = account_of(request)
    account.move_clock(int((await _body(request))["seconds"]))
    account.run_due(ACTIONS)
    changed(request)
    return JSONResponse({"now": account.now()})


async def fail_next(request: Request) -> Response:
    body = await _body(request)
    account_of(request).api_faults.waiting.append(
        FailNext(
            remaining=int(body.get("n", 1)),
            status=body.get("status", 500),
            path_contains=body.get("path_contains", ""),
            seconds=float(body.get("seconds", 30)),
        )
    )
    return JSONResponse({})


async def webhook_faults(request: Request) -> Response:
    """Set the named faults; `rotate_secret` answers with the new secret of the ``hold:`` endpoint."""
    account, body = account_of(request), await _body(request)
    faults, answer = account.webhook_faults, {}
    if body.get("clear"):
        faults.clear()
    for name in ("duplicates", "stale", "wrong_secret", "tampered"):
        if name in body:
            setattr(faults, name, bool(body[name]))
    if "drop" in body:
        faults.to_drop = int(body["drop"])
    if "api_version" in body:
        faults.api_version = str(body["api_version"])
    if "reorder" in body:
        faults.shuffle = Random(body["reorder"])
    if body.get("rotate_secret"):
        answer["secret"] = webhook_endpoints.rotate_secret(account, held_endpoint(account))
    changed(request)
    return JSONResponse(answer)


async def configure(request: Request) -> Response:
    """Change the account's settings: names, statement descriptor, fees, retry schedule."""
    account, body = account_of(request), await _body(request)
    if unknown := body.keys() - CONFIGURABLE:
        return JSONResponse({"error": f"Unknown settings: {sorted(unknown)}"}, 400)
    account.store.put({**account.settings, **body})
    changed(request)
    return JSONResponse(account.settings)


async def reset(request: Request) -> Response:
    accounts_of(request).reset(request.path_params.get("account", DEFAULT_ACCOUNT))
    changed(request)
    return JSONResponse({})


async def show_object(request: Request) -> Response:
    document = account_of(request).store.find(request.path_params["object_id"])
    if document is None:
        return JSONResponse({"error": "There is no such object."}, 404)
    return JSONResponse(public(document))


async def show_events(request: Request) -> Response:
    """Every event in the order of creation, with what came of its deliveries."""
    account = account_of(request)
    wanted = request.query_params.get("type")
    events = account.store.oldest_first("event", {"type": wanted} if wanted else {})
    return JSONResponse(
        {
            "events": [
                {**public(event), "deliveries": _deliveries(account, event)} for event in events
            ]
        }
    )


def held_endpoint(account: Account) -> Document:
    for endpoint in account.store.oldest_first("webhook_endpoint", {}):
        if endpoint["url"] == HOLD_URL:
            return endpoint
    made = webhook_endpoints.create(account, {"url": HOLD_URL, "enabled_events": ["*"]})
    return account.store.find(made["id"]) or made


def _deliveries(account: Account, event: Document) -> list[Document]:
    return [public(d) for d in account.store.oldest_first("_delivery", {"event": event["id"]})]


async def _body(request: Request) -> dict[str, Any]:
    body = await request.body()
    read = json.loads(body) if body else {}
    return read if isinstance(read, dict) else {}


routes = [
    Route("/_control/hold", hold, methods=["POST"]),
    Route("/_control/take", take, methods=["POST"]),
    Route("/_control/resend", resend, methods=["POST"]),
    Route("/_control/advance", advance, methods=["POST"]),
    Route("/_control/fail_next", fail_next, methods=["POST"]),
    Route("/_control/webhook_faults", webhook_faults, methods=["POST"]),
    Route("/_control/configure", configure, methods=["POST"]),
    Route("/_control/reset", reset, methods=["POST"]),
    Route("/_control/events", show_events, methods=["GET"]),
    Route("/_control/objects/{object_id}", show_object, methods=["GET"]),
]
