"""Searching customers: Stripe's query language, and an index that agrees with reading everything."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stripe import InvalidRequestError, StripeClient

from tests.sandbox.engine import customer_search, customers
from tests.sandbox.engine.account import Account
from tests.sandbox_contract.conftest import checked

PEOPLE: tuple[dict[str, Any], ...] = (
    {"email": "ada@paper.test", "name": "Ada Lovelace", "metadata": {"plan": "Gold"}},
    {"email": "grace@paper.test", "name": "Grace Hopper", "metadata": {"plan": "Silver"}},
    {"email": "alan@else.test", "name": "Alan O'Turing"},
    {"name": "Ada Byron", "phone": "+44123"},
)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ('email:"ADA@paper.test"', [0]),
        ('name~"ada"', [3, 0]),
        ('name~"ada" AND email~"paper"', [0]),
        ("name~'ada' email~'paper'", [0]),
        ('metadata["plan"]:"gold" OR phone:"+44123"', [3, 0]),
        ('-email~"paper"', [3, 2]),
        ("email:null", [3]),
        ('name:"Alan O\\\'Turing"', [2]),
        ('created>0 AND metadata["plan"]:"silver"', [1]),
        ("created<10", []),
        ('-metadata["plan"]:null', [1, 0]),
    ],
)
def test_a_query_finds_whom_it_describes(engine: Account, query: str, found: list[int]) -> None:
    made = [customers.create(engine, person) for person in PEOPLE]
    rows = customer_search.search(engine, {"query": query}).rows
    assert [row["id"] for row in rows] == [made[n]["id"] for n in found]


@pytest.mark.parametrize(
    "query",
    [
        "ada",
        "email:",
        'name~"ad"',
        'shoe:"large"',
        'metadata:"gold"',
        'email>"a"',
        'created:"x"',
        'email:"a" AND name:"b" OR name:"c"',
        '(email:"a")',
    ],
)
def test_a_query_that_makes_no_sense_is_refused(stripe_client: StripeClient, query: str) -> None:
    with pytest.raises(InvalidRequestError, match="unable to parse your search query"):
        stripe_client.v1.customers.search({"query": query})


def test_a_search_is_read_page_by_page_and_follows_changes(stripe_client: StripeClient) -> None:
    people = stripe_client.v1.customers
    made = [people.create({"email": f"reader{n}@paper.test"}) for n in range(3)]
    first = people.search({"query": 'email~"paper"', "limit": 2})
    assert [row["id"] for row in checked(first)["data"]] == [made[2].id, made[1].id]
    assert checked(first)["has_more"] is True
    rest = people.search({"query": 'email~"paper"', "limit": 2, "page": first.next_page})
    assert [row.id for row in rest.data] == [made[0].id]
    assert rest.next_page is None
    people.update(made[0].id, {"email": "moved@else.test"})
    people.delete(made[1].id)
    assert [row.id for row in people.search({"query": 'email~"paper"'}).data] == [made[2].id]


@given(
    people=st.lists(st.tuples(st.text("abc", max_size=6), st.text("ab", max_size=4)), max_size=12),
    part=st.text("abc", min_size=3, max_size=4),
    value=st.text("ab", min_size=1, max_size=4),
    joint=st.sampled_from(["AND", "OR"]),
)
def test_the_index_finds_what_reading_everything_would(
    people: list[tuple[str, str]], part: str, value: str, joint: str
) -> None:
    account = Account("search", "http://127.0.0.1:1")
    made = [
        customers.create(account, {"name": name, "metadata": {"k": key} if key else {}})
        for name, key in people
    ]
    query = f'name~"{part}" {joint} metadata["k"]:"{value}"'
    combine = all if joint == "AND" else any
    expected = [
        customer["id"]
        for customer in reversed(made)
        if combine((part in customer["name"], customer["metadata"].get("k") == value))
    ]
    found = customer_search.search(account, {"query": query, "limit": 100}).rows
    assert [row["id"] for row in found] == expected
