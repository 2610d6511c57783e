"""Pages that say or ask one thing: authentication, and what there is to say when nothing can be paid."""

from html import escape

from starlette.responses import Response

from tests.sandbox.web.pages import page


def authentication_sheet(asks: str, *, targets: tuple[str, ...], status: int = 200) -> Response:
    """The 3D Secure step, posted back to its own address as `action=complete` or `action=fail`.

    `asks` is HTML: what the bank wants the payer to confirm.
    """
    body = f"""
<h1>Is it you?</h1>
<p>{asks}</p>
<form method="post">
<p class="actions">
<button name="action" value="complete">Complete authentication</button>
<button name="action" value="fail" class="quiet">Fail authentication</button>
</p>
</form>"""
    return page("3D Secure (test)", body, status=status, form_targets=targets)


def asks_to_pay(amount: str, payee: str) -> str:
    return (
        "The bank behind this test card asks whether you are paying "
        f"<strong>{escape(amount)}</strong> to <strong>{escape(payee)}</strong>."
    )


def asks_to_save(payee: str) -> str:
    return (
        "The bank behind this test card asks whether "
        f"<strong>{escape(payee)}</strong> may charge it in future."
    )


def message_sheet(title: str, text: str, *, status: int = 200, more: str = "") -> Response:
    """`more` is HTML, such as a link onwards."""
    body = f"<h1>{escape(title)}</h1><p>{escape(text)}</p>{more}"
    return page(f"{title} (test)", body, status=status)
