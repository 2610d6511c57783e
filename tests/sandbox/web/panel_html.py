"""What the control panel looks like: tables and small forms, nothing that needs a script."""

import json
from datetime import UTC, datetime
from html import escape
from itertools import islice

from starlette.responses import Response

from tests.sandbox.accounts import DEFAULT_ACCOUNT
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.events import public
from tests.sandbox.engine.store import Document
from tests.sandbox.web.pages import page
from tests.sandbox.web.panel_actions import ALL
from tests.sandbox.web.panel_forms import account_forms, object_forms
from tests.sandbox.web.panel_tables import events_table, objects_table, requests_table

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


def overview_page(account: Account, names: list[str], *, shown: int, done: str) -> Response:
    body = f"""
<h1>Sandbox account “{escape(account.name)}”</h1>
<p>API base <code>{escape(account.base_url)}</code> · any key that begins with <code>sk_test_</code></p>
{_clock(account)}
{_done(done)}
<nav aria-label="Accounts">Accounts: {" ".join(_account_link(name) for name in sorted(names))}</nav>
<h2>Objects</h2>
<nav aria-label="Objects">{" ".join(_kind_link(account, kind) for kind in _kinds(account))}</nav>
<h2>Make something happen</h2>
{account_forms(account)}
<h2>Latest events</h2>
{events_table(account, islice(account.store.newest_first("event", {}), shown))}
<h2>Latest requests</h2>
{requests_table(account, shown)}"""
    return page(f"Sandbox: {account.name}", body, layout="panel")


def objects_page(account: Account, kind: str, rows: list[Document], *, more: bool) -> Response:
    title = _title(kind)
    older = (
        f'<p><a href="?after={escape(rows[-1]["id"])}" rel="next">Older ones →</a></p>'
        if more
        else ""
    )
    body = f"""
{_home(account)}
<h1>{escape(title)}</h1>
<p>{account.store.count(kind)} in all, newest first.</p>
{events_table(account, rows) if kind == "event" else objects_table(account, rows)}
{older}"""
    return page(f"Sandbox: {title}", body, layout="panel")


def object_page(account: Account, document: Document, *, done: str) -> Response:
    about = account.store.newest_first("event", {"object_id": document["id"]})
    shown = escape(json.dumps(public(document), indent=2, ensure_ascii=False))
    body = f"""
{_home(account)}
<h1>{escape(document["id"])}</h1>
<p>{escape(_title(document["object"]))}</p>
{_done(done)}
<h2>What can be done to it</h2>
{object_forms(account, document)}
<h2>As the API shows it</h2>
<pre role="region" aria-label="JSON" tabindex="0">{shown}</pre>
<h2>Events about it</h2>
{events_table(account, about)}"""
    return page(f"Sandbox: {document['id']}", body, layout="panel")


def refusal_page(account: Account, sentence: str, status: int) -> Response:
    body = f"""
{_home(account)}
<h1>That was not done</h1>
<p role="alert">{escape(sentence)}</p>"""
    return page("Sandbox: not done", body, status=status, layout="panel")


def _clock(account: Account) -> str:
    now, ahead = account.own_now(), int(account.settings["clock_offset"])
    reads = datetime.fromtimestamp(now, UTC).strftime("%A %-d %B %Y, %H:%M:%S")
    days, rest = divmod(ahead, 86400)
    hours, rest = divmod(rest, 3600)
    runs = f"{days} d {hours} h {rest // 60} min ahead of this machine" if ahead else "real time"
    return (
        f'<p class="clock"><span>Its clock reads</span> <strong>{reads}</strong> UTC '
        f"<span>({runs})</span></p>"
    )


def _done(done: str) -> str:
    return f'<p class="done" role="status">Done: {ALL[done].label}.</p>' if done in ALL else ""


def _kinds(account: Account) -> list[str]:
    """The kinds that people look for first, then whatever else there is."""
    others = [kind for kind in account.store.kinds() if not kind.startswith("_")]
    return list(dict.fromkeys([*KINDS, *sorted(others)]))


def _title(kind: str) -> str:
    return KINDS.get(kind) or kind.replace(".", ": ").replace("_", " ").capitalize()


def _account_link(name: str) -> str:
    href = "/_panel/" if name == DEFAULT_ACCOUNT else f"/a/{name}/_panel/"
    return f'<a href="{escape(href)}">{escape(name)}</a>'


def _kind_link(account: Account, kind: str) -> str:
    href = f"{escape(account.base_url)}/_panel/objects/{escape(kind)}/"
    return f'<a href="{href}">{escape(_title(kind))} ({account.store.count(kind)})</a>'


def _home(account: Account) -> str:
    return f'<p class="back"><a href="{escape(account.base_url)}/_panel/">← Account</a></p>'
