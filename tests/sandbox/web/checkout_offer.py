"""The side of the hosted payment page that says what is paid for, and when."""

from html import escape
from urllib.parse import urlsplit

from tests.sandbox.engine.account import Account
from tests.sandbox.engine.money import formatted
from tests.sandbox.engine.store import Document
from tests.sandbox.web.words import day, every

SUBMIT_WORDS = {
    "auto": "Pay",
    "book": "Book",
    "donate": "Donate",
    "pay": "Pay",
    "subscribe": "Subscribe",
}


def offer(account: Account, session: Document) -> str:
    payee = f'<p class="payee">{escape(account.settings["display_name"])}</p>'
    if session["mode"] == "setup":
        return f"""{payee}
<h1>Save how you pay</h1>
<p>Nothing is charged today. {escape(account.settings["display_name"])} keeps what you give here and charges
it for what you have agreed to.</p>"""
    lines = "".join(_line(line) for line in session["_line_items"])
    return f"""{payee}
<h1>{escape(_amount_of_lines(session))} <span class="interval">{escape(_interval_of(session))}</span></h1>
{_begins(account, session)}
<ul class="lines">{lines}</ul>"""


def submit_words(session: Document) -> str:
    """What the button says: what is done, how much, how often."""
    if session["mode"] == "setup":
        return "Save"
    usual = "subscribe" if session["mode"] == "subscription" else "pay"
    word = SUBMIT_WORDS[session["submit_type"] or usual]
    return f"{word} {_amount_of_lines(session)} {_interval_of(session)}".strip()


def notes(account: Account, session: Document) -> str:
    said = []
    if session["mode"] == "subscription":
        said.append(
            f"{account.settings['display_name']} will charge "
            f"{_amount_of_lines(session)} {_interval_of(session)} until you cancel."
        )
    texts = session["custom_text"]
    said += [texts[place]["message"] for place in ("submit", "after_submit") if texts[place]]
    return "".join(f'<p class="note">{escape(note)}</p>' for note in said)


def back_link(session: Document) -> str:
    if not session["cancel_url"]:
        return ""
    url = session["cancel_url"].replace("{CHECKOUT_SESSION_ID}", session["id"])
    host = urlsplit(url).netloc
    return f'<p class="back"><a href="{escape(url)}">← Back to {escape(host)}</a></p>'


def _line(line: Document) -> str:
    what = line["description"] or "Item"
    if line["quantity"] != 1:
        what += f" × {line['quantity']}"
    amount = f"{formatted(_full(line), line['currency'])} {every(line['price'])}"
    return f"<li><span>{escape(what)}</span> <span>{escape(amount)}</span></li>"


def _full(line: Document) -> int:
    """What a line costs once it costs something; the session's own lines say what is due today."""
    return int(line["price"]["unit_amount"] * line["quantity"])


def _amount_of_lines(session: Document) -> str:
    return formatted(sum(_full(line) for line in session["_line_items"]), session["currency"])


def _interval_of(session: Document) -> str:
    return next(filter(None, (every(line["price"]) for line in session["_line_items"])), "")


def _begins(account: Account, session: Document) -> str:
    data = session["_subscription_data"]
    begins = data.get("trial_end") or data.get("billing_cycle_anchor")
    if "trial_period_days" in data:
        begins = account.now() + data["trial_period_days"] * 24 * 3600
    if not begins:
        return ""
    today = formatted(session["amount_total"], session["currency"])
    return f'<p class="state">{escape(today)} today; the first payment is on {day(begins)}.</p>'
