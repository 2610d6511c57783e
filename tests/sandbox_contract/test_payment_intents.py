"""Payment intents and their charges, as stripe-python drives them."""

from typing import Any

import pytest
from stripe import CardError, Customer, InvalidRequestError, StripeClient

from tests.sandbox.client import Declined
from tests.sandbox.contract.resources import check_document
from tests.sandbox_contract.conftest import checked
from tests.sandbox_contract.payment_stories import intent
from tests.sandbox_contract.stories import Story


def test_an_intent_is_made_paid_and_cannot_be_paid_twice(story: Story, payer: Customer) -> None:
    intents = story.client.v1.payment_intents
    made = checked(intent(story.client, customer=payer.id, metadata={"gift": "g1"}))
    assert (made["status"], made["payment_method_types"]) == (
        "requires_payment_method",
        ["card", "bacs_debit"],
    )
    with pytest.raises(InvalidRequestError) as refusal:
        intents.confirm(made["id"])
    assert refusal.value.code == "payment_intent_unexpected_state"
    changed = intents.update(made["id"], {"amount": 2000, "payment_method": "pm_card_visa"})
    assert checked(changed)["status"] == "requires_confirmation"
    paid = checked(intents.confirm(made["id"], {"setup_future_usage": "off_session"}))
    assert (paid["status"], paid["amount_received"]) == ("succeeded", 2000)
    charge = story.client.v1.charges.retrieve(paid["latest_charge"])
    assert charge.balance_transaction
    assert charge.metadata["gift"] == "g1"
    assert story.client.v1.payment_methods.retrieve(paid["payment_method"]).customer == payer.id
    for again in (intents.confirm, intents.cancel, intents.capture):
        with pytest.raises(InvalidRequestError) as refusal:
            again(made["id"])
        assert refusal.value.code == "payment_intent_unexpected_state"
    assert len(checked(intents.list({"customer": payer.id}))["data"]) == 1


@pytest.mark.parametrize(
    ("token", "code", "decline_code", "advice"),
    [
        ("pm_card_chargeDeclined", "card_declined", "generic_decline", "try_again_later"),
        ("pm_card_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds",
         "try_again_later"),
        ("pm_card_chargeDeclinedLostCard", "card_declined", "lost_card", "do_not_try_again"),
        ("pm_card_chargeDeclinedStolenCard", "card_declined", "stolen_card", "do_not_try_again"),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card", None, "confirm_card_data"),
        ("pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc", None, "confirm_card_data"),
        ("pm_card_chargeDeclinedProcessingError", "processing_error", None, "try_again_later"),
        ("pm_card_radarBlock", "card_declined", "fraudulent", "do_not_try_again"),
    ],
)  # fmt: skip
def test_a_decline_carries_the_intent_and_the_method(
    story: Story, token: str, code: str, decline_code: str | None, advice: str
) -> None:
    with pytest.raises(CardError) as refusal:
        intent(story.client, payment_method=token, confirm=True)
    body: Any = refusal.value.json_body
    error = body["error"]
    assert refusal.value.http_status == 402
    assert (error["code"], error.get("decline_code"), error["advice_code"]) == (
        code,
        decline_code,
        advice,
    )
    check_document(error["payment_intent"])
    check_document(error["payment_method"])
    failed = story.client.v1.charges.retrieve(error["charge"])
    assert failed.status == "failed"
    assert failed.outcome
    assert failed.outcome.type == ("blocked" if "radar" in token else "issuer_declined")
    again = story.client.v1.payment_intents.confirm(
        error["payment_intent"]["id"], {"payment_method": "pm_card_visa"}
    )
    assert checked(again)["status"] == "succeeded"


def test_a_payer_authenticates_at_the_address_of_the_next_action(story: Story) -> None:
    asked = checked(
        intent(
            story.client,
            payment_method="pm_card_threeDSecure2Required",
            confirm=True,
            return_url="https://paper.test/back",
        )
    )
    assert asked["next_action"]["redirect_to_url"]["return_url"] == "https://paper.test/back"
    with pytest.raises(Declined):
        story.account.authenticate(asked["id"], passed=False)
    waiting = story.client.v1.payment_intents.retrieve(asked["id"])
    assert waiting.status == "requires_payment_method"
    assert waiting.last_payment_error
    assert waiting.last_payment_error.code == "payment_intent_authentication_failure"
    again = story.client.v1.payment_intents.confirm(
        asked["id"], {"payment_method": "pm_card_threeDSecure2Required"}
    )
    assert again.next_action
    assert again.next_action.type == "use_stripe_sdk"
    assert story.account.authenticate(asked["id"])["status"] == "succeeded"


def test_reserved_money_is_captured_or_let_go(story: Story) -> None:
    intents = story.client.v1.payment_intents
    kept, dropped = [
        intent(
            story.client, payment_method="pm_card_visa", capture_method="manual", confirm=True
        ).id
        for _ in range(2)
    ]
    assert intents.retrieve(kept).status == "requires_capture"
    assert story.client.v1.balance_transactions.list().data == []
    assert checked(intents.capture(kept))["amount_received"] == 1500
    assert checked(intents.cancel(dropped, {"cancellation_reason": "duplicate"}))["status"] == (
        "canceled"
    )
    third = intent(
        story.client, payment_method="pm_card_visa", capture_method="manual", confirm=True
    )
    assert checked(story.client.v1.charges.capture(third.latest_charge))["captured"] is True
    assert len(story.client.v1.balance_transactions.list().data) == 2


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"amount": 10}, "must be at least"),
        ({"currency": "xxx"}, "Invalid currency"),
        ({"off_session": True}, "with `confirm=true`"),
        ({"payment_method": "pm_none"}, "No such PaymentMethod"),
        ({"customer": "cus_none"}, "No such customer"),
        ({"excluded_payment_method_types": ["card", "bacs_debit"]}, "No payment method is left"),
        ({"payment_method": "pm_success_de"}, "not allowed for this intent"),
        ({"payment_method": "pm_bacsDebit_success", "confirm": True}, "needs a mandate"),
        ({"payment_method_types": ["card"]}, "no longer supported"),
    ],
)
def test_an_intent_that_cannot_be_is_refused(
    stripe_client: StripeClient, params: dict[str, Any], message: str
) -> None:
    with pytest.raises(InvalidRequestError, match=message):
        intent(stripe_client, **params)


def test_an_answer_is_replayed_with_its_decline(story: Story) -> None:
    params: Any = {
        "amount": 900, "currency": "gbp", "payment_method": "pm_card_chargeDeclined", "confirm": True
    }  # fmt: skip
    ids = set()
    for _ in range(2):
        with pytest.raises(CardError) as refusal:
            story.client.v1.payment_intents.create(params, {"idempotency_key": "gift-1"})
        body: Any = refusal.value.json_body
        ids.add(body["error"]["payment_intent"]["id"])
    assert len(ids) == len(story.client.v1.payment_intents.list().data) == 1
