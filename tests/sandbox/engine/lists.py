"""Cursor lists: newest first, `limit`, `starting_after`, `ending_before` and `created[gte]` filters."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from tests.sandbox.engine.account import Account
from tests.sandbox.engine.errors import invalid, missing
from tests.sandbox.engine.store import Document, Place

FOREVER = 2**63
DEFAULT_LIMIT, MAXIMUM_LIMIT = 10, 100
Filters = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of a list as they are in the store, still to be shown."""

    rows: list[Document]
    has_more: bool


@dataclass(frozen=True, slots=True)
class PageV2:
    """Rows of a list of API v2, already as they are shown; `last` is where the next page begins."""

    rows: list[Document]
    last: str | None


@dataclass(frozen=True, slots=True)
class SearchPage:
    """Rows that a search found, still to be shown."""

    rows: list[Document]
    has_more: bool


def retriever(kind: str, label: str | None = None) -> Callable[..., Document]:
    """The handler of `GET /v1/things/{id}`."""

    def retrieve(account: Account, params: dict[str, Any], object_id: str) -> Document:
        document = account.store.get(kind, object_id)
        if document is None:
            raise missing(label or kind, object_id)
        return document

    return retrieve


def given(params: dict[str, Any], *names: str) -> dict[str, Any]:
    """Those of the named parameters that a request has."""
    return {name: params[name] for name in names if name in params}


def lister(kind: str, *filters: str) -> Callable[..., Page]:
    """The handler of `GET /v1/things` where each filter is an indexed field of the same name."""

    def list_(account: Account, params: dict[str, Any]) -> Page:
        return page_of(account, kind, params, given(params, *filters))

    return list_


def page_of(
    account: Account,
    kind: str,
    params: dict[str, Any],
    filters: Filters,
    *,
    created_from: int | None = None,
) -> Page:
    """A page of a kind; what was created before `created_from` is no longer listed."""
    limit = limit_of(params)
    if "starting_after" in params and "ending_before" in params:
        raise invalid("You cannot parameterize both starting_after and ending_before.")
    lower, upper = bounds(params.get("created"))
    if created_from is not None:
        lower = created_from if lower is None else max(lower, created_from)
    before = _cursor(account, kind, params, "starting_after")
    after = _cursor(account, kind, params, "ending_before")
    found = account.store.newest_first(
        kind, filters, created_from=lower, created_below=upper, before=before
    )
    if after is None:
        rows = list(islice(found, limit + 1))
        return Page(rows[:limit], len(rows) > limit)
    # The page that ends just before the cursor: its neighbours, which come next in creation order.
    newer = account.store.oldest_first(kind, filters, after=after)
    within = (
        row
        for row in newer
        if (lower or 0) <= account.store.created_of(row["id"]) < (upper or FOREVER)
    )
    rows = list(islice(within, limit + 1))
    return Page(rows[:limit][::-1], len(rows) > limit)


def page_v2(
    account: Account,
    kind: str,
    params: dict[str, Any],
    filters: Filters,
    *,
    shown: Callable[[Document], Document | None],
    created_from: int | None = None,
) -> PageV2:
    """A page of API v2 of what `shown` makes of the rows, without those that it makes nothing of."""
    limit = limit_of(params)
    found = account.store.newest_first(
        kind,
        filters,
        created_from=created_from,
        before=_cursor(account, kind, params, "page"),
    )
    made = ((row["id"], shown(row)) for row in found)
    rows = [(row_id, row) for row_id, row in islice((m for m in made if m[1]), limit + 1)]
    last = rows[limit - 1][0] if len(rows) > limit else None
    return PageV2([row for _, row in rows[:limit] if row], last)


def page_within(rows: list[Document], params: dict[str, Any], *, kind: str) -> Page:
    """A page of rows that live inside another document, in their own order."""
    limit = limit_of(params)
    ids = [row["id"] for row in rows]
    for name in ("starting_after", "ending_before"):
        if name in params and params[name] not in ids:
            raise missing(kind, params[name], param=name, status=400)
    if "ending_before" in params:
        end = ids.index(params["ending_before"])
        return Page(rows[max(0, end - limit) : end], end > limit)
    start = ids.index(params["starting_after"]) + 1 if "starting_after" in params else 0
    return Page(rows[start : start + limit], len(rows) > start + limit)


def limit_of(params: dict[str, Any]) -> int:
    limit = int(params.get("limit", DEFAULT_LIMIT))
    if not 1 <= limit <= MAXIMUM_LIMIT:
        raise invalid(
            f"Invalid limit: must be between 1 and {MAXIMUM_LIMIT}.",
            param="limit",
            code="parameter_invalid_integer",
        )
    return limit


def _cursor(account: Account, kind: str, params: dict[str, Any], name: str) -> Place | None:
    if name not in params:
        return None
    if account.store.get(kind, params[name]) is None:
        raise missing(kind, params[name], param=name, status=400)
    return account.store.place_of(params[name])


def bounds(wanted: int | Mapping[str, int] | None) -> tuple[int | None, int | None]:
    """The half-open range of times that a filter such as `created` means."""
    if wanted is None:
        return None, None
    if isinstance(wanted, int):
        return wanted, wanted + 1
    lows = [wanted["gte"]] if "gte" in wanted else []
    lows += [wanted["gt"] + 1] if "gt" in wanted else []
    highs = [wanted["lt"]] if "lt" in wanted else []
    highs += [wanted["lte"] + 1] if "lte" in wanted else []
    return max(lows, default=None), min(highs, default=None)
