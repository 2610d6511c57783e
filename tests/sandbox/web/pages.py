"""What the sandbox's HTML pages share: the frame, escaping, and a policy that allows no script at all."""

from html import escape
from pathlib import Path
from urllib.parse import urlsplit

from starlette.responses import HTMLResponse, RedirectResponse, Response

ASSETS = Path(__file__).parent.parent / "pages"


def page(
    title: str,
    body: str,
    *,
    status: int = 200,
    form_targets: tuple[str, ...] = (),
    layout: str = "sheet",
) -> Response:
    """A whole document. Browsers hold redirects after a POST against form-action: name their targets."""
    html = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{escape(title)}</title>
<link rel="stylesheet" href="/_static/sandbox.css">
</head>
<body class="{layout}">
<header class="banner"><strong>Test page.</strong> A local stand-in for Stripe: no money moves here, and only
Stripe’s published test cards and accounts work.</header>
<main>
{body}
</main>
</body>
</html>
"""
    targets = " ".join(dict.fromkeys(_origin(url) for url in form_targets))
    policy = (
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
        f"frame-ancestors 'none'; form-action 'self' {targets}"
    ).strip()
    headers = {
        "Content-Security-Policy": policy,
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    return HTMLResponse(html, status, headers)


def see_other(url: str) -> Response:
    return RedirectResponse(url, 303, {"Referrer-Policy": "no-referrer"})


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
