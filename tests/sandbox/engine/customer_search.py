"""`GET /v1/customers/search`: Stripe's query language over email, name, phone, metadata and creation.

Clauses are joined by AND or by OR, never both; a minus in front turns one round; `~` looks for a part of
at least three letters. What can be looked up is looked up in the index of `search_terms`; the rest is checked.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from tests.sandbox.engine.account import Account
from tests.sandbox.engine.errors import StripeRefusal, invalid
from tests.sandbox.engine.lists import SearchPage, limit_of
from tests.sandbox.engine.search_terms import SHORTEST_PART, TEXTS
from tests.sandbox.engine.store import Document

OPERATORS = {"created": (":", ">", "<", ">=", "<="), "metadata": (":",)}
CLAUSE = re.compile(
    r"""(?P<minus>-?)(?P<field>[a-z_]+)(\[(?P<quote>["'])(?P<key>[^"']+)(?P=quote)\])?\s*"""
    r"""(?P<operator>:|~|>=|<=|>|<)\s*(?P<value>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|-?\d+|null)"""
)
JOINT = re.compile(r"\s+(and\s+|or\s+)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Clause:
    field: str
    key: str | None
    operator: str
    value: str | int | None
    negated: bool

    def holds(self, customer: Document) -> bool:
        return self._matches(customer) is not self.negated

    def term(self) -> str | None:
        """Where customers that match stand in the index, if one place has all of them."""
        if self.negated or self.field == "created" or not isinstance(self.value, str):
            return None
        if self.operator == "~":
            return f"{self.field}~{self.value[:SHORTEST_PART]}"
        return (
            f"{self.field}[{self.key}]={self.value}" if self.key else f"{self.field}={self.value}"
        )

    def _matches(self, customer: Document) -> bool:
        if self.field == "created":
            return _compares(int(customer["created"]), self.operator, int(self.value or 0))
        holder = customer["metadata"] if self.field == "metadata" else customer
        known = holder.get(self.key or self.field)
        if self.value is None or known is None:
            return self.value is None and known is None
        wanted = str(self.value)
        return wanted in known.lower() if self.operator == "~" else wanted == known.lower()


def search(account: Account, params: dict[str, Any]) -> SearchPage:
    """Newest first. A page's token is the id of its last customer."""
    clauses, joined_by_or = parse(params["query"])
    before = account.store.place_of(params["page"]) if "page" in params else None
    if "page" in params and before is None:
        raise invalid("Invalid page: this is no token of a search.", param="page")
    combine = any if joined_by_or else all
    limit = limit_of(params)
    found = (
        customer
        for customer in account.store.newest_first(
            "customer", _filters(account, clauses, joined_by_or=joined_by_or), before=before
        )
        if combine(clause.holds(customer) for clause in clauses)
    )
    rows = list(islice(found, limit + 1))
    return SearchPage(rows[:limit], len(rows) > limit)


def parse(query: str) -> tuple[list[Clause], bool]:
    """The clauses of a query, and whether one of them is enough."""
    clauses: list[Clause] = []
    joints: set[str] = set()
    text, at = query.strip(), 0
    while match := CLAUSE.match(text, at):
        clauses.append(_clause(match))
        at = match.end()
        if joint := JOINT.match(text, at):
            joints.add((joint[1] or "and").strip().lower())
            at = joint.end()
    if not clauses or at != len(text):
        raise _unparsable(f"it makes no sense from {text[at:]!r} on")
    if len(joints) > 1:
        raise _unparsable("AND and OR cannot be mixed")
    return clauses, "or" in joints


def _filters(
    account: Account, clauses: list[Clause], *, joined_by_or: bool
) -> dict[str, str | tuple[str, ...]]:
    """The terms to look up: all of them with OR, else the rarest; none means every customer is read."""
    terms = list(_terms(clauses))
    if joined_by_or:
        return {"search": tuple(terms)} if len(terms) == len(clauses) else {}
    if not terms:
        return {}
    return {"search": min(terms, key=lambda term: account.store.length("customer", "search", term))}


def _terms(clauses: list[Clause]) -> Iterator[str]:
    for clause in clauses:
        if (term := clause.term()) is not None:
            yield term


def _clause(match: re.Match[str]) -> Clause:
    field, key, operator, raw = match["field"], match["key"], match["operator"], match["value"]
    allowed = OPERATORS.get(field, (":", "~") if field in TEXTS else ())
    if not allowed or (field == "metadata") is not bool(key):
        raise _unparsable(f"customers cannot be searched by {field}")
    if operator not in allowed or (operator == "~" and field == "phone"):
        raise _unparsable(f"{field} does not take {operator}")
    if field == "created" and not raw.lstrip("-").isdigit():
        raise _unparsable("created takes a number of seconds")
    value: str | int | None = None
    if raw[0] in "\"'":
        value = re.sub(r"\\(.)", r"\1", raw[1:-1]).lower()
    elif raw != "null":
        value = int(raw) if field == "created" else raw
    if operator == "~" and len(str(value)) < SHORTEST_PART:
        raise _unparsable(f"a part has at least {SHORTEST_PART} letters")
    return Clause(field, key, operator, value, negated=bool(match["minus"]))


def _compares(known: int, operator: str, wanted: int) -> bool:
    return {
        ":": known == wanted,
        ">": known > wanted,
        "<": known < wanted,
        ">=": known >= wanted,
        "<=": known <= wanted,
    }[operator]


def _unparsable(why: str) -> StripeRefusal:
    return invalid(f"We were unable to parse your search query: {why}.", param="query")
