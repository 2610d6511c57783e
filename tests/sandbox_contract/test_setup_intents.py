"""Ways to pay that are kept for later: set up, agreed to, and used without the payer."""

from typing import Any

import pytest
from stripe import CardError, Customer, InvalidRequestError

from tests.sandbox.client import Declined
from tests.sandbox.contract.resources import check_document
from tests.sandbox_contract.conftest import checked
from tests.sandbox_contract.payment_stories import ACCEPTED, IN_GERMANY, IN_LONDON, intent
from tests.sandbox_contract.stories import Story


def test_nobody_can_be_asked_off_session(story: Story, payer: Customer) -> None:
    setup = story.client.v1.setup_intents.create(
        {"customer": payer.id, "payment_method": "pm_card_authenticationRequired", "confirm": True}
    )
    story.account.authenticate(setup.id)
    with pytest.raises(CardError) as refusal:
        intent(
            story.client,
            customer=payer.id,
            payment_method=setup.payment_method,
            off_session=True,
            confirm=True,
        )
    assert refusal.value.code == "authentication_required"
    stays = story.client.v1.payment_intents.list().data[0]
    assert stays.status == "requires_payment_method"


def test_a_card_set_up_once_is_charged_without_its_payer(story: Story, payer: Customer) -> None:
    setups = story.client.v1.setup_intents
    made = checked(setups.create({"customer": payer.id, "usage": "off_session"}))
    setups.update(made["id"], {"metadata": {"for": "later"}})
    asked = setups.confirm(made["id"], {"payment_method": "pm_card_authenticationRequiredOnSetup"})
    assert checked(asked)["status"] == "requires_action"
    with pytest.raises(Declined):
        story.account.authenticate(made["id"], passed=False)
    setups.confirm(made["id"], {"payment_method": "pm_card_authenticationRequiredOnSetup"})
    story.account.authenticate(made["id"])
    done = checked(setups.retrieve(made["id"]))
    assert (done["status"], done["metadata"]) == ("succeeded", {"for": "later"})
    paid = intent(
        story.client,
        customer=payer.id,
        payment_method=done["payment_method"],
        off_session=True,
        confirm=True,
    )
    assert checked(paid)["status"] == "succeeded"
    assert [t for t in story.types() if t.startswith("setup_intent.")] == [
        "setup_intent.created",
        "setup_intent.requires_action",
        "setup_intent.setup_failed",
        "setup_intent.requires_action",
        "setup_intent.succeeded",
    ]


def test_a_setup_that_declines_or_is_cancelled_keeps_nothing(story: Story, payer: Customer) -> None:
    setups = story.client.v1.setup_intents
    with pytest.raises(CardError) as refusal:
        setups.create(
            {"customer": payer.id, "payment_method": "pm_card_chargeDeclined", "confirm": True}
        )
    body: Any = refusal.value.json_body
    check_document(body["error"]["setup_intent"])
    over = setups.cancel(body["error"]["setup_intent"]["id"], {"cancellation_reason": "abandoned"})
    assert checked(over)["status"] == "canceled"
    with pytest.raises(InvalidRequestError) as unexpected:
        setups.cancel(over.id)
    assert unexpected.value.code == "setup_intent_unexpected_state"
    assert len(checked(setups.list({"customer": payer.id}))["data"]) == 1
    assert story.client.v1.customers.payment_methods.list(payer.id).data == []


def test_a_debit_is_agreed_to_begun_and_decided_days_later(story: Story, payer: Customer) -> None:
    methods: Any = story.client.v1.payment_methods
    sepa = methods.create(
        {
            "type": "sepa_debit",
            "sepa_debit": {"iban": "DE89 3704 0044 0532 0130 00"},
            "billing_details": IN_GERMANY,
        }
    )
    bacs = methods.create(
        {
            "type": "bacs_debit",
            "bacs_debit": {"sort_code": "108800", "account_number": "33333335"},
            "billing_details": IN_LONDON,
        }
    )
    setup = story.client.v1.setup_intents.create(
        {
            "customer": payer.id,
            "payment_method": checked(sepa)["id"],
            "mandate_data": ACCEPTED,  # type: ignore[typeddict-item]
            "confirm": True,
        }
    )
    mandate = checked(story.client.v1.mandates.retrieve(str(setup.mandate)))
    assert (mandate["status"], mandate["payment_method"]) == ("active", sepa.id)
    good = intent(
        story.client,
        currency="eur",
        customer=payer.id,
        payment_method=sepa.id,
        off_session=True,
        confirm=True,
    )
    bad = intent(
        story.client, payment_method=checked(bacs)["id"], mandate_data=ACCEPTED, confirm=True
    )
    intents = story.client.v1.payment_intents
    pending = checked(intents.retrieve(good.id, {"expand": ["latest_charge"]}))
    assert (pending["status"], pending["latest_charge"]["status"]) == ("processing", "pending")
    assert story.types().count("payment_intent.processing") == 2
    story.account.advance(days=6)
    done = intents.retrieve(good.id, {"expand": ["latest_charge.balance_transaction"]})
    assert checked(done)["status"] == "succeeded"
    assert checked(done)["latest_charge"]["balance_transaction"]["type"] == "payment"
    failed = checked(intents.retrieve(bad.id))
    assert failed["status"] == "requires_payment_method"
    assert failed["last_payment_error"]["code"] == "debit_not_authorized"
    assert "mandate.updated" in story.types()
    charge = str(checked(done)["latest_charge"]["id"])
    back = story.account.fail_debit_late(charge)
    assert (back["status"], back["failure_code"]) == ("failed", "insufficient_funds")
    assert intents.retrieve(good.id).status == "requires_payment_method"


def test_a_mandate_that_its_payer_ended_permits_nothing_until_there_is_a_new_one(
    story: Story, payer: Customer
) -> None:
    methods: Any = story.client.v1.payment_methods
    kept = methods.attach("pm_bacsDebit_debitNotAuthorized", {"customer": payer.id})
    given: Any = {"customer": payer.id, "payment_method": kept.id, "confirm": True}
    first = intent(story.client, **given, mandate_data=ACCEPTED)
    story.account.advance(days=4)
    assert story.client.v1.payment_intents.retrieve(first.id).status == "requires_payment_method"
    with pytest.raises(InvalidRequestError) as refusal:
        intent(story.client, **given, off_session=True)
    assert refusal.value.code == "payment_intent_mandate_invalid"
    again = intent(story.client, **given, mandate_data=ACCEPTED)
    assert checked(again)["status"] == "processing"
