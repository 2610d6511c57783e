"""The engine without HTTP: a whole call in well under a millisecond, and nothing that scans."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.sandbox.engine.account import Account
from tests.sandbox.engine.store import Store
from tests.sandbox.forms import decode
from tests.sandbox.protocol import ApiRequest, answer


def call(
    account: Account, method: str, path: str, form: str = "", key: str | None = None
) -> dict[str, Any]:
    request = ApiRequest(method, path, form, "Bearer sk_test_x", None, key)
    body: dict[str, Any] = json.loads(answer(account, request).body)
    return body


def test_a_call_needs_no_server(engine: Account) -> None:
    made = call(engine, "POST", "/v1/customers", "name=Ada&metadata[a]=b")
    assert call(engine, "GET", f"/v1/customers/{made['id']}") == made
    assert call(engine, "GET", "/v1/customers", "limit=1")["data"] == [made]


def test_the_request_log_is_bounded(engine: Account) -> None:
    for _ in range(250):
        call(engine, "GET", "/v1/balance")
    assert len(engine.request_log) == 200


class CountingList(list[Any]):
    """A list that counts how often its entries are read one by one."""

    reads = 0

    def __getitem__(self, index: Any) -> Any:
        CountingList.reads += 1
        return super().__getitem__(index)

    def __iter__(self) -> Any:
        raise AssertionError("an index was walked from end to end")


def test_a_page_of_a_large_store_reads_only_its_own_rows() -> None:
    store = Store({"thing": {"owner": lambda thing: thing["owner"]}})
    for n in range(20_000):
        store.put({"id": f"t{n}", "object": "thing", "created": n, "owner": n % 7})
    for key, places in list(store._lists.items()):
        store._lists[key] = CountingList(places)
    found = store.newest_first("thing", {"owner": 3}, created_from=5_000, created_below=15_000)
    page = [next(found)["id"] for _ in range(10)]
    assert page == [f"t{n}" for n in range(14_997, 14_927, -7)]
    assert CountingList.reads < 60
    CountingList.reads = 0
    store.put({"id": "t5", "object": "thing", "created": 5, "owner": 6})
    assert CountingList.reads < 60


@given(
    owners=st.lists(st.integers(0, 3), max_size=30),
    moves=st.lists(st.tuples(st.integers(0, 29), st.integers(0, 3)), max_size=20),
    removed=st.sets(st.integers(0, 29), max_size=10),
)
def test_indexes_agree_with_a_plain_search_whatever_happened(
    owners: list[int], moves: list[tuple[int, int]], removed: set[int]
) -> None:
    store = Store({"thing": {"owner": lambda thing: thing["owner"]}})
    things = {
        n: {"id": f"t{n}", "object": "thing", "created": n, "owner": o}
        for n, o in enumerate(owners)
    }
    for thing in things.values():
        store.put(thing)
    for n, owner in moves:
        if n in things:
            things[n]["owner"] = owner
            store.put(things[n])
    for n in removed & things.keys():
        store.remove(things.pop(n)["id"])  # type: ignore[arg-type]
    for owner in range(4):
        expected = [t["id"] for n, t in sorted(things.items(), reverse=True) if t["owner"] == owner]
        assert [t["id"] for t in store.newest_first("thing", {"owner": owner})] == expected
        oldest = [t["id"] for t in store.oldest_first("thing", {"owner": owner})]
        assert oldest == expected[::-1]
    assert store.count("thing") == len(things)
    wanted = {"owner": (0, 2)}
    assert [t["id"] for t in store.newest_first("thing", wanted)] == [
        t["id"] for n, t in sorted(things.items(), reverse=True) if t["owner"] in (0, 2)
    ]


def test_bracketed_forms_decode_to_hashes_and_lists() -> None:
    form = "a[b][0][c]=1&a[b][1][c]=2&d[]=x&d[]=y&e=%C3%A9&f="
    assert decode(form) == {
        "a": {"b": {"0": {"c": "1"}, "1": {"c": "2"}}},
        "d": {"0": "x", "1": "y"},
        "e": "é",
        "f": "",
    }


@given(st.text(max_size=60))
def test_no_form_however_odd_breaks_the_engine(form: str) -> None:
    body = call(Account("odd", "http://127.0.0.1:1"), "POST", "/v1/customers", form)
    assert "error" in body or body["object"] == "customer"


def test_time_moves_in_one_jump_as_in_many() -> None:
    histories = []
    for steps in ([7200], [600] * 12):
        account, now = Account("clock", "http://127.0.0.1:1"), 1_900_000_000
        account._standing_at = now
        call(account, "POST", "/v1/products", "id=prod_gift&name=Gift")
        form = (
            "mode=payment&success_url=https://p.test/&line_items[0][quantity]=1"
            "&line_items[0][price_data][currency]=gbp&line_items[0][price_data][unit_amount]=500"
            f"&line_items[0][price_data][product]=prod_gift&expires_at={1_900_000_000 + 2400}"
        )
        call(account, "POST", "/v1/checkout/sessions", form)
        for step in steps:
            now += step
            account._standing_at = now
            call(account, "GET", "/v1/balance")
        events = account.store.oldest_first("event", {})
        histories.append([(event["type"], event["created"]) for event in events])
    assert histories[0] == histories[1]
    assert histories[0][-1] == ("checkout.session.expired", 1_900_002_400)
