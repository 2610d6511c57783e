"""The ways to pay on a hosted page: one link for each, the fields of the chosen one, its test numbers."""

from html import escape

from tests.sandbox.web.payment_form import Filled, card_fields, test_cards

LABELS = {"card": "Card"}


def method_links(url: str, types: list[str], chosen: str) -> str:
    """Links rather than tabs: the page has no script, so each way to pay is a page of its own."""
    ways = list(types)
    if len(ways) == 1:
        return ""
    here = {chosen: ' aria-current="page"'}
    links = "".join(
        f'<li><a href="{escape(url)}?method={way}"{here.get(way, "")}>{LABELS[way]}</a></li>'
        for way in ways
    )
    return f'<nav class="ways" aria-label="Ways to pay"><ul>{links}</ul></nav>'


def method_fields(method: str, filled: Filled, *, payee: str) -> str:
    return f'<input type="hidden" name="method" value="{method}">{card_fields(filled)}'


def first_field(method: str) -> str:
    return {"card": "number"}[method]


def test_numbers(url: str, method: str) -> str:
    return test_cards(url)
