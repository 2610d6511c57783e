"""Shows documents to the outside: without private notes, expanded as asked, checked before they leave."""

from collections.abc import Callable
from functools import cache
from typing import Any, get_args, get_origin

from stripe._list_object import ListObject
from stripe._stripe_object import StripeObject

from tests.sandbox.contract.annotations import members, resolve, resource_class, resource_fields
from tests.sandbox.contract.resources import check_document
from tests.sandbox.engine import invoices
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.errors import StripeRefusal, invalid
from tests.sandbox.engine.events import public
from tests.sandbox.engine.lists import Page
from tests.sandbox.engine.store import Document

DEEPEST_EXPANSION = 4
EMBEDDED_ROWS = 10


def shown_list(rows: list[Document], url: str, *, has_more: bool = False) -> Document:
    return {
        "object": "list",
        "data": [public(row) for row in rows],
        "has_more": has_more,
        "url": url,
    }


def show(account: Account, answer: Document | Page, expand: list[str], *, url: str) -> Document:
    """The JSON of an answer. ContractBroken when it is not what the SDK's types promise."""
    if isinstance(answer, Page):
        shown = shown_list(answer.rows, url, has_more=answer.has_more)
    else:
        shown = public(answer)
    for index, path in enumerate(expand):
        if path.count(".") >= DEEPEST_EXPANSION:
            raise invalid(
                f"You cannot expand more than {DEEPEST_EXPANSION} levels of a property.",
                param=f"expand[{index}]",
            )
        _expand(account, shown, None, path.split("."), path, f"expand[{index}]")
    for document in shown["data"] if isinstance(answer, Page) else (shown,):
        check_document(document)
    return shown


def _included(account: Account, document: Document, name: str) -> Any:
    """Fields that exist only when they are asked for."""
    finder = INCLUDED.get((document.get("object", ""), name))
    return finder(account, document) if finder else None


def _line_items(account: Account, session: Document) -> Document:
    stored = account.store.get("checkout.session", session["id"])
    assert stored is not None
    lines = stored["_line_items"]
    return shown_list(
        lines[:EMBEDDED_ROWS],
        f"/v1/checkout/sessions/{session['id']}/line_items",
        has_more=len(lines) > EMBEDDED_ROWS,
    )


def _refunds(account: Account, charge: Document) -> Document:
    refunds = list(account.store.newest_first("refund", {"charge": charge["id"]}))
    return shown_list(
        refunds[:EMBEDDED_ROWS],
        f"/v1/charges/{charge['id']}/refunds",
        has_more=len(refunds) > EMBEDDED_ROWS,
    )


def _payments(account: Account, invoice: Document) -> Document:
    return shown_list(
        invoices.payments_of(account, invoice), f"/v1/invoices/{invoice['id']}/payments"
    )


def _confirmation_secret(account: Account, invoice: Document) -> Document | None:
    stored = account.store.get("invoice", invoice["id"])
    assert stored is not None
    return {"client_secret": stored["_client_secret"], "type": "payment_intent"}


def _subscriptions(account: Account, customer: Document) -> Document:
    running = {"customer": customer["id"], "ended": False}
    rows = list(account.store.newest_first("subscription", running))
    return shown_list(
        rows[:EMBEDDED_ROWS],
        f"/v1/customers/{customer['id']}/subscriptions",
        has_more=len(rows) > EMBEDDED_ROWS,
    )


INCLUDED: dict[tuple[str, str], Callable[[Account, Document], Any]] = {
    ("checkout.session", "line_items"): _line_items,
    ("charge", "refunds"): _refunds,
    ("invoice", "payments"): _payments,
    ("invoice", "confirmation_secret"): _confirmation_secret,
    ("customer", "subscriptions"): _subscriptions,
}


def _expand(
    account: Account, value: Document, cls: type | None, names: list[str], path: str, param: str
) -> None:
    """Replace the id at the end of a path by its object, copying what lies on the way."""
    name, rest = names[0], names[1:]
    if value.get("object") == "list":
        if name != "data":
            raise _cannot_expand(path, param)
        value["data"] = [public(row) for row in value["data"]]
        for row in value["data"]:
            if rest:
                _expand(account, row, None, rest, path, param)
        return
    cls = resource_class(value["object"]) if "object" in value else cls
    fields = _steps(cls) if cls else {}
    included = (value.get("object"), name) in INCLUDED
    if name not in fields or not (included or rest or fields[name][0]):
        raise _cannot_expand(path, param)
    if included and name not in value:
        value[name] = _included(account, value, name)
    expandable, nested = fields[name]
    current = value.get(name)
    if isinstance(current, str) and expandable:
        found = account.store.find(current)
        current = value[name] = public(found) if found else current
    elif isinstance(current, dict):
        current = value[name] = dict(current)
    if rest and isinstance(current, dict):
        _expand(account, current, nested, rest, path, param)
    elif rest and isinstance(current, str):
        raise _cannot_expand(path, param)


@cache
def _steps(cls: type) -> dict[str, tuple[bool, type | None]]:
    """Field → (may stand as an id to expand, class of the hash nested in it)."""
    steps: dict[str, tuple[bool, type | None]] = {}
    for name, (hint, _required) in resource_fields(cls).items():
        kinds = [resolve(member, cls.__module__) for member in members(hint)]
        kinds = [inner for kind in kinds for inner in members(kind)]
        classes = [k for k in kinds if isinstance(k, type) and issubclass(k, StripeObject)]
        lists = [get_args(k)[0] for k in kinds if get_origin(k) in (list, ListObject)]
        steps[name] = (
            str in kinds and bool(classes) or bool(lists),
            classes[0] if len(classes) == 1 else None,
        )
    return steps


def _cannot_expand(path: str, param: str) -> StripeRefusal:
    return invalid(f"This property cannot be expanded ({path}).", param=param)
