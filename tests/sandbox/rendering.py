"""Shows documents to the outside: without private notes, expanded as asked, checked before they leave."""

from tests.sandbox.contract.resources import check_document
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.events import public
from tests.sandbox.engine.lists import Page, PageV2, SearchPage
from tests.sandbox.engine.store import Document
from tests.sandbox.expansion import Expansion
from tests.sandbox.included import shown_list


def show(
    account: Account, answer: Document | Page | SearchPage, expand: list[str], *, url: str
) -> Document:
    """The JSON of an answer. ContractBroken when it is not what the SDK's types promise."""
    shown = _page(answer, url) if isinstance(answer, (Page, SearchPage)) else public(answer)
    for index, path in enumerate(expand):
        Expansion(account, path, param=f"expand[{index}]").apply(shown)
    for document in shown["data"] if isinstance(answer, (Page, SearchPage)) else (shown,):
        check_document(document)
    return shown


def show_v2(answer: Document | PageV2, *, url: str) -> Document:
    """The JSON of an answer of API v2, checked in the same way. What was deleted is a mere id."""
    if isinstance(answer, PageV2):
        for document in answer.rows:
            check_document(document)
        following = f"{url}?page={answer.last}" if answer.last else None
        return {"data": answer.rows, "next_page_url": following, "previous_page_url": None}
    if answer.keys() != {"id", "object"}:
        check_document(answer)
    return answer


def _page(page: Page | SearchPage, url: str) -> Document:
    if isinstance(page, SearchPage):
        following = page.rows[-1]["id"] if page.has_more else None
        return {
            "object": "search_result",
            "data": [public(row) for row in page.rows],
            "has_more": page.has_more,
            "next_page": following,
            "url": url,
        }
    return shown_list(page.rows, url, has_more=page.has_more)
