"""The Starlette application: the API under ``/v1``, hosted pages, and control, for every account."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from tests.sandbox.accounts import Accounts
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.faults import FailNext
from tests.sandbox.protocol import (
    ApiAnswer,
    ApiRequest,
    answer,
    in_flight_refusal,
    injected_failure,
)
from tests.sandbox.web import (
    authentication_pages,
    checkout_pages,
    control,
    invoice_pages,
    panel,
    portal_pages,
    uploads,
)
from tests.sandbox.web.delivery import Deliverer
from tests.sandbox.web.pages import ASSETS
from tests.sandbox.web.requests import account_of, changed

LARGEST_BODY = 1_000_000


def build_app(accounts: Accounts) -> Starlette:
    deliverer = Deliverer(accounts)

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        task = asyncio.create_task(deliverer.run())
        yield
        task.cancel()
        deliverer.close()

    of_account: list[BaseRoute] = [
        *uploads.routes,
        Route("/v{major:int}/{rest:path}", api, methods=["GET", "POST", "DELETE"]),
        *authentication_pages.routes,
        *checkout_pages.routes,
        *invoice_pages.routes,
        *portal_pages.routes,
        *control.routes,
        *panel.routes,
    ]
    app = Starlette(
        lifespan=lifespan,
        routes=[
            Route("/favicon.ico", no_icon, methods=["GET"]),
            Mount("/_static", StaticFiles(directory=ASSETS)),
            Mount("/a/{account}", routes=of_account),
            *of_account,
        ],
    )
    app.state.accounts, app.state.deliverer = accounts, deliverer
    return app


async def no_icon(request: Request) -> Response:
    return Response(status_code=204)


async def api(request: Request) -> Response:
    """One API call: its injected fault if one waits, then the engine's answer."""
    account = account_of(request)
    body = await request.body()
    in_parts = uploads.brings_parts(request)
    if len(body) > (uploads.LARGEST_FORM if in_parts else LARGEST_BODY):
        return PlainTextResponse("The request is too large.", 413)
    text, upload = (
        await uploads.parts_of(request) if in_parts else (body.decode(errors="replace"), None)
    )
    path = "/v{major}/{rest}".format(**request.path_params)
    call = ApiRequest(
        method=request.method,
        path=path,
        form=text if request.method == "POST" else request.url.query,
        authorization=request.headers.get("authorization", ""),
        version=request.headers.get("stripe-version"),
        idempotency_key=request.headers.get("idempotency-key"),
        upload=upload,
    )
    fault = account.api_faults.take(f"{request.method} {path}")
    if fault and isinstance(fault.status, int):
        return _response(injected_failure(fault.status, account))
    if fault and fault.status == "slow":
        result = await _answer_slowly(account, call, fault)
        changed(request)
        return _response(result)
    if call.idempotency_key and call.idempotency_key in account.in_flight:
        return _response(in_flight_refusal(call.idempotency_key, account))
    result = answer(account, call)
    changed(request)
    return Silence(fault.seconds) if fault else _response(result)


async def _answer_slowly(account: Account, call: ApiRequest, fault: FailNext) -> ApiAnswer:
    key = call.idempotency_key
    if key:
        account.in_flight.add(key)
    try:
        await asyncio.sleep(fault.seconds)
    finally:
        account.in_flight.discard(key or "")
    return answer(account, call)


def _response(result: ApiAnswer) -> Response:
    return Response(result.body, result.status, result.headers, "application/json")


class Silence(Response):
    """No answer at all: holds the connection until the client gives up, or breaks it off in the end."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def until_disconnected() -> None:
            while (await receive())["type"] != "http.disconnect":
                pass

        try:
            await asyncio.wait_for(until_disconnected(), self._seconds)
        except TimeoutError:
            scope["app"].state.hang_up(scope["client"])
            await until_disconnected()
