"""The control panel for people: what exists, what happened, and what should go wrong next."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from tests.sandbox.engine import deliveries
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.faults import FailNext
from tests.sandbox.timers import ACTIONS
from tests.sandbox.web.pages import see_other
from tests.sandbox.web.panel_html import object_page, objects_page, overview_page
from tests.sandbox.web.requests import account_of, accounts_of, changed

LONGEST_ADVANCE_DAYS = 4000
SHOWN_ROWS = 50


async def overview(request: Request) -> Response:
    account = account_of(request)
    account.run_due(ACTIONS)
    names = [other.name for other in accounts_of(request).all()]
    done = request.query_params.get("done", "")
    return overview_page(account, names, shown=SHOWN_ROWS, done=done)


async def objects(request: Request) -> Response:
    return objects_page(account_of(request), request.path_params["kind"], shown=SHOWN_ROWS)


async def one_object(request: Request) -> Response:
    account = account_of(request)
    document = account.store.find(request.path_params["object_id"])
    if document is None:
        return PlainTextResponse("There is no such object.", 404)
    return object_page(account, document)


async def act(request: Request) -> Response:
    """One action of the panel, then back to the overview with a word on what was done."""
    account = account_of(request)
    if request.headers.get("origin", _own_origin(request)) != _own_origin(request):
        return PlainTextResponse("Only the panel's own pages may do this.", 403)
    form = await request.form()
    typed = {key: value for key, value in form.items() if isinstance(value, str)}
    try:
        done = _ACTIONS[request.path_params["action"]](account, typed)
    except (KeyError, ValueError):
        return PlainTextResponse("The panel does not know what to do with that.", 400)
    changed(request)
    return see_other(f"{account.base_url}/_panel/?done={done}")


def _resend(account: Account, typed: dict[str, str]) -> str:
    deliveries.resend(account, typed["event"])
    return "resent"


def _advance(account: Account, typed: dict[str, str]) -> str:
    days, hours = int(typed.get("days") or 0), int(typed.get("hours") or 0)
    if days > LONGEST_ADVANCE_DAYS:
        raise ValueError("Ten years at a time are enough.")
    account.move_clock(days * 86400 + hours * 3600)
    account.run_due(ACTIONS)
    return "advanced"


def _fail(account: Account, typed: dict[str, str]) -> str:
    status = typed["status"]
    fault = FailNext(
        remaining=max(1, int(typed["n"])),
        status="timeout" if status == "timeout" else int(status),
        path_contains=typed.get("path_contains", ""),
    )
    account.api_faults.waiting.append(fault)
    return "failing"


_ACTIONS = {"resend": _resend, "advance": _advance, "fail": _fail}


def _own_origin(request: Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc}"


routes = [
    Route("/", overview, methods=["GET"]),
    Route("/_panel/", overview, methods=["GET"]),
    Route("/_panel/objects/{kind}/", objects, methods=["GET"]),
    Route("/_panel/object/{object_id}", one_object, methods=["GET"]),
    Route("/_panel/{action}", act, methods=["POST"]),
]
