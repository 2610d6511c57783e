"""Refunds through stripe-python: each operation, and what a webhook says of each change."""

import pytest
from stripe import InvalidRequestError

from tests.sandbox_contract.conftest import checked
from tests.sandbox_contract.stories import Story


def charge_of(story: Story, amount: int = 1500, card: str = "4242424242424242") -> str:
    """The id of the charge of a gift paid now."""
    story.paid(story.gift(amount), card=card)
    return story.client.v1.charges.list({"limit": 1}).data[0].id


def test_refunds_are_listed_retrieved_and_changed(story: Story) -> None:
    charge = charge_of(story)
    made = checked(story.client.v1.refunds.create({"charge": charge, "amount": 700}))
    listed = checked(story.client.v1.refunds.list({"charge": charge, "limit": 5}))
    assert [refund["id"] for refund in listed["data"]] == [made["id"]]
    changed = checked(story.client.v1.refunds.update(made["id"], {"metadata": {"why": "twice"}}))
    assert changed["metadata"] == {"why": "twice"}
    kept = checked(
        story.client.v1.refunds.retrieve(
            made["id"], {"expand": ["balance_transaction", "charge", "payment_intent"]}
        )
    )
    assert kept["balance_transaction"]["net"] == -700
    assert kept["balance_transaction"]["description"] == "REFUND FOR CHARGE"
    assert (kept["charge"]["id"], kept["charge"]["amount_refunded"]) == (charge, 700)
    assert story.types()[-2:] == ["refund.updated", "charge.refund.updated"]


def test_a_refund_names_one_payment_and_is_cancelled_only_while_somebody_must_act(
    story: Story,
) -> None:
    charge = story.client.v1.charges.retrieve(charge_of(story))
    both = {"charge": charge.id, "payment_intent": str(charge.payment_intent)}
    with pytest.raises(InvalidRequestError, match="only specify one"):
        story.client.v1.refunds.create(both)  # type: ignore[arg-type]
    refund = story.client.v1.refunds.create({"charge": charge.id})
    with pytest.raises(InvalidRequestError, match="requires_action"):
        story.client.v1.refunds.cancel(refund.id)


def test_a_refund_comes_back_on_demand(story: Story) -> None:
    refund = story.client.v1.refunds.create({"charge": charge_of(story)})
    story.account.fail_refund(refund.id)
    failed = checked(
        story.client.v1.refunds.retrieve(
            refund.id, {"expand": ["balance_transaction", "failure_balance_transaction"]}
        )
    )
    assert (failed["status"], failed["failure_reason"]) == ("failed", "expired_or_canceled_card")
    went, came = failed["balance_transaction"], failed["failure_balance_transaction"]
    assert (went["net"], came["net"], came["type"]) == (-1500, 1500, "refund_failure")
    assert story.types()[-4:] == [
        "charge.updated",
        "refund.updated",
        "charge.refund.updated",
        "refund.failed",
    ]


@pytest.mark.parametrize(
    ("card", "first", "later"),
    [("4000000000007726", "pending", "succeeded"), ("4000000000005126", "succeeded", "failed")],
)
def test_some_test_cards_decide_about_refunds_days_later(
    story: Story, card: str, first: str, later: str
) -> None:
    refund = story.client.v1.refunds.create({"charge": charge_of(story, card=card)})
    assert refund.status == first
    story.account.advance(days=6)
    assert checked(story.client.v1.refunds.retrieve(refund.id))["status"] == later
