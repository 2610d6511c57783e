"""Disputes and inquiries in the engine: what they take, how they are answered, what comes back."""

import pytest

from tests.sandbox.engine import disputes, early_fraud, refunds
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.errors import StripeRefusal
from tests.sandbox.engine.store import Document
from tests.sandbox_contract.money_stories import (
    advance,
    event_types,
    held,
    moved,
    pay_in_engine,
    rows,
)

FRAUDULENT, NOT_RECEIVED = "4000000000000259", "4000000000002685"
INQUIRED, WARNED = "4000000000001976", "4000000000005423"
NET = 1500 - 43
FEE = 2000


def dispute_of(engine: Account, charge: Document) -> Document:
    (dispute,) = engine.store.oldest_first("dispute", {"charge": charge["id"]})
    return dispute


def answer(engine: Account, dispute: Document, text: str) -> None:
    disputes.update(engine, {"evidence": {"uncategorized_text": text}}, dispute["id"])


def dispute_events(engine: Account) -> list[str]:
    prefix = "charge.dispute."
    return [t.removeprefix(prefix) for t in event_types(engine) if t.startswith(prefix)]


@pytest.mark.parametrize(
    ("card", "reason"), [(FRAUDULENT, "fraudulent"), (NOT_RECEIVED, "product_not_received")]
)
def test_a_dispute_takes_the_amount_and_a_fee(engine: Account, card: str, reason: str) -> None:
    charge = pay_in_engine(engine, 1500, card=card)
    dispute = dispute_of(engine, charge)
    assert (dispute["status"], dispute["reason"], dispute["amount"]) == (
        "needs_response",
        reason,
        1500,
    )
    assert charge["disputed"] is True
    (row,) = rows(engine, type="adjustment")
    assert (row["amount"], row["fee"], row["net"]) == (-1500, FEE, -1500 - FEE)
    assert (row["reporting_category"], row["source"]) == ("dispute", dispute["id"])
    assert [shown["id"] for shown in dispute["balance_transactions"]] == [row["id"]]
    assert dispute_events(engine) == ["created", "funds_withdrawn"]


def test_an_inquiry_moves_no_money_until_it_is_escalated(engine: Account) -> None:
    charge = pay_in_engine(engine, 1500, card=INQUIRED)
    inquiry = dispute_of(engine, charge)
    assert (inquiry["status"], inquiry["is_charge_refundable"]) == ("warning_needs_response", True)
    assert held(engine) == {"gbp": NET}
    disputes.escalate(engine, inquiry["id"])
    assert (inquiry["status"], inquiry["is_charge_refundable"]) == ("needs_response", False)
    assert held(engine) == moved(engine) == {"gbp": NET - 1500 - FEE}
    assert dispute_events(engine) == ["created", "updated", "funds_withdrawn"]
    with pytest.raises(StripeRefusal, match="no open inquiry"):
        disputes.escalate(engine, inquiry["id"])


def test_an_escalated_inquiry_takes_only_what_was_not_refunded(engine: Account) -> None:
    charge = pay_in_engine(engine, 1500, card=INQUIRED)
    refunds.create(engine, {"charge": charge["id"], "amount": 600})
    inquiry = disputes.escalate(engine, dispute_of(engine, charge)["id"])
    assert inquiry["amount"] == 900


def test_a_refund_of_everything_ends_an_inquiry(engine: Account) -> None:
    charge = pay_in_engine(engine, 1500, card=INQUIRED)
    refunds.create(engine, {"charge": charge["id"]})
    assert dispute_of(engine, charge)["status"] == "warning_closed"


def test_an_inquiry_that_nobody_follows_up_closes(engine: Account) -> None:
    charge = pay_in_engine(engine, 1500, card=INQUIRED)
    advance(engine, days=121)
    assert dispute_of(engine, charge)["status"] == "warning_closed"


@pytest.mark.parametrize(
    ("text", "status", "back"), [("winning_evidence", "won", 1500), ("losing_evidence", "lost", 0)]
)
def test_test_evidence_decides_a_dispute(
    engine: Account, text: str, status: str, back: int
) -> None:
    charge = pay_in_engine(engine, 1500, card=FRAUDULENT)
    dispute = dispute_of(engine, charge)
    answer(engine, dispute, text)
    assert dispute["status"] == "under_review"
    advance(engine, seconds=120)
    assert dispute["status"] == status
    assert held(engine) == moved(engine) == {"gbp": NET - 1500 - FEE + back}
    assert len(rows(engine, type="adjustment")) == (2 if back else 1)


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("winning_evidence", "warning_closed"),
        ("losing_evidence", "warning_closed"),
        ("escalate_inquiry_evidence", "needs_response"),
    ],
)
def test_test_evidence_decides_an_inquiry(engine: Account, text: str, status: str) -> None:
    charge = pay_in_engine(engine, 1500, card=INQUIRED)
    inquiry = dispute_of(engine, charge)
    answer(engine, inquiry, text)
    assert inquiry["status"] == "warning_under_review"
    advance(engine, seconds=120)
    assert inquiry["status"] == status


def test_silence_past_the_deadline_loses(engine: Account) -> None:
    charge = pay_in_engine(engine, 1500, card=FRAUDULENT)
    dispute = dispute_of(engine, charge)
    assert dispute["evidence_details"]["due_by"] % 86400 == 86399
    advance(engine, days=9)
    assert dispute["status"] == "needs_response"
    advance(engine, days=1)
    assert dispute["status"] == "lost"
    assert dispute_events(engine) == ["created", "funds_withdrawn", "updated", "closed"]


def test_evidence_in_time_is_judged_for_the_payer_when_the_bank_says_nothing_else(
    engine: Account,
) -> None:
    charge = pay_in_engine(engine, 1500, card=FRAUDULENT)
    dispute = dispute_of(engine, charge)
    answer(engine, dispute, "They read the paper every day.")
    advance(engine, days=60)
    assert dispute["status"] == "under_review"
    advance(engine, days=16)
    assert dispute["status"] == "lost"


def test_staged_evidence_is_kept_until_it_is_submitted(engine: Account) -> None:
    charge = pay_in_engine(engine, 1500, card=FRAUDULENT)
    dispute = dispute_of(engine, charge)
    staged = {"evidence": {"customer_name": "A. Reader"}, "submit": False}
    disputes.update(engine, staged, dispute["id"])
    details = dispute["evidence_details"]
    assert (dispute["status"], details["has_evidence"]) == ("needs_response", True)
    assert (details["submission_count"], details["submission_method"]) == (0, "not_submitted")
    disputes.update(engine, {"submit": True}, dispute["id"])
    details = dispute["evidence_details"]
    assert (details["submission_count"], details["submission_method"]) == (1, "manual")
    assert dispute["evidence"]["customer_name"] == "A. Reader"
    with pytest.raises(StripeRefusal, match="its status is under_review"):
        answer(engine, dispute, "winning_evidence")


def test_a_dispute_may_be_lost_for_less_than_its_amount(engine: Account) -> None:
    charge = pay_in_engine(engine, 1500)
    dispute = disputes.open_dispute(engine, charge["id"])
    disputes.decide(engine, dispute["id"], won=False, lost_for=500)
    assert dispute["status"] == "lost"
    withdrawn, reinstated = rows(engine, type="adjustment")
    assert (withdrawn["amount"], reinstated["amount"]) == (-1500, 1000)
    assert reinstated["reporting_category"] == "dispute_reversal"
    assert dispute_events(engine)[-2:] == ["closed", "funds_reinstated"]


def test_a_dispute_of_part_of_a_charge_takes_that_part(engine: Account) -> None:
    charge = pay_in_engine(engine, 1500)
    disputes.open_dispute(engine, charge["id"], amount=500)
    assert held(engine) == {"gbp": NET - 500 - FEE}


def test_a_lost_dispute_can_still_be_reinstated_once(engine: Account) -> None:
    charge = pay_in_engine(engine, 1500)
    dispute = disputes.open_dispute(engine, charge["id"])
    disputes.decide(engine, dispute["id"], won=False, lost_for=500)
    disputes.decide(engine, dispute["id"], won=True)
    assert dispute["status"] == "won"
    assert held(engine) == moved(engine) == {"gbp": NET - FEE}
    with pytest.raises(StripeRefusal, match="its status is won"):
        disputes.decide(engine, dispute["id"], won=True)


def test_the_dispute_fee_comes_back_only_where_the_account_says_so(engine: Account) -> None:
    engine.store.put({**engine.settings, "dispute_fee_returned": True})
    charge = pay_in_engine(engine, 1500)
    dispute = disputes.open_dispute(engine, charge["id"])
    disputes.decide(engine, dispute["id"], won=True)
    assert rows(engine)[-1]["fee"] == -FEE
    assert held(engine) == {"gbp": NET}


def test_a_charge_is_disputed_once_at_a_time_and_for_no_more_than_it_was(engine: Account) -> None:
    charge = pay_in_engine(engine, 1500)
    with pytest.raises(StripeRefusal, match="of this charge can be disputed"):
        disputes.open_dispute(engine, charge["id"], amount=1501)
    disputes.open_dispute(engine, charge["id"])
    with pytest.raises(StripeRefusal, match="is disputed already"):
        disputes.open_dispute(engine, charge["id"])


def test_the_rows_that_a_dispute_shows_become_available_with_the_balance(engine: Account) -> None:
    charge = pay_in_engine(engine, 1500, card=FRAUDULENT)
    dispute = dispute_of(engine, charge)
    advance(engine, days=3)
    assert [row["status"] for row in dispute["balance_transactions"]] == ["available"]


def test_an_early_fraud_warning_is_actionable_until_the_charge_is_refunded(
    engine: Account,
) -> None:
    charge = pay_in_engine(engine, 1500, card=WARNED)
    (warning,) = engine.store.oldest_first("radar.early_fraud_warning", {"charge": charge["id"]})
    assert warning["actionable"] is True
    refunds.create(engine, {"charge": charge["id"], "amount": 1499})
    assert warning["actionable"] is True
    refunds.create(engine, {"charge": charge["id"]})
    assert warning["actionable"] is False
    told = [type_ for type_ in event_types(engine) if type_.startswith("radar.")]
    assert told == [
        "radar.early_fraud_warning.created",
        "radar.early_fraud_warning.updated",
    ]


def test_a_warning_about_a_charge_in_dispute_comes_too_late(engine: Account) -> None:
    charge = pay_in_engine(engine, 1500, card=FRAUDULENT)
    assert early_fraud.warn(engine, charge["id"])["actionable"] is False
