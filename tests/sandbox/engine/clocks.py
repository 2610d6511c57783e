"""Whose time it is: what belongs to a customer on a test clock lives in that clock's present."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, TypeVar

from tests.sandbox.engine.account import Account, Action
from tests.sandbox.engine.store import Document

KIND = "test_helpers.test_clock"
NAMING = ("test_clock", "customer", "subscription", "invoice", "payment_intent", "charge",
          "setup_intent", "payment_method", "from_invoice")  # fmt: skip
"""Parameters that name what a request is about, the surest first."""

PAGES = ("/v1/checkout/", "/v1/billing_portal/")
T = TypeVar("T")
WHAT_TIME_DOES: dict[str, Action] = {}
"""Filled in `tests.sandbox.timers`, which knows every noun; advancing a test clock needs it here."""


def clock_of(account: Account, document: Document | None) -> str | None:
    """The test clock that a document lives on: its own, or its customer's."""
    if document is None:
        return None
    if document["object"] == KIND:
        return str(document["id"])
    if clock := document.get("test_clock"):
        return str(clock)
    customer = account.store.get("customer", document.get("customer") or "")
    return customer.get("test_clock") if customer else None


@contextmanager
def present_of(account: Account, document: Document | None) -> Iterator[None]:
    """Work in the present of a document's test clock; in the account's own when it has none.

    Within what that clock's advance brings about, the moment stays the one that has been reached.
    """
    clock = account.store.get(KIND, clock_of(account, document) or "")
    if clock is None or account.is_on(clock["id"]):
        yield
    else:
        with account.on_clock(clock["id"], clock["frozen_time"]):
            yield


def in_present(run: Callable[..., T]) -> Callable[..., T]:
    """For what payers do on pages: it happens in the present of the document that is its first argument."""

    @wraps(run)
    def running(account: Account, document: Document, *args: Any, **named: Any) -> T:
        with present_of(account, document):
            return run(account, document, *args, **named)

    return running


def subject_of(
    account: Account, path: str, ids: tuple[str, ...], params: dict[str, Any]
) -> Document | None:
    """What a request is about: what its path names, else what one of its parameters names.

    A request about a test clock itself is about none of what lives on it, and pages are opened in the
    account's own time, in which their payers live.
    """
    if path.startswith(PAGES):
        return None
    for object_id in ids:
        document = account.store.find(object_id)
        if document and document["object"] != KIND:
            return document
    for name in NAMING:
        named = params.get(name)
        document = account.store.find(named) if isinstance(named, str) else None
        if document:
            return document
    return None
