"""The protocol around every operation: keys, versions, idempotency, expansion, lists, errors."""

import threading
import time
import uuid
from typing import Any

import httpx
import pytest
import stripe
from stripe import InvalidRequestError, StripeClient

from tests.sandbox.client import Sandbox, SandboxAccount
from tests.sandbox.contract import REVIEWED_API_VERSION
from tests.sandbox_contract.conftest import checked, client_of
from tests.sandbox_contract.stories import Story


def post(
    account: SandboxAccount, path: str, data: dict[str, str], **headers: str
) -> httpx.Response:
    """A raw call, for what the SDK would never send."""
    given = {"Authorization": f"Bearer {account.key}", **headers}
    return httpx.post(f"{account.api_base}{path}", data=data, headers=given, trust_env=False)


@pytest.mark.parametrize(
    ("authorization", "complaint"),
    [
        ("", "did not provide an API key"),
        ("Bearer sk_live_abc", "never takes a live key"),
        ("Bearer rk_live_abc", "never takes a live key"),
        ("Basic c2tfbGl2ZV9hYmM6", "never takes a live key"),
        ("Bearer nonsense", "Invalid API Key"),
        ("Basic %%%", "did not provide an API key"),
    ],
)
def test_only_test_keys_are_taken(
    account: SandboxAccount, authorization: str, complaint: str
) -> None:
    answer = post(account, "/v1/customers", {}, Authorization=authorization)
    error = answer.json()["error"]
    assert (answer.status_code, error["type"]) == (401, "invalid_request_error")
    assert complaint in error["message"]
    assert "sk_live_abc" not in error["message"]


def test_basic_and_bearer_and_restricted_keys_all_work(account: SandboxAccount) -> None:
    for authorization in ("Bearer sk_test_x", "Bearer rk_test_x", "Basic c2tfdGVzdF94Og=="):
        assert post(account, "/v1/customers", {}, Authorization=authorization).status_code == 200


def test_every_answer_carries_its_request_id_and_its_version(account: SandboxAccount) -> None:
    answer = post(account, "/v1/customers", {})
    assert answer.headers["Request-Id"].startswith("req_")
    assert answer.headers["Stripe-Version"] == REVIEWED_API_VERSION
    error = post(account, "/v1/customers", {"nmae": "x"}).json()["error"]
    assert error["request_log_url"].rpartition("/")[2].startswith("req_")
    assert error["code"] == "parameter_unknown"


@pytest.mark.parametrize("version", ["2026-01-28.clover", "2027-01-01", "yesterday"])
def test_another_version_is_refused_rather_than_answered_wrongly(
    account: SandboxAccount, version: str
) -> None:
    answer = post(account, "/v1/customers", {}, **{"Stripe-Version": version})
    assert answer.status_code == 400
    assert REVIEWED_API_VERSION in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    ("version", "status"), [(None, 200), ("2024-06-20", 200), (REVIEWED_API_VERSION, 400)]
)
def test_old_parameters_are_taken_in_old_requests_only(
    story: Story, version: str | None, status: int
) -> None:
    form = {
        "mode": "payment",
        "ui_mode": "hosted",
        "payment_method_types[0]": "card",
        "success_url": "https://paper.test/thanks/",
        "line_items[0][quantity]": "1",
        "line_items[0][price_data][currency]": "gbp",
        "line_items[0][price_data][product]": story.product,
        "line_items[0][price_data][unit_amount]": "500",
    }
    headers = {"Stripe-Version": version} if version else {}
    answer = post(story.account, "/v1/checkout/sessions", form, **headers)
    assert answer.status_code == status
    if status == 200:
        assert answer.json()["ui_mode"] == "hosted_page"
        assert answer.headers["Stripe-Version"] == (version or REVIEWED_API_VERSION)


@pytest.mark.parametrize(
    ("change", "param", "code"),
    [
        (
            {"payment_method_types": ["card"]},
            "payment_method_types",
            "payment_method_types_no_longer_supported",
        ),
        ({"line_item": ["x"]}, "line_item", "parameter_unknown"),
        ({"ui_mode": "hosted"}, "ui_mode", None),
        ({"mode": "subscription"}, "customer_creation", None),
        ({"expires_at": 60}, "expires_at", None),
        ({"expires_at": 25 * 3600}, "expires_at", None),
        (
            {"line_items": [{"price": "price_none", "quantity": 1}]},
            "line_items[0][price]",
            "resource_missing",
        ),
        ({"customer": "cus_none", "customer_creation": None}, "customer", "resource_missing"),
        ({"success_url": None}, "success_url", "parameter_missing"),
        ({"line_items": None}, "line_items", "parameter_missing"),
        ({"subscription_data": {"description": "x"}}, "subscription_data", None),
        (
            {"automatic_tax": {"enabled": True}},
            "automatic_tax[enabled]",
            "sandbox_parameter_unsupported",
        ),
        (
            {"adaptive_pricing": {"enabled": True}},
            "adaptive_pricing[enabled]",
            "sandbox_parameter_unsupported",
        ),
        ({"client_reference_id": "r" * 201}, "client_reference_id", None),
        ({"metadata": {"k" * 41: "v"}}, f"metadata[{'k' * 41}]", None),
    ],
)
def test_a_session_that_stripe_would_refuse_is_refused(
    story: Story, change: dict[str, Any], param: str, code: str | None
) -> None:
    params = {**story.session_params(), **change}
    if change.get("expires_at"):
        params["expires_at"] = int(time.time()) + change["expires_at"]
    given = {key: value for key, value in params.items() if value is not None}
    with pytest.raises(InvalidRequestError) as refusal:
        story.client.v1.checkout.sessions.create(given)  # type: ignore[arg-type]
    assert (refusal.value.param, refusal.value.code) == (param, code)


def test_an_unknown_id_and_an_unknown_url_are_404(
    stripe_client: StripeClient, account: SandboxAccount
) -> None:
    with pytest.raises(InvalidRequestError, match="No such charge: 'ch_none'") as refusal:
        stripe_client.v1.charges.retrieve("ch_none")
    assert (refusal.value.http_status, refusal.value.code) == (404, "resource_missing")
    assert post(account, "/v1/nothing", {}).status_code == 404


def test_an_idempotency_key_replays_its_first_answer(account: SandboxAccount) -> None:
    key = {"Idempotency-Key": str(uuid.uuid4())}
    first = post(account, "/v1/customers", {"name": "A"}, **key)
    again = post(account, "/v1/customers", {"name": "A"}, **key)
    assert again.content == first.content
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.headers["Original-Request"] == first.headers["Request-Id"]
    other = post(account, "/v1/customers", {"name": "B"}, **key)
    assert (other.status_code, other.json()["error"]["type"]) == (400, "idempotency_error")
    account.advance(days=2)
    assert post(account, "/v1/customers", {"name": "B"}, **key).status_code == 200


def test_a_request_that_was_wrong_in_itself_does_not_use_up_its_key(
    account: SandboxAccount,
) -> None:
    key = {"Idempotency-Key": str(uuid.uuid4())}
    assert post(account, "/v1/customers", {"nmae": "A"}, **key).status_code == 400
    assert post(account, "/v1/customers", {"name": "A"}, **key).status_code == 200


def test_a_key_in_flight_is_a_409(account: SandboxAccount) -> None:
    account.fail_next(1, "slow", seconds=0.5)
    key = {"Idempotency-Key": str(uuid.uuid4())}
    answers: list[httpx.Response] = []
    slow = threading.Thread(
        target=lambda: answers.append(post(account, "/v1/customers", {}, **key))
    )
    slow.start()
    time.sleep(0.2)
    meanwhile = post(account, "/v1/customers", {}, **key)
    slow.join()
    assert meanwhile.status_code == 409
    assert meanwhile.json()["error"]["code"] == "idempotency_key_in_use"
    assert answers[0].status_code == 200
    assert post(account, "/v1/customers", {}, **key).content == answers[0].content


def test_a_timeout_does_the_work_and_a_retry_with_the_key_does_it_once(
    account: SandboxAccount,
) -> None:
    account.fail_next(1, "timeout", path_contains="customers", seconds=0.2)
    client = StripeClient(
        account.key, base_addresses={"api": account.api_base}, max_network_retries=2
    )
    made = client.v1.customers.create({"name": "Once"})
    assert [c.id for c in client.v1.customers.list().data] == [made.id]


def test_injected_failures_come_before_any_work_and_only_where_asked(
    account: SandboxAccount,
) -> None:
    client = client_of(account)
    account.fail_next(1, 500, path_contains="customers")
    account.fail_next(1, 429, path_contains="customers")
    client.v1.products.list()
    with pytest.raises(stripe.APIError):
        client.v1.customers.create({})
    with pytest.raises(stripe.RateLimitError):
        client.v1.customers.create({})
    assert client.v1.customers.list().data == []


def test_lists_are_newest_first_and_page_both_ways(stripe_client: StripeClient) -> None:
    made = [stripe_client.v1.customers.create({"name": str(n)}).id for n in range(7)][::-1]
    list_ = stripe_client.v1.customers.list
    first = checked(list_({"limit": 3}))
    assert ([c["id"] for c in first["data"]], first["has_more"], first["url"]) == (
        made[:3],
        True,
        "/v1/customers",
    )
    last = list_({"limit": 5, "starting_after": made[2]})
    assert ([c.id for c in last.data], last.has_more) == (made[3:], False)
    back = list_({"limit": 2, "ending_before": made[4]})
    assert ([c.id for c in back.data], back.has_more) == (made[2:4], True)
    assert [c.id for c in list_({"limit": 2}).auto_paging_iter()] == made
    with pytest.raises(InvalidRequestError):
        list_({"limit": 101})
    with pytest.raises(InvalidRequestError):
        list_({"starting_after": "cus_none"})


def test_lists_filter_by_time_and_by_field(
    account: SandboxAccount, stripe_client: StripeClient
) -> None:
    create, list_ = stripe_client.v1.customers.create, stripe_client.v1.customers.list
    old = create({"email": "a@example.org"})
    account.advance(hours=1)
    new = create({"email": "a@example.org"})
    create({"email": "b@example.org"})
    since = new.created
    assert {c.id for c in list_({"created": {"lt": since}}).data} == {old.id}
    assert old.id not in {c.id for c in list_({"created": {"gte": since}}).data}
    assert [
        c.id for c in list_({"created": {"gt": old.created}, "email": "a@example.org"}).data
    ] == [new.id]
    assert [c.id for c in list_({"email": "a@example.org"}).data] == [new.id, old.id]


def test_expansion_reaches_four_levels_and_refuses_what_is_no_reference(story: Story) -> None:
    session = story.paid(story.gift())
    retrieve = story.client.v1.checkout.sessions.retrieve
    deep = checked(
        retrieve(
            session.id, {"expand": ["payment_intent.latest_charge.balance_transaction.source"]}
        )
    )
    assert (
        deep["payment_intent"]["latest_charge"]["balance_transaction"]["source"]["object"]
        == "charge"
    )
    for path in ("status", "nothing", "payment_intent.amount", "a.b.c.d.e"):
        with pytest.raises(InvalidRequestError) as refusal:
            retrieve(session.id, {"expand": [path]})
        assert refusal.value.param == "expand[0]"


def test_expanding_changes_the_answer_and_not_what_is_kept(story: Story) -> None:
    session = story.paid(story.gift())
    story.client.v1.charges.list({"expand": ["data.balance_transaction", "data.customer"]})
    story.client.v1.checkout.sessions.retrieve(session.id, {"expand": ["line_items", "customer"]})
    plain = checked(story.client.v1.checkout.sessions.retrieve(session.id))
    assert plain["customer"] == session.customer
    assert "line_items" not in plain
    assert isinstance(story.client.v1.charges.list().data[0].balance_transaction, str)


def test_metadata_is_merged_by_key_and_cleared_by_empty_values(stripe_client: StripeClient) -> None:
    customers = stripe_client.v1.customers
    made = customers.create({"metadata": {"a": "1", "b": "2"}})
    changed = customers.update(made.id, {"metadata": {"a": "", "c": "3"}})
    assert checked(changed)["metadata"] == {"b": "2", "c": "3"}
    assert checked(customers.update(made.id, {"metadata": ""}))["metadata"] == {}


def test_accounts_are_isolated_from_each_other_and_reset_alone(sandbox_url: str) -> None:
    one, two = (Sandbox(sandbox_url).account(f"iso{uuid.uuid4().hex[:8]}") for _ in range(2))
    made = client_of(one).v1.customers.create({})
    assert client_of(two).v1.customers.list().data == []
    with pytest.raises(InvalidRequestError):
        client_of(two).v1.customers.retrieve(made.id)
    two.reset()
    assert len(client_of(one).v1.customers.list().data) == 1
    one.reset()
    assert client_of(one).v1.customers.list().data == []
