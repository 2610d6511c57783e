"""What PostgreSQL does for a read: every statement of it explained, and the nodes that read much of a large table."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection

from tests.benchmarks.books_loading import run

# A node that reads more than this part of a table is told, unless the table has fewer rows than this.
_PART, _LARGE = 0.2, 20_000


@dataclass(frozen=True, slots=True)
class WholeRead:
    """A node that looks at much of a table: `part` of its rows, in `node`'s way."""

    node: str
    table: str
    part: float


@dataclass(frozen=True, slots=True)
class Plan:
    """One statement as it ran: milliseconds, blocks of 8 kB looked at, what it read whole, and its plan as text."""

    statement: str
    milliseconds: float
    blocks: int
    whole: list[WholeRead]
    text: str


def plans(statements: list[str]) -> list[Plan]:
    """Run the SELECTs among these statements again, explained."""
    selects = [each for each in statements if _select(each)]
    sizes = {
        name: int(rows)
        for name, rows in run("SELECT relname, reltuples FROM pg_class WHERE relkind = 'r'")
    }
    return [_plan(_select(each), sizes) for each in selects]


def _select(statement: str) -> str:
    """Return what a statement selects, from within a cursor's declaration too; empty where it is none."""
    head, found, rest = statement.partition("CURSOR WITH HOLD FOR ")
    if not found:
        head, found, rest = statement.partition("CURSOR WITHOUT HOLD FOR ")
    body = rest if found else head
    return body if body.lstrip("( ").startswith(("SELECT", "WITH")) else ""


def _plan(statement: str, sizes: dict[str, int]) -> Plan:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}")
        told = cursor.fetchone()[0][0]
    root = told["Plan"]
    lines: list[str] = []
    whole = list(_walk(root, sizes, 0, lines))
    return Plan(
        statement,
        told["Execution Time"],
        root["Shared Hit Blocks"] + root["Shared Read Blocks"],
        whole,
        "\n".join(lines),
    )


def _walk(
    node: dict[str, Any], sizes: dict[str, int], depth: int, lines: list[str]
) -> Iterator[WholeRead]:
    loops = node["Actual Loops"]
    table = node.get("Relation Name", "")
    by = node.get("Index Name", "")
    rows = node["Actual Rows"] * loops
    lines.append(
        f"{'  ' * depth}{node['Node Type']}{f' of {table}' if table else ''}{f' by {by}' if by else ''}: "
        f"{rows:,} rows, {node['Actual Total Time'] * loops:,.1f} ms"
    )
    looked_at = rows + node.get("Rows Removed by Filter", 0) * loops
    size = sizes.get(table, 0)
    if size > _LARGE and looked_at > _PART * size:
        yield WholeRead(node["Node Type"], table, looked_at / size)
    for child in node.get("Plans", ()):
        yield from _walk(child, sizes, depth + 1, lines)
