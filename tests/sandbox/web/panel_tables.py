"""The panel's tables: objects, events with their deliveries, requests."""

from collections.abc import Iterable
from datetime import UTC, datetime
from html import escape
from itertools import islice

from tests.sandbox.engine.account import Account
from tests.sandbox.engine.money import formatted
from tests.sandbox.engine.store import Document
from tests.sandbox.web.panel_forms import resend_button

AMOUNTS = ("amount", "amount_total", "total", "unit_amount")


def objects_table(account: Account, rows: Iterable[Document]) -> str:
    cells = [
        [object_link(account, row["id"]), when(row["created"]), _money(row), _state(row)]
        for row in rows
    ]
    return _table("Objects", ("Id", "Created (UTC)", "Amount", "State"), cells)


def events_table(account: Account, events: Iterable[Document]) -> str:
    rows = []
    for event in events:
        about = event["_object_id"]
        rows.append(
            [
                when(event["created"]),
                object_link(account, event["id"], event["type"]),
                object_link(account, about) if about else "",
                _deliveries(account, event),
                resend_button(account, event),
            ]
        )
    return _table("Events", ("Created (UTC)", "Type", "Object", "Deliveries", "Again"), rows)


def requests_table(account: Account, shown: int) -> str:
    rows = [
        [
            when(call["at"]),
            escape(call["method"]),
            f"<code>{escape(call['path'])}</code>",
            str(call["status"]),
            f"<code>{call['id']}</code>",
        ]
        for call in islice(reversed(account.request_log), shown)
    ]
    return _table("Requests", ("Time (UTC)", "Method", "Path", "Status", "Request"), rows)


def object_link(account: Account, object_id: str, text: str = "") -> str:
    return (
        f'<a href="{escape(account.base_url)}/_panel/object/{escape(object_id)}">'
        f"<code>{escape(text or object_id[:32])}</code></a>"
    )


def when(moment: int) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d %H:%M:%S")


def _deliveries(account: Account, event: Document) -> str:
    told = []
    for delivery in account.store.oldest_first("_delivery", {"event": event["id"]}):
        endpoint = account.store.find(delivery["endpoint"])
        attempts = delivery["attempts"]
        last = f" ({attempts[-1]['status'] or attempts[-1]['response']})" if attempts else ""
        where = endpoint["url"] if endpoint else "a deleted endpoint"
        told.append(escape(f"{where}: {delivery['status']}, {len(attempts)} sent{last}"))
    return "<br>".join(told) or "no endpoint"


def _table(name: str, head: tuple[str, ...], rows: list[list[str]]) -> str:
    """Cells are HTML already."""
    if not rows:
        return '<p class="empty">Nothing yet.</p>'
    headings = "".join(f'<th scope="col">{heading}</th>' for heading in head)
    lines = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return (
        f'<div class="scroll" role="region" aria-label="{name}" tabindex="0"><table><thead>'
        f"<tr>{headings}</tr></thead><tbody>{lines}</tbody></table></div>"
    )


def _money(row: Document) -> str:
    amount = next((row[key] for key in AMOUNTS if isinstance(row.get(key), int)), None)
    currency = row.get("currency")
    return escape(formatted(amount, currency)) if amount is not None and currency else ""


def _state(row: Document) -> str:
    return escape(str(row.get("status") or row.get("type") or row.get("name") or ""))
