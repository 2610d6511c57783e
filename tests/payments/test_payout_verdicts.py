"""What the evidence says of a payout, and which payout a bank line is: pure rules."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.models import BankAccount, BankLine, Payout, ReconciliationState
from payments.reconciliation.matching import find_match, says_stripe
from payments.reconciliation.verdicts import Evidence, verdict_on

GOOD = Evidence(
    currency="GBP",
    amount=5000,
    net=5000,
    line_count=2,
    is_automatic=True,
    has_complete_lines=True,
    is_read=True,
)


@pytest.mark.parametrize(
    ("changes", "state", "words"),
    [
        ({}, "auto", "2 lines sum to £50, the payout."),
        ({"line_count": 1}, "auto", "1 line sums to £50, the payout."),
        ({"retried": ["po_1"]}, "auto", "It pays out again what po_1 could not."),
        ({"is_automatic": False}, "exception", "Settle it with a note."),
        ({"has_complete_lines": False}, "open", "not yet said that its lines are complete"),
        ({"is_read": False}, "open", "being read"),
        ({"net": 4500}, "exception", "sum to £45, £5 less than the payout."),
        ({"net": 5001}, "exception", "sum to £50.01, £0.01 more than the payout."),
        ({"strangers": ["ch_1"]}, "exception", "1 line belongs to no gift on the books: ch_1."),
        (
            {"strangers": [f"ch_{n}" for n in range(7)]},
            "exception",
            "7 lines belong to no gift on the books: ch_0, ch_1, ch_2, ch_3, ch_4 and 2 more.",
        ),
        ({"lost": ["po_9"]}, "exception", "It retries po_9, which is not on the books."),
        ({"net": 0, "lost": ["po_9"]}, "exception", "po_9"),
    ],
)
def test_each_evidence_has_its_verdict_in_words(
    changes: dict[str, object], state: str, words: str
) -> None:
    verdict = verdict_on(replace(GOOD, **changes))  # type: ignore[arg-type]
    assert verdict.state == state
    assert words in verdict.evidence


@given(
    st.builds(
        Evidence,
        currency=st.sampled_from(["GBP", "JPY", "KWD"]),
        amount=st.integers(-(10**12), 10**12),
        net=st.integers(-(10**12), 10**12),
        line_count=st.integers(0, 10**6),
        is_automatic=st.booleans(),
        has_complete_lines=st.booleans(),
        is_read=st.booleans(),
        strangers=st.lists(st.text(), max_size=8),
        retried=st.lists(st.text(), max_size=8),
        lost=st.lists(st.text(), max_size=8),
    )
)
def test_only_what_is_whole_known_and_equal_reconciles_by_itself(evidence: Evidence) -> None:
    verdict = verdict_on(evidence)
    is_whole = evidence.is_automatic and evidence.has_complete_lines and evidence.is_read
    is_right = evidence.net == evidence.amount and not (evidence.strangers or evidence.lost)
    assert (verdict.state == ReconciliationState.AUTO) == (is_whole and is_right)
    assert verdict.evidence


_DAY = date(2026, 11, 20)
_PAYOUTS = st.lists(
    st.builds(
        Payout,
        stripe_id=st.uuids().map(str),
        currency=st.sampled_from(["GBP", "EUR"]),
        amount=st.sampled_from([5000, 5001, -5000]),
        arrival_on=st.integers(-50, 10).map(lambda n: _DAY + timedelta(days=n)),
        trace_id=st.sampled_from(["", "TRACE-1234", "TRACE-9999", "123"]),
        return_line_id=st.sampled_from(["", "txn_1"]),
        destination_last4=st.sampled_from(["", "1111", "2222"]),
    ),
    max_size=6,
)


@given(
    payouts=_PAYOUTS,
    amount=st.sampled_from([5000, -5000]),
    words=st.sampled_from(["STRIPE", "stripe trace1234", "TRACE 12 34", "123"]),
)
def test_a_match_is_never_a_guess(payouts: list[Payout], amount: int, words: str) -> None:
    account = BankAccount(currency="GBP", last4="1111", payout_words="STRIPE")
    line = BankLine(
        account=account, booked_on=_DAY, currency="GBP", amount=amount, description=words
    )
    match = find_match(line, payouts)
    assert match.evidence
    assert find_match(line, reversed(payouts)).payout in (match.payout, *_traced(payouts))
    if match.payout is None:
        return
    assert match.payout.currency == "GBP"
    assert abs(match.payout.amount) == abs(amount)
    if "Trace" not in match.evidence:
        twins = [p for p in payouts if p.stripe_id != match.payout.stripe_id]
        assert find_match(line, [match.payout]).payout is match.payout
        assert all(find_match(line, [twin]).payout is None for twin in twins)


def _traced(payouts: list[Payout]) -> list[Payout]:
    """Two payouts of one trace id and amount are one payout to a bank: either may be named."""
    return [payout for payout in payouts if payout.trace_id == "TRACE-1234"]


@pytest.mark.parametrize(
    ("words", "text", "expected"),
    [
        ("STRIPE", "Stripe Payments UK", True),
        ("Stripe Payments", "STRIPEPAYMENTS-UK", True),
        ("STRIPE", "Rent", False),
        ("", "Rent", True),
    ],
)
def test_words_are_found_however_a_bank_writes_them(words: str, text: str, expected: bool) -> None:
    assert says_stripe(text, BankAccount(payout_words=words)) is expected
