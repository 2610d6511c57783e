"""A reader's browser without JavaScript: cookies, links, forms, redirects, over real HTTP."""

from html.parser import HTMLParser
from urllib.parse import urljoin

import requests


class Form:
    """One form of a page with the values that the page put in it."""

    def __init__(self, attributes: dict[str, str]) -> None:
        self.action = attributes.get("action", "")
        self.method = attributes.get("method", "get").lower()
        self.values: dict[str, str] = {}
        self.names: set[str] = set()


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[tuple[str, str]] = []
        self.regions: dict[str, str] = {}
        self._form: Form | None = None
        self._link: str | None = None
        self._region: str | None = None
        self._depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(values)
            self.forms.append(self._form)
        elif tag in {"input", "button", "select", "textarea"} and self._form and values.get("name"):
            self._field(self._form, tag, values)
        elif tag == "a" and values.get("href"):
            self._link = values["href"]
            self.links.append((self._link, ""))
        if tag == "aside":
            self._region = values.get("data-campaign", "aside")
            self.regions[self._region] = ""

    @staticmethod
    def _field(form: Form, tag: str, values: dict[str, str]) -> None:
        name, kind = values["name"], values.get("type", tag)
        form.names.add(name)
        if kind in {"submit", "button"}:
            return
        if kind in {"radio", "checkbox"} and "checked" not in values:
            return
        form.values[name] = values.get("value", "on" if kind == "checkbox" else "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "a":
            self._link = None
        elif tag == "aside":
            self._region = None

    def handle_data(self, data: str) -> None:
        if self._link is not None and self.links:
            href, text = self.links[-1]
            self.links[-1] = (href, text + data)
        if self._region is not None:
            self.regions[self._region] += data


class Page:
    """An answer, read as a person would: its address, status, forms, links and asides."""

    def __init__(self, response: requests.Response) -> None:
        self.url = response.url
        self.status = response.status_code
        self.text = response.text
        parsed = _Page()
        parsed.feed(response.text)
        self.forms = parsed.forms
        self.links = [
            (urljoin(response.url, href), " ".join(text.split())) for href, text in parsed.links
        ]
        self.asides = {state: " ".join(text.split()) for state, text in parsed.regions.items()}

    def form_with(self, *names: str) -> Form:
        """Return the first form that has all these fields; raises LookupError naming them."""
        for form in self.forms:
            if form.names >= set(names):
                return form
        raise LookupError(f"No form with {', '.join(names)} at {self.url}.")


class Browser:
    """One reader's session; every request follows redirects as a browser does."""

    def __init__(self, language: str = "en-GB") -> None:
        self._session = requests.Session()
        self._session.headers["Accept-Language"] = language

    def open(self, url: str) -> Page:
        return Page(self._session.get(url, timeout=30))

    def submit(self, page: Page, form: Form, **values: str) -> Page:
        """Send `form` of `page` with `values` over what the page filled in."""
        data = {**form.values, **values}
        url = urljoin(page.url, form.action) if form.action else page.url
        if form.method == "get":
            return Page(self._session.get(url, params=data, timeout=30))
        headers = {"Referer": page.url, "Origin": "/".join(page.url.split("/")[:3])}
        return Page(self._session.post(url, data=data, headers=headers, timeout=30))

    def download(self, url: str) -> requests.Response:
        return self._session.get(url, timeout=60)
