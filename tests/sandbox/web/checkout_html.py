"""What the hosted payment page looks like: what is paid for on one side, how on the other."""

from html import escape

from starlette.responses import Response

from tests.sandbox.engine.account import Account
from tests.sandbox.engine.money import formatted
from tests.sandbox.engine.store import Document
from tests.sandbox.web.checkout_fields import FIELDS, about_the_payer, email_field, questions
from tests.sandbox.web.checkout_offer import back_link, notes, offer, submit_words
from tests.sandbox.web.method_form import (
    FIRST_FIELDS,
    method_fields,
    method_links,
    test_numbers,
    wallet_buttons,
)
from tests.sandbox.web.pages import page
from tests.sandbox.web.payment_form import Filled, alert
from tests.sandbox.web.sheets import (
    asks_to_pay,
    asks_to_save,
    authentication_sheet,
    message_sheet,
)


def payment_page(account: Account, session: Document, filled: Filled) -> Response:
    url = f"{account.base_url}/checkout/{session['id']}"
    method = chosen_method(session, filled)
    problem = alert(filled, fields=(*FIELDS, *_own_fields(session)), otherwise=FIRST_FIELDS[method])
    body = (
        f'<div class="offer">{back_link(session)}{offer(account, session)}</div>'
        f'<div class="payment">{problem}{method_links(url, session["payment_method_types"], method)}'
        f"{_form(account, session, filled, method)}{test_numbers(url, method)}</div>"
    )
    response = page(
        f"Pay {account.settings['display_name']} (test)",
        body,
        status=filled.status,
        form_targets=targets(account, session),
        layout="checkout",
    )
    if filled.code:
        response.headers["Sandbox-Error-Code"] = filled.code
    return response


def chosen_method(session: Document, filled: Filled) -> str:
    """The way to pay that the page shows: the one asked for, or the first that the session offers."""
    types = session["payment_method_types"]
    asked = filled.value("method")
    if asked in types or (asked == "wallet" and "card" in types):
        return asked
    return str(types[0])


def authentication_page(account: Account, session: Document, *, status: int = 200) -> Response:
    payee = account.settings["display_name"]
    asks = (
        asks_to_pay(formatted(session["amount_total"], session["currency"]), payee)
        if session["amount_total"]
        else asks_to_save(payee)
    )
    return authentication_sheet(asks, targets=targets(account, session), status=status)


def closed_page(session: Document) -> Response:
    return message_sheet(
        "This payment page has expired",
        "Nothing was charged.",
        status=410,
        more=back_link(session),
    )


def done_page() -> Response:
    """Where a payer stays whose page leads nowhere: `redirect_on_completion=never`."""
    return message_sheet("Thank you", "You can close this page.")


def unknown_page() -> Response:
    return message_sheet("There is no such payment page", "The link may be incomplete.", status=404)


def filled_in(session: Document) -> dict[str, str]:
    """What the payer told the session before, to be shown again; never how they pay."""
    known = session["customer_details"] or {}
    given = {
        **{key: known.get(key) for key in ("email", "name", "phone")},
        **(known.get("address") or {}),
        **{
            f"custom_{asked['key']}": asked[asked["type"]]["value"]
            for asked in session["custom_fields"]
        },
    }
    return {key: value for key, value in given.items() if value}


def targets(account: Account, session: Document) -> tuple[str, ...]:
    onwards = session["success_url"] or session.get("return_url")
    return (account.base_url, onwards) if onwards else (account.base_url,)


def _own_fields(session: Document) -> tuple[str, ...]:
    return tuple(f"custom_{asked['key']}" for asked in session["custom_fields"])


def _form(account: Account, session: Document, filled: Filled, method: str) -> str:
    url = f"{account.base_url}/checkout/{session['id']}"
    button = f"<button>{escape(submit_words(session))}</button>" if method != "wallet" else ""
    return f"""
<form method="post" action="{escape(url)}/pay" novalidate>
{email_field(account, session, filled)}
{method_fields(method, filled, payee=account.settings["display_name"])}
{about_the_payer(session, filled, method)}
{questions(session, filled)}
{wallet_buttons() if method == "wallet" else button}
{notes(account, session)}
</form>"""
