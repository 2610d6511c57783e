"""How tests read and send the donation page: as a browser without JavaScript would."""

from html.parser import HTMLParser

from django.http import HttpResponse
from django.test import Client

URL = "/donate/support/"


class FormValues(HTMLParser):
    """The values that the page's POST form would send if a reader changed nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self._is_inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self._is_inside = given.get("method") == "post"
        name = given.get("name")
        if tag != "input" or not self._is_inside or not name:
            return
        is_choice = given.get("type") in {"radio", "checkbox"}
        if not is_choice or "checked" in given:
            self.values[name] = given.get("value") or ("on" if is_choice else "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._is_inside = False


def form_values(response: HttpResponse) -> dict[str, str]:
    parser = FormValues()
    parser.feed(response.content.decode())
    return parser.values


def post_gift(client: Client, url: str = URL, **changes: str) -> HttpResponse:
    """Open the page, change what a reader changes, and send the form."""
    values = form_values(client.get(url))
    values |= {"email": "reader@example.org"} | changes
    return client.post("/".join(url.split("/")[:3]) + "/", values)


def other(amount: str, *, frequency: str = "once", currency: str = "GBP") -> dict[str, str]:
    """The fields of a reader who writes an amount of their own."""
    return {
        "frequency": frequency,
        "currency": currency,
        f"amount_{frequency}": "other",
        "other_amount": amount,
    }
