"""What comes back from the sandbox's pages and controls."""

from collections.abc import Callable
from typing import Any

import httpx

Control = Callable[..., dict[str, Any]]
"""Posts a control by name with its arguments; returns what it answered."""


class Declined(Exception):
    """The card was refused on the hosted page, which stays open for another try."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


def read(response: httpx.Response) -> dict[str, Any]:
    if response.is_error:
        raise RuntimeError(f"The sandbox answered {response.status_code}: {response.text[:500]}")
    body: dict[str, Any] = response.json()
    return body


def alert(html: str) -> str:
    """The sentence in the page's alert, or the page's heading."""
    for start, end in (('role="alert" id="error"><p>', "</p>"), ("<h1>", "</h1>")):
        if start in html:
            return html.split(start, 1)[1].split(end, 1)[0]
    return html[:200]
