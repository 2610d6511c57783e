"""Disputes and inquiries: how they open, are answered, and end.

An inquiry (`warning_…`) moves no money until it is escalated. A dispute takes the amount and a fee at
once; what comes back of it is decided by the payer's bank, by silence past the deadline, or by a test.
"""

from typing import Any

from tests.sandbox.engine import (
    balance,
    dispute_evidence,
    dispute_states,
    early_fraud,
    metadata,
    refunds,
)
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.dispute_documents import REASONS, due_by, new_dispute
from tests.sandbox.engine.dispute_states import INQUIRY, OPEN, charge_of, dispute_of
from tests.sandbox.engine.errors import invalid, missing
from tests.sandbox.engine.events import emit
from tests.sandbox.engine.money import formatted
from tests.sandbox.engine.store import Document

DAY = 24 * 3600
VERDICT_SECONDS = 60
INQUIRY_DAYS = 120
"""How long an inquiry stays open when nothing comes of it."""


def open_dispute(
    account: Account,
    charge_id: str,
    *,
    reason: str = "fraudulent",
    amount: int | None = None,
    inquiry: bool = False,
) -> Document:
    """Dispute a charge, by default for all that was not refunded; `inquiry` only asks about it.

    A bank debit that its payer takes back cannot be contested: that dispute is lost as it opens.
    """
    charge = account.store.get("charge", charge_id)
    if charge is None:
        raise missing("charge", charge_id)
    if reason not in REASONS:
        raise invalid(f"{reason} is no reason for a dispute: {', '.join(sorted(REASONS))}.")
    _must_be_disputable(account, charge, amount)
    is_card = balance.is_card(charge)
    if inquiry and not is_card:
        raise invalid("Only the banks of cards inquire before they dispute.")
    if not inquiry:
        refunds.fail_pending(account, charge, reason="charge_for_pending_refund_disputed")
    if amount is None:
        amount = _what_is_left(charge)
    dispute = account.store.put(
        new_dispute(account, charge, reason=reason, amount=amount, inquiry=inquiry)
    )
    charge["disputed"] = True
    account.store.put(charge)
    if not inquiry:
        dispute_states.withdraw(account, dispute)
    emit(account, "charge.dispute.created", dispute)
    early_fraud.settle(account, charge)
    if inquiry:
        account.schedule(account.now() + INQUIRY_DAYS * DAY, "close_inquiry", dispute["id"])
        return dispute
    emit(account, "charge.dispute.funds_withdrawn", dispute)
    if is_card:
        _await_answer(account, dispute)
    else:
        dispute_states.end(account, dispute, "lost")
    return dispute


def escalate(account: Account, dispute_id: str) -> Document:
    """The bank turns its inquiry into a dispute: now the money goes."""
    dispute = dispute_of(account, dispute_id)
    if dispute["status"] not in INQUIRY:
        raise invalid(f"Dispute {dispute_id} is no open inquiry.")
    charge = charge_of(account, dispute)
    dispute["amount"] = min(
        dispute["amount"], charge["amount_captured"] - charge["amount_refunded"]
    )
    details = dispute["evidence_details"]
    details["due_by"] = due_by(account)
    dispute["payment_method_details"]["card"]["case_type"] = "chargeback"
    refunds.fail_pending(account, charge, reason="charge_for_pending_refund_disputed")
    dispute_states.withdraw(account, dispute)
    dispute_states.change(
        account, dispute, "charge.dispute.funds_withdrawn", status="needs_response"
    )
    _await_answer(account, dispute)
    return dispute


def decide(
    account: Account, dispute_id: str, *, won: bool, lost_for: int | None = None
) -> Document:
    """The bank's word. `lost_for` is what it keeps of the amount when it keeps less than all.

    A dispute that was lost can still be won later, as when the payer withdraws it.
    """
    dispute = dispute_of(account, dispute_id)
    if dispute["status"] in INQUIRY and won:
        dispute_states.end(account, dispute, "warning_closed")
        return dispute
    if dispute["status"] not in (*OPEN, "lost"):
        raise invalid(f"Dispute {dispute_id} cannot be decided: its status is {dispute['status']}.")
    if dispute["status"] == "lost" and not won:
        raise invalid(f"Dispute {dispute_id} is lost already.")
    kept = 0 if won else dispute["amount"] if lost_for is None else lost_for
    if not 0 <= kept <= dispute["amount"]:
        raise invalid(
            f"Between nothing and {formatted(dispute['amount'], dispute['currency'])} can be lost."
        )
    back = dispute["amount"] - kept - dispute["_reinstated"]
    dispute["_reinstated"] += back
    dispute_states.end(account, dispute, "won" if won else "lost")
    if back:
        dispute_states.reinstate(account, dispute, back)
    return dispute


def update(account: Account, params: dict[str, Any], dispute_id: str) -> Document:
    """`POST /v1/disputes/{id}`: evidence is handed in unless `submit` says that it only be kept."""
    dispute = dispute_of(account, dispute_id)
    changes: dict[str, Any] = {}
    if "metadata" in params:
        changes["metadata"] = metadata.merged(dispute["metadata"], params["metadata"])
    answers = "evidence" in params or "submit" in params
    if answers:
        _must_need_response(dispute)
        evidence = dispute_evidence.merged(account, dispute["evidence"], params.get("evidence", {}))
        given = dispute_evidence.is_given(evidence)
        changes["evidence"] = evidence
        changes["evidence_details"] = {**dispute["evidence_details"], "has_evidence": given}
    submits = answers and params.get("submit", True)
    if submits:
        changes["evidence_details"].update(submission_count=1, submission_method="manual")
        changes["status"] = "under_review" if dispute["status"] in OPEN else "warning_under_review"
    if changes:
        dispute_states.change(account, dispute, None, **changes)
    if submits:
        wait = VERDICT_SECONDS
        if dispute_evidence.verdict(dispute["evidence"]) is None:
            wait = account.settings["dispute_review_days"] * DAY
        account.schedule(account.now() + wait, "end_dispute_review", dispute["id"])
    return dispute


def close(account: Account, params: dict[str, Any], dispute_id: str) -> Document:
    """`POST /v1/disputes/{id}/close`: accept the dispute, so that it is lost; an inquiry just ends."""
    dispute = dispute_of(account, dispute_id)
    if dispute["status"] == "warning_needs_response":
        dispute_states.end(account, dispute, "warning_closed")
        return dispute
    if dispute["status"] != "needs_response":
        raise invalid(
            f"This dispute cannot be closed because its status is {dispute['status']}; only one that "
            "needs a response can be."
        )
    return decide(account, dispute_id, won=False)


def end_review(account: Account, dispute_id: str) -> None:
    """The bank has read the evidence. Without a test text it decides for the payer, and drops an inquiry."""
    dispute = dispute_of(account, dispute_id)
    word = dispute_evidence.verdict(dispute["evidence"])
    if dispute["status"] == "warning_under_review":
        if word == "escalated":
            escalate(account, dispute_id)
        else:
            dispute_states.end(account, dispute, "warning_closed")
    elif dispute["status"] == "under_review":
        decide(account, dispute_id, won=word == "won")


def pass_deadline(account: Account, dispute_id: str) -> None:
    """No evidence came in time: the dispute is lost."""
    dispute = dispute_of(account, dispute_id)
    if dispute["status"] == "needs_response":
        decide(account, dispute_id, won=False)


def close_inquiry(account: Account, dispute_id: str) -> None:
    """Nothing came of an inquiry."""
    dispute = dispute_of(account, dispute_id)
    if dispute["status"] in INQUIRY:
        dispute_states.end(account, dispute, "warning_closed")


def _await_answer(account: Account, dispute: Document) -> None:
    account.schedule(
        dispute["evidence_details"]["due_by"] + 1, "pass_dispute_deadline", dispute["id"]
    )


def _must_be_disputable(account: Account, charge: Document, amount: int | None) -> None:
    """A charge is disputed once at a time, and for no more than was paid."""
    if charge["status"] != "succeeded" or not charge["balance_transaction"]:
        raise invalid("Only a payment that has settled can be disputed.")
    if any(
        dispute["status"] in (*INQUIRY, *OPEN, "lost")
        for dispute in dispute_states.disputes_of(account, charge)
    ):
        raise invalid(f"Charge {charge['id']} is disputed already.")
    if amount is not None and not 1 <= amount <= charge["amount_captured"]:
        raise invalid(
            f"Between {formatted(1, charge['currency'])} and "
            f"{formatted(charge['amount'], charge['currency'])} of this charge can be disputed."
        )


def _what_is_left(charge: Document) -> int:
    left: int = charge["amount_captured"] - charge["amount_refunded"]
    if not left:
        raise invalid(f"Charge {charge['id']} was refunded whole; name the amount to dispute.")
    return left


def _must_need_response(dispute: Document) -> None:
    if dispute["status"] not in ("needs_response", "warning_needs_response"):
        raise invalid(
            f"Evidence cannot be added to this dispute because its status is {dispute['status']}."
        )
