"""The bank's own page, for an intent that was confirmed by the API with a way back."""

import asyncio
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.sandbox.accounts import Accounts
from tests.sandbox.engine import payment_intents, payment_methods, setup_intents
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.store import Document
from tests.sandbox.web.app import build_app

RETURN_URL = "https://paper.test/back/?gift=1"
ASKING = "pm_card_authenticationRequired"


class Browser:
    """Asks the application itself, without a socket, and follows nothing."""

    def __init__(self, accounts: Accounts) -> None:
        self._transport = httpx.ASGITransport(build_app(accounts))

    def get(self, path: str) -> httpx.Response:
        return asyncio.run(self._ask("GET", path))

    def post(self, path: str, data: dict[str, str]) -> httpx.Response:
        return asyncio.run(self._ask("POST", path, data=data))

    async def _ask(self, method: str, path: str, **form: Any) -> httpx.Response:
        async with httpx.AsyncClient(
            transport=self._transport, base_url="http://127.0.0.1:1"
        ) as client:
            return await client.request(method, path, **form)


@pytest.fixture
def accounts() -> Accounts:
    return Accounts("http://127.0.0.1:1")


@pytest.fixture
def browser(accounts: Accounts) -> Browser:
    return Browser(accounts)


@pytest.fixture
def engine(accounts: Accounts) -> Account:
    return accounts.get("default")


def test_the_payer_confirms_and_is_sent_back(engine: Account, browser: Browser) -> None:
    intent = _waiting_payment(engine)
    page = browser.get(f"/authenticate/{intent['id']}")
    assert "Is it you?" in page.text
    assert "£15.00" in page.text
    assert "https://paper.test" in page.headers["Content-Security-Policy"]
    answer = browser.post(f"/authenticate/{intent['id']}", data={"action": "complete"})
    assert _told(answer.headers["Location"]) == {
        "gift": "1",
        "payment_intent": intent["id"],
        "payment_intent_client_secret": intent["client_secret"],
        "redirect_status": "succeeded",
    }
    assert intent["status"] == "succeeded"


def test_a_payer_who_says_no_is_sent_back_too(engine: Account, browser: Browser) -> None:
    intent = _waiting_payment(engine)
    answer = browser.post(f"/authenticate/{intent['id']}", data={"action": "fail"})
    assert _told(answer.headers["Location"])["redirect_status"] == "failed"
    assert intent["status"] == "requires_payment_method"


def test_a_card_for_later_is_confirmed_the_same_way(engine: Account, browser: Browser) -> None:
    intent = setup_intents.create(engine, customer=None, data={})
    method = payment_methods.named(engine, ASKING)
    setup_intents.confirm(engine, intent, method, return_url=RETURN_URL)
    assert "may charge it in future" in browser.get(f"/authenticate/{intent['id']}").text
    answer = browser.post(f"/authenticate/{intent['id']}", data={"action": "complete"})
    assert _told(answer.headers["Location"])["setup_intent"] == intent["id"]
    assert intent["status"] == "succeeded"


def test_nothing_is_asked_twice_or_of_nobody(engine: Account, browser: Browser) -> None:
    intent = _waiting_payment(engine)
    assert browser.post(f"/authenticate/{intent['id']}", data={}).status_code == 400
    browser.post(f"/authenticate/{intent['id']}", data={"action": "complete"})
    assert browser.get(f"/authenticate/{intent['id']}").status_code == 404
    assert browser.get("/authenticate/pi_nothing").status_code == 404


def _waiting_payment(engine: Account) -> Document:
    intent = payment_intents.create(engine, amount=1500, currency="gbp", customer=None, data={})
    method = payment_methods.named(engine, ASKING)
    payment_intents.confirm(engine, intent, method, return_url=RETURN_URL)
    return intent


def _told(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
