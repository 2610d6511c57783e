"""An isolated sandbox account and the SDK's own client for each test."""

import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from stripe import Customer, StripeClient, StripeObject

from tests.sandbox.client import Sandbox, SandboxAccount
from tests.sandbox.contract.resources import check_document
from tests.sandbox.engine.account import Account
from tests.sandbox_contract.receiver import Receiver
from tests.sandbox_contract.stories import Story


@pytest.fixture
def account(sandbox_url: str) -> SandboxAccount:
    """An account of the running sandbox that nothing else uses."""
    made = Sandbox(sandbox_url).account(f"c{uuid.uuid4().hex[:12]}")
    assert made.webhook_secret  # from here on every event is held
    return made


@pytest.fixture
def stripe_client(account: SandboxAccount) -> StripeClient:
    return client_of(account)


@pytest.fixture
def story(account: SandboxAccount, stripe_client: StripeClient) -> Story:
    return Story(account, stripe_client)


@pytest.fixture
def payer(stripe_client: StripeClient) -> Customer:
    """A customer to whom nothing belongs yet."""
    return stripe_client.v1.customers.create({"email": "ada@example.org"})


@pytest.fixture
def engine() -> Account:
    """An account of the engine alone: no process, no HTTP."""
    return Account("engine", "http://127.0.0.1:1")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.close()


def client_of(account: SandboxAccount) -> StripeClient:
    return StripeClient(
        account.key, base_addresses={"api": account.api_base, "files": account.api_base}
    )


def checked(answer: StripeObject) -> dict[str, Any]:
    """The JSON behind an SDK object, once it has been held against the SDK's types."""
    assert answer.last_response is not None
    document: dict[str, Any] = json.loads(answer.last_response.body)
    for row in document["data"] if document["object"] in ("list", "search_result") else [document]:
        check_document(row)
    return document
