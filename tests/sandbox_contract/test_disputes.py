"""Disputes and early fraud warnings through stripe-python: each operation, event and refusal."""

import pytest
from stripe import InvalidRequestError

from tests.sandbox_contract.conftest import checked
from tests.sandbox_contract.stories import Story
from tests.sandbox_contract.test_refunds import charge_of

FRAUDULENT, INQUIRED, WARNED = "4000000000000259", "4000000000001976", "4000000000005423"


def dispute_of(story: Story, charge: str) -> str:
    return story.client.v1.disputes.list({"charge": charge}).data[0].id


def told(story: Story) -> list[str]:
    prefix = "charge.dispute."
    return [t.removeprefix(prefix) for t in story.types() if t.startswith(prefix)]


def test_a_disputed_card_payment_is_found_by_charge_and_by_payment_intent(story: Story) -> None:
    charge = story.client.v1.charges.retrieve(charge_of(story, card=FRAUDULENT))
    assert charge.disputed is True
    listed = checked(
        story.client.v1.disputes.list({"payment_intent": str(charge.payment_intent), "limit": 3})
    )
    [dispute] = listed["data"]
    assert dispute["charge"] == charge.id
    shown = checked(
        story.client.v1.disputes.retrieve(dispute["id"], {"expand": ["charge", "payment_intent"]})
    )
    assert shown["charge"]["id"] == charge.id
    [row] = shown["balance_transactions"]
    assert (row["amount"], row["fee"], row["reporting_category"]) == (-1500, 2000, "dispute")
    assert row["fee_details"][0]["description"] == "Dispute fee"
    assert shown["payment_method_details"]["card"]["network_reason_code"] == "10.4"
    found = checked(
        story.client.v1.balance_transactions.list(
            {"source": dispute["id"], "expand": ["data.source"]}
        )
    )
    assert found["data"][0]["source"]["object"] == "dispute"


def test_evidence_is_staged_then_submitted_and_wins(story: Story) -> None:
    dispute = dispute_of(story, charge_of(story, card=FRAUDULENT))
    update = story.client.v1.disputes.update
    staged = checked(update(dispute, {"evidence": {"customer_name": "A. Reader"}, "submit": False}))
    assert staged["status"] == "needs_response"
    given = {"evidence": {"uncategorized_text": "winning_evidence"}, "metadata": {"case": "7"}}
    submitted = checked(update(dispute, given))  # type: ignore[arg-type]
    assert (submitted["status"], submitted["metadata"]) == ("under_review", {"case": "7"})
    assert submitted["evidence"]["customer_name"] == "A. Reader"
    story.account.advance(minutes=2)
    won = checked(story.client.v1.disputes.retrieve(dispute))
    assert won["status"] == "won"
    assert [row["amount"] for row in won["balance_transactions"]] == [-1500, 1500]
    assert told(story) == [
        "created",
        "funds_withdrawn",
        "updated",
        "updated",
        "updated",
        "closed",
        "funds_reinstated",
    ]


def test_an_unknown_file_or_a_misspelt_kind_of_evidence_is_refused_by_its_name(
    story: Story,
) -> None:
    dispute = dispute_of(story, charge_of(story, card=FRAUDULENT))
    for name in ("receipt", "customer_nmae"):
        with pytest.raises(InvalidRequestError) as refusal:
            story.client.v1.disputes.update(dispute, {"evidence": {name: "file_1"}})  # type: ignore[misc]
        assert refusal.value.param == f"evidence[{name}]"
    with pytest.raises(InvalidRequestError, match="150000 characters"):
        story.client.v1.disputes.update(
            dispute, {"evidence": {"uncategorized_text": "x" * 150_001}}
        )


def test_a_dispute_is_accepted_by_closing_it_once(story: Story) -> None:
    dispute = dispute_of(story, charge_of(story, card=FRAUDULENT))
    closed = checked(story.client.v1.disputes.close(dispute))
    assert (closed["status"], closed["is_charge_refundable"]) == ("lost", False)
    with pytest.raises(InvalidRequestError, match="its status is lost"):
        story.client.v1.disputes.close(dispute)
    with pytest.raises(InvalidRequestError) as refusal:
        story.client.v1.refunds.create({"charge": str(closed["charge"])})
    assert refusal.value.code == "charge_disputed"


def test_an_inquiry_is_escalated_on_demand(story: Story) -> None:
    charge = charge_of(story, card=INQUIRED)
    inquiry = checked(story.client.v1.disputes.retrieve(dispute_of(story, charge)))
    assert inquiry["status"] == "warning_needs_response"
    assert inquiry["balance_transactions"] == []
    escalated = story.account.escalate(inquiry["id"])
    assert escalated["status"] == "needs_response"
    story.account.decide(inquiry["id"], won=False)
    assert story.client.v1.disputes.retrieve(inquiry["id"]).status == "lost"


def test_an_inquiry_that_is_closed_costs_nothing(story: Story) -> None:
    inquiry = dispute_of(story, charge_of(story, card=INQUIRED))
    assert checked(story.client.v1.disputes.close(inquiry))["status"] == "warning_closed"
    assert told(story) == ["created", "updated", "closed"]


@pytest.mark.parametrize(
    ("how", "status", "amounts"),
    [
        ({"lost_for": 500}, "lost", [-500]),
        ({"won": False}, "lost", [-1500]),
        ({"won": True}, "won", [-1500, 1500]),
        ({"amount": 900}, "needs_response", [-900]),
        ({"inquiry": True}, "warning_needs_response", []),
    ],
)
def test_a_charge_is_disputed_on_demand(
    story: Story, how: dict[str, object], status: str, amounts: list[int]
) -> None:
    made = story.account.dispute(charge_of(story), **how)  # type: ignore[arg-type]
    shown = checked(story.client.v1.disputes.retrieve(made["id"]))
    assert shown["status"] == status
    assert [row["amount"] for row in shown["balance_transactions"]] == amounts


def test_a_dispute_lost_for_less_gives_the_rest_back(story: Story) -> None:
    made = story.account.dispute(charge_of(story))
    story.account.decide(made["id"], won=False, lost_for=400)
    shown = checked(story.client.v1.disputes.retrieve(made["id"]))
    assert shown["status"] == "lost"
    assert [row["amount"] for row in shown["balance_transactions"]] == [-1500, 1100]


def test_what_cannot_be_disputed_is_said_in_a_sentence(story: Story) -> None:
    charge = charge_of(story)
    with pytest.raises(RuntimeError, match="is no reason for a dispute"):
        story.account.dispute(charge, reason="boredom")
    with pytest.raises(RuntimeError, match="No such charge"):
        story.account.dispute("ch_none")


def test_early_fraud_warnings_are_listed_and_retrieved(story: Story) -> None:
    charge = charge_of(story, card=WARNED)
    listed = checked(story.client.v1.radar.early_fraud_warnings.list({"charge": charge}))
    [warning] = listed["data"]
    assert (warning["actionable"], warning["fraud_type"]) == (True, "unauthorized_use_of_card")
    shown = checked(
        story.client.v1.radar.early_fraud_warnings.retrieve(warning["id"], {"expand": ["charge"]})
    )
    assert shown["charge"]["id"] == charge
    story.account.dispute(charge)
    again = story.client.v1.radar.early_fraud_warnings.retrieve(warning["id"])
    assert again.actionable is False
    other = story.account.warn_of_fraud(charge_of(story), "made_with_stolen_card")
    assert other["fraud_type"] == "made_with_stolen_card"
    assert story.types().count("radar.early_fraud_warning.created") == 2
