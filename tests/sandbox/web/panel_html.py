"""What the control panel looks like: tables and small forms, nothing that needs a script."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from html import escape
from itertools import islice

from starlette.responses import Response

from tests.sandbox.accounts import DEFAULT_ACCOUNT
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.events import public
from tests.sandbox.engine.money import formatted
from tests.sandbox.engine.store import Document
from tests.sandbox.web.pages import page

KINDS = {
    "checkout.session": "Checkout Sessions",
    "payment_intent": "Payment intents",
    "setup_intent": "Setup intents",
    "payment_method": "Payment methods",
    "billing_portal.session": "Portal sessions",
    "charge": "Charges",
    "refund": "Refunds",
    "dispute": "Disputes",
    "radar.early_fraud_warning": "Early fraud warnings",
    "payout": "Payouts",
    "topup": "Top-ups",
    "subscription": "Subscriptions",
    "invoice": "Invoices",
    "customer": "Customers",
    "balance_transaction": "Balance transactions",
    "product": "Products",
    "price": "Prices",
    "event": "Events",
    "webhook_endpoint": "Webhook endpoints",
}
DONE = {
    "resent": "The event was sent again.",
    "advanced": "The clock was moved forward.",
    "failing": "The next calls will fail.",
}


def overview_page(account: Account, names: list[str], *, shown: int, done: str) -> Response:
    said = f'<p class="done" role="status">{DONE[done]}</p>' if done in DONE else ""
    body = f"""
<h1>Sandbox account “{escape(account.name)}”</h1>
<p>API base <code>{escape(account.base_url)}</code> · any key that begins with <code>sk_test_</code> ·
its clock reads {_when(account.now())}</p>
{said}
<nav aria-label="Accounts">Accounts: {" ".join(_account_link(name) for name in sorted(names))}</nav>
<h2>Objects</h2>
<nav aria-label="Objects">{" ".join(_kind_link(account, kind) for kind in KINDS)}</nav>
<h2>Make something happen</h2>
{_forms(account)}
<h2>Latest events</h2>
{_events_table(account, islice(account.store.newest_first("event", {}), shown))}
<h2>Latest requests</h2>
{_requests_table(account, shown)}"""
    return page(f"Sandbox: {account.name}", body, layout="panel")


def objects_page(account: Account, kind: str, *, shown: int) -> Response:
    rows = [
        [_object_link(account, row["id"]), _when(row["created"]), _money(row), _state(row)]
        for row in islice(account.store.newest_first(kind, {}), shown)
    ]
    title = KINDS.get(kind, kind)
    body = f"""
{_home(account)}
<h1>{escape(title)}</h1>
<p>The latest {len(rows)} of {account.store.count(kind)}.</p>
{_table(("Id", "Created (UTC)", "Amount", "State"), rows)}"""
    return page(f"Sandbox: {title}", body, layout="panel")


def object_page(account: Account, document: Document) -> Response:
    about = account.store.newest_first("event", {"object_id": document["id"]})
    body = f"""
{_home(account)}
<h1>{escape(document["id"])}</h1>
<pre>{escape(json.dumps(public(document), indent=2, ensure_ascii=False))}</pre>
<h2>Events about it</h2>
{_events_table(account, about)}"""
    return page(f"Sandbox: {document['id']}", body, layout="panel")


def _forms(account: Account) -> str:
    base = escape(account.base_url)
    return f"""
<form class="inline" method="post" action="{base}/_panel/advance">
<p><label for="days">Days</label> <input id="days" name="days" value="1" inputmode="numeric" size="4"></p>
<p><label for="hours">Hours</label> <input id="hours" name="hours" value="0" inputmode="numeric" size="4"></p>
<p><button>Advance the clock</button></p>
</form>
<form class="inline" method="post" action="{base}/_panel/fail">
<p><label for="n">Calls</label> <input id="n" name="n" value="1" inputmode="numeric" size="3"></p>
<p><label for="status">With</label> <select id="status" name="status">
<option value="500">500, before anything is done</option>
<option value="429">429, too many requests</option>
<option value="timeout">no answer, though the work is done</option></select></p>
<p><label for="path_contains">Path contains</label> <input id="path_contains" name="path_contains"></p>
<p><button class="quiet">Fail the next calls</button></p>
</form>"""


def _events_table(account: Account, events: Iterable[Document]) -> str:
    rows = []
    for event in events:
        about = event["_object_id"]
        resend = (
            f'<form method="post" action="{escape(account.base_url)}/_panel/resend">'
            f'<input type="hidden" name="event" value="{event["id"]}"><button class="quiet">Resend</button></form>'
        )
        rows.append(
            [
                _when(event["created"]),
                f"<code>{escape(event['type'])}</code>",
                _object_link(account, about) if about else "",
                _deliveries(account, event),
                resend,
            ]
        )
    return _table(("Created (UTC)", "Type", "Object", "Deliveries", ""), rows)


def _deliveries(account: Account, event: Document) -> str:
    told = []
    for delivery in account.store.oldest_first("_delivery", {"event": event["id"]}):
        endpoint = account.store.find(delivery["endpoint"])
        attempts = delivery["attempts"]
        last = f" ({attempts[-1]['status'] or attempts[-1]['response']})" if attempts else ""
        where = endpoint["url"] if endpoint else "a deleted endpoint"
        told.append(escape(f"{where}: {delivery['status']}, {len(attempts)} sent{last}"))
    return "<br>".join(told) or "no endpoint"


def _requests_table(account: Account, shown: int) -> str:
    rows = [
        [
            escape(call["method"]),
            f"<code>{escape(call['path'])}</code>",
            str(call["status"]),
            call["id"],
        ]
        for call in islice(reversed(account.request_log), shown)
    ]
    return _table(("Method", "Path", "Status", "Request"), rows)


def _table(head: tuple[str, ...], rows: list[list[str]]) -> str:
    """Cells are HTML already."""
    if not rows:
        return '<p class="empty">Nothing yet.</p>'
    headings = "".join(f'<th scope="col">{name}</th>' for name in head)
    lines = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return (
        '<div class="scroll" role="region" aria-label="Table" tabindex="0"><table><thead>'
        f"<tr>{headings}</tr></thead><tbody>{lines}</tbody></table></div>"
    )


def _account_link(name: str) -> str:
    href = "/_panel/" if name == DEFAULT_ACCOUNT else f"/a/{name}/_panel/"
    return f'<a href="{escape(href)}">{escape(name)}</a>'


def _kind_link(account: Account, kind: str) -> str:
    count = account.store.count(kind)
    return (
        f'<a href="{escape(account.base_url)}/_panel/objects/{kind}/">{KINDS[kind]} ({count})</a>'
    )


def _object_link(account: Account, object_id: str) -> str:
    return (
        f'<a href="{escape(account.base_url)}/_panel/object/{escape(object_id)}">'
        f"<code>{escape(object_id[:32])}</code></a>"
    )


def _home(account: Account) -> str:
    return f'<p class="back"><a href="{escape(account.base_url)}/_panel/">← Account</a></p>'


def _when(moment: int) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d %H:%M:%S")


def _money(row: Document) -> str:
    amount = next(
        (row[key] for key in ("amount", "amount_total", "total", "unit_amount") if key in row), None
    )
    return escape(formatted(amount, row["currency"])) if isinstance(amount, int) else ""


def _state(row: Document) -> str:
    return escape(str(row.get("status") or row.get("type") or row.get("name") or ""))
