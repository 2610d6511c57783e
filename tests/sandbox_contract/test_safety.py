"""Nothing real gets in: no card or account number outside Stripe's published ones, no live key, by any way."""

from collections.abc import Callable

import httpx
import pytest
from stripe import CardError, InvalidRequestError, StripeClient

from tests.sandbox.client import Declined
from tests.sandbox_contract.stories import Story

REAL_LOOKING = "4111111111111111"
CARD = {"number": REAL_LOOKING, "exp_month": 12, "exp_year": 2040, "cvc": "123"}
IBAN = {"iban": "DE02120300000000202051"}
BILLING = {"name": "Ada", "email": "ada@example.org"}


def _method(client: StripeClient) -> object:
    return client.v1.payment_methods.create({"type": "card", "card": CARD})  # type: ignore[typeddict-item]


def _account(client: StripeClient) -> object:
    return client.v1.payment_methods.create(
        {"type": "sepa_debit", "sepa_debit": IBAN, "billing_details": BILLING}  # type: ignore[typeddict-item]
    )


def _intent(client: StripeClient) -> object:
    data = {"type": "card", "card": CARD}
    return client.v1.payment_intents.create(
        {"amount": 500, "currency": "gbp", "confirm": True, "payment_method_data": data}  # type: ignore[typeddict-item]
    )


def _setup(client: StripeClient) -> object:
    data = {"type": "card", "card": CARD}
    return client.v1.setup_intents.create({"confirm": True, "payment_method_data": data})  # type: ignore[typeddict-item]


@pytest.mark.parametrize("bring", [_method, _account, _intent, _setup])
def test_an_unlisted_number_is_refused_with_a_sentence_by_the_api(
    story: Story, bring: Callable[[StripeClient], object]
) -> None:
    with pytest.raises((CardError, InvalidRequestError)) as refusal:
        bring(story.client)
    said = str(refusal.value)
    assert len(said.split()) > 6
    assert REAL_LOOKING not in said
    assert IBAN["iban"] not in said
    events = str(story.account.events())
    assert REAL_LOOKING not in events
    assert IBAN["iban"] not in events


def test_an_unlisted_number_is_refused_on_the_hosted_page_and_by_the_cards_renewal(
    story: Story,
) -> None:
    with pytest.raises(Declined, match="test card numbers"):
        story.account.pay(story.gift().id, card=REAL_LOOKING)
    method = story.client.v1.payment_methods.create({"type": "card", "card": {"token": "tok_visa"}})
    renewed = httpx.post(
        f"{story.account.api_base}/_panel/update_card",
        data={"payment_method": method.id, "number": REAL_LOOKING},
        trust_env=False,
    )
    assert renewed.status_code == 400
    assert "test card numbers" in renewed.text


@pytest.mark.parametrize("path", ["/v1/balance", "/v2/core/events", "/v1/payment_pages/cs_1"])
@pytest.mark.parametrize("key", ["sk_live_abcdefgh", "rk_live_abcdefgh"])
def test_a_live_key_is_refused_everywhere(story: Story, path: str, key: str) -> None:
    answer = httpx.get(
        f"{story.account.api_base}{path}",
        headers={"Authorization": f"Bearer {key}"},
        trust_env=False,
    )
    assert answer.status_code == 401
    assert "never takes a live key" in answer.text
    assert key not in answer.text


def test_a_page_of_another_site_cannot_work_the_controls(story: Story) -> None:
    for control in ("advance", "reset"):
        answer = httpx.post(
            f"{story.account.api_base}/_control/{control}",
            json={"seconds": 60},
            headers={"Origin": "https://elsewhere.example"},
        )
        assert answer.status_code == 403


def test_a_control_says_what_it_needs(story: Story) -> None:
    answer = httpx.post(f"{story.account.api_base}/_control/advance", json={})
    assert (answer.status_code, answer.json()["error"]) == (
        400,
        "This control needs 'seconds' in its body.",
    )
