"""The JSON control API under ``_control``: what tests and the panel do that Stripe's API cannot."""

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.sandbox.accounts import DEFAULT_ACCOUNT
from tests.sandbox.controls import CONTROLS
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.errors import StripeRefusal
from tests.sandbox.engine.events import public
from tests.sandbox.engine.store import Document
from tests.sandbox.web.requests import account_of, accounts_of, changed, is_from_elsewhere


async def run_control(request: Request) -> Response:
    """One control by its name; a sentence with 400, 403 or 404 for what cannot be done."""
    if is_from_elsewhere(request):
        return JSONResponse({"error": "Only this machine's programs and the panel do this."}, 403)
    control = CONTROLS.get(request.path_params["control"])
    if control is None:
        return JSONResponse(
            {"error": f"There is no control {request.path_params['control']}."}, 404
        )
    try:
        answer = control(account_of(request), await _body(request))
    except (StripeRefusal, ValueError) as refusal:
        return JSONResponse({"error": str(refusal)}, 400)
    except KeyError as missing:
        return JSONResponse({"error": f"This control needs {missing} in its body."}, 400)
    changed(request)
    return JSONResponse(answer)


async def reset(request: Request) -> Response:
    if is_from_elsewhere(request):
        return JSONResponse({"error": "Only this machine's programs and the panel do this."}, 403)
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


def _deliveries(account: Account, event: Document) -> list[Document]:
    return [public(d) for d in account.store.oldest_first("_delivery", {"event": event["id"]})]


async def _body(request: Request) -> dict[str, Any]:
    body = await request.body()
    read = json.loads(body) if body else {}
    return read if isinstance(read, dict) else {}


routes = [
    Route("/_control/reset", reset, methods=["POST"]),
    Route("/_control/events", show_events, methods=["GET"]),
    Route("/_control/objects/{object_id}", show_object, methods=["GET"]),
    Route("/_control/{control}", run_control, methods=["POST"]),
]
