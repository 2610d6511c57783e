"""The control panel for people: what exists, what happened, and what should go wrong next."""

from itertools import islice

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from tests.sandbox.controls import CONTROLS
from tests.sandbox.engine.errors import StripeRefusal
from tests.sandbox.timers import ACTIONS
from tests.sandbox.web.pages import see_other
from tests.sandbox.web.panel_actions import ALL
from tests.sandbox.web.panel_html import object_page, objects_page, overview_page, refusal_page
from tests.sandbox.web.requests import account_of, accounts_of, changed, is_from_elsewhere

SHOWN_ROWS = 50


async def overview(request: Request) -> Response:
    account = account_of(request)
    account.run_due(ACTIONS)
    names = [other.name for other in accounts_of(request).all()]
    return overview_page(account, names, shown=SHOWN_ROWS, done=_done(request))


async def objects(request: Request) -> Response:
    """One page of a kind; `after` is the last id of the page before."""
    account, kind = account_of(request), request.path_params["kind"]
    before = account.store.place_of(request.query_params.get("after", ""))
    rows = list(islice(account.store.newest_first(kind, {}, before=before), SHOWN_ROWS + 1))
    return objects_page(account, kind, rows[:SHOWN_ROWS], more=len(rows) > SHOWN_ROWS)


async def one_object(request: Request) -> Response:
    account = account_of(request)
    document = account.store.find(request.path_params["object_id"])
    if document is None:
        return refusal_page(account, "There is no such object.", 404)
    return object_page(account, document, done=_done(request))


async def act(request: Request) -> Response:
    """One action, which is a control of the control API, then back to where its form was."""
    account = account_of(request)
    if is_from_elsewhere(request):
        return PlainTextResponse("Only the panel's own pages may do this.", 403)
    name = request.path_params["action"]
    action = ALL.get(name)
    if action is None:
        return refusal_page(account, "The panel has no such action.", 404)
    form = await request.form()
    typed = {key: value for key, value in form.items() if isinstance(value, str)}
    try:
        CONTROLS[action.control](account, action.body(typed))
    except StripeRefusal as refusal:
        return refusal_page(account, refusal.message, 400)
    except (KeyError, ValueError) as error:
        return refusal_page(account, f"The panel cannot read what was typed: {error}.", 400)
    changed(request)
    place = f"object/{typed[action.subject]}" if action.subject else ""
    return see_other(f"{account.base_url}/_panel/{place}?done={name}")


def _done(request: Request) -> str:
    return request.query_params.get("done", "")


routes = [
    Route("/", overview, methods=["GET"]),
    Route("/_panel/", overview, methods=["GET"]),
    Route("/_panel/objects/{kind}/", objects, methods=["GET"]),
    Route("/_panel/object/{object_id}", one_object, methods=["GET"]),
    Route("/_panel/{action}", act, methods=["POST"]),
]
