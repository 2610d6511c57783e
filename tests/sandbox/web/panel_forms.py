"""The panel's actions as HTML forms."""

from html import escape

from tests.sandbox.engine.account import Account
from tests.sandbox.engine.store import Document
from tests.sandbox.web.panel_actions import ALL, OF_ACCOUNT, Action, Field, actions_for


def account_forms(account: Account) -> str:
    return "".join(_form(account, name) for name in OF_ACCOUNT)


def object_forms(account: Account, document: Document) -> str:
    forms = "".join(_form(account, name, document["id"]) for name in actions_for(document))
    return forms or '<p class="empty">Nothing but Stripe’s own API changes this.</p>'


def resend_button(account: Account, event: Document) -> str:
    return (
        f'<form method="post" action="{escape(account.base_url)}/_panel/resend">'
        f'<input type="hidden" name="event" value="{escape(event["id"])}">'
        f'<button class="quiet" aria-label="Resend {escape(event["type"])}">Resend</button></form>'
    )


def _form(account: Account, name: str, subject_id: str = "") -> str:
    action = ALL[name]
    inputs = "".join(_input(name, field) for field in action.fields)
    return (
        f'<form class="inline" method="post" action="{escape(account.base_url)}/_panel/{name}">'
        f"{_hidden(action, subject_id)}{inputs}<p><button>{escape(action.label)}</button></p></form>"
    )


def _hidden(action: Action, subject_id: str) -> str:
    if not action.subject:
        return ""
    return f'<input type="hidden" name="{action.subject}" value="{escape(subject_id)}">'


def _input(action: str, field: Field) -> str:
    target, label = f"{action}-{field.name}", escape(field.label)
    if field.kind == "check":
        return (
            f'<p class="check"><input type="checkbox" id="{target}" name="{field.name}"> '
            f'<label for="{target}">{label}</label></p>'
        )
    if field.kind == "choice":
        options = "".join(
            f'<option value="{escape(value)}">{escape(text)}</option>'
            for value, text in field.choices
        )
        control = f'<select id="{target}" name="{field.name}">{options}</select>'
    else:
        narrow = ' inputmode="numeric" size="6"' if field.kind == "number" else ""
        control = f'<input id="{target}" name="{field.name}" value="{field.value}"{narrow}>'
    return f'<p><label for="{target}">{label}</label> {control}</p>'
