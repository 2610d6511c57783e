"""Every address of the site against every kind of visitor, by the tables in authorisation.py."""

from collections.abc import Iterator

import pytest
from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.architecture.authorisation import ADMIN, PAGES, STAFF, VISITORS
from tests.architecture.conftest import PathOf
from tests.architecture.visitors import browser_of

SECOND_STEP = reverse("mfa_index")
NOBODYS = "987654321"


def answer(response: HttpResponse) -> str:
    """Say in the tables' words what came back."""
    if response.status_code in (302, 303):
        target = response["Location"].split("?")[0]
        return {reverse("account_login"): "in", SECOND_STEP: "2nd"}.get(target, "->")
    return "ok" if response.status_code == 200 else str(response.status_code)


@pytest.fixture(params=VISITORS)
def visitor(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.django_db
def test_each_page_answers_this_visitor_as_the_table_says(visitor: str, path_of: PathOf) -> None:
    client = browser_of(visitor)
    wrong = {}
    for line in PAGES:
        got = answer(client.generic(line.method, path_of(line.name)))
        if got != line.answers[visitor]:
            wrong[line.method, line.name] = (got, line.answers[visitor])
    assert wrong == {}


@pytest.mark.django_db
def test_the_administration_answers_this_visitor_as_the_table_says(visitor: str) -> None:
    client = browser_of(visitor)
    wrong = {}
    for model, rights in ADMIN.items():
        for action, expected in _expected(visitor, rights.get(visitor, "")).items():
            name = f"admin:{model}_{action}"
            needs_object = action in ("change", "delete", "history")
            path = reverse(name, args=[NOBODYS] if needs_object else [])
            got = answer(client.get(path))
            if got != expected:
                wrong[name] = (got, expected)
    assert wrong == {}


def _expected(visitor: str, rights: str) -> dict[str, str]:
    """The answers at a model's pages; an object that does not exist leads staff with the right to it back."""
    actions = ("changelist", "add", "change", "delete", "history")
    if visitor not in STAFF:
        refusal = {"anonymous": "in", "one factor": "2nd"}.get(visitor, "403")
        return dict.fromkeys(actions, refusal)
    return {
        "changelist": "ok" if "v" in rights else "403",
        "add": "ok" if "a" in rights else "403",
        "change": "->" if "v" in rights else "403",
        "delete": "->" if "d" in rights else "403",
        "history": "->",
    }


def _names(resolver: URLResolver, spaces: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            yield ":".join([*spaces, pattern.name or ""]), str(pattern.pattern)
        else:
            yield from _names(pattern, (*spaces, *filter(None, [pattern.namespace])))


def test_every_address_is_in_a_table() -> None:
    listed = {line.name for line in PAGES}
    listed |= {
        f"admin:{model}_{action}"
        for model in ADMIN
        for action in ("changelist", "add", "change", "delete", "history")
    }
    missing = {(name, route) for name, route in _names(get_resolver()) if name not in listed}
    assert missing == set()


def test_no_table_names_an_address_that_is_gone() -> None:
    known = {name for name, _ in _names(get_resolver())}
    assert {line.name for line in PAGES} <= known
    assert {f"admin:{model}_changelist" for model in ADMIN} <= known
