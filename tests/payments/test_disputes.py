"""What a payer's bank takes back is not given any more, and counts again once it was given back."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import stripe

from payments.donations.disputes import record_dispute, state_of
from payments.events import dispute_changed
from payments.gateway.disputes import read_dispute
from payments.gateway.snapshots import DisputeSnapshot
from payments.models import Campaign, Checkout, Dispute, DisputeState, Payment
from payments.webhooks.findings import Findings, record_gifts
from tests.payments.reports import a_checkout, record, refund
from tests.payments.snapshots import NOON, a_payment, a_refund

pytestmark = pytest.mark.django_db


def a_dispute(
    status: str = "needs_response",
    *,
    is_withdrawn: bool = True,
    number: int = 1,
    amount: int = 1035,
    currency: str = "GBP",
) -> DisputeSnapshot:
    return DisputeSnapshot(
        id=f"du_{number}",
        status=status,
        amount=amount,
        currency=currency,
        reason="fraudulent",
        payment_intent_id="pi_1",
        created_at=NOON,
        taken=amount if is_withdrawn else 0,
    )


@pytest.fixture
def checkout(campaign: Campaign) -> Checkout:
    return a_checkout(campaign)


@pytest.fixture
def heard() -> Iterator[list[int]]:
    facts: list[int] = []

    def hear(dispute_id: int, **_: object) -> None:
        facts.append(dispute_id)

    dispute_changed.connect(hear)
    yield facts
    dispute_changed.disconnect(hear)


def disputed(*snapshots: DisputeSnapshot) -> Payment:
    for snapshot in snapshots:
        dispute = record_dispute(snapshot, cause="test", now=NOON)
        assert dispute is not None
    return Payment.objects.get()


@pytest.mark.parametrize(
    ("status", "is_withdrawn", "expected"),
    [
        ("warning_needs_response", False, ("inquiry", 0, 1035)),
        ("warning_under_review", False, ("inquiry", 0, 1035)),
        ("warning_closed", False, ("none", 0, 1035)),
        ("needs_response", False, ("open", 0, 1035)),
        ("needs_response", True, ("open", 1035, 1035)),
        ("under_review", True, ("open", 1035, 1035)),
        ("won", False, ("won", 0, 1035)),
        # The word comes before the money sometimes: it is on its way.
        ("won", True, ("won", 0, 1035)),
        ("lost", True, ("lost", 0, 0)),
        # All of it had been refunded, so that nothing more was taken.
        ("lost", False, ("lost", 0, 1035)),
        ("appeal_under_review", True, ("open", 1035, 1035)),
        ("prevented", True, ("lost", 0, 0)),
        ("prevented", False, ("none", 0, 1035)),
    ],
)
def test_a_disputes_state_and_its_money_say_what_stands_of_a_gift(
    checkout: Checkout, status: str, is_withdrawn: bool, expected: tuple[str, int, int]
) -> None:
    record(a_payment(checkout))

    payment = disputed(a_dispute(status, is_withdrawn=is_withdrawn))

    state = Dispute.objects.get().state
    assert (state, payment.held_amount, payment.net_given) == expected


def test_a_dispute_that_is_won_gives_back_what_it_held(
    checkout: Checkout, heard: list[int]
) -> None:
    record(a_payment(checkout))

    assert disputed(a_dispute(), a_dispute()).held_amount == 1035
    payment = disputed(a_dispute("won", is_withdrawn=False))

    assert (payment.held_amount, payment.lost_amount) == (0, 0)
    assert len(heard) == 2


def test_a_part_that_is_lost_leaves_the_rest_given(checkout: Checkout) -> None:
    record(a_payment(checkout))

    assert disputed(a_dispute("lost", amount=400)).net_given == 635


def test_a_refund_and_a_lost_dispute_take_no_more_than_was_given(checkout: Checkout) -> None:
    record(a_payment(checkout))
    refund(a_refund(1, 400))

    payment = disputed(a_dispute("lost"), a_dispute(number=2))

    assert (payment.net_given, payment.lost_amount, payment.held_amount) == (0, 1035, 0)


def test_a_dispute_in_a_banks_own_currency_is_about_all_of_the_payment(checkout: Checkout) -> None:
    record(a_payment(checkout))

    assert disputed(a_dispute("lost", amount=1200, currency="EUR")).lost_amount == 1035


def test_a_word_that_stripe_did_not_have_before_is_loud() -> None:
    with pytest.raises(KeyError):
        state_of(a_dispute("mediated"))


def test_a_dispute_of_a_payment_that_is_not_ours_is_left_alone(campaign: Campaign) -> None:
    assert record_dispute(a_dispute(), cause="test", now=NOON) is None
    assert record_gifts([(Findings(disputes=(a_dispute(),)), "test")], now=NOON) == [False]


def test_an_events_dispute_is_recorded_after_its_payment(checkout: Checkout) -> None:
    found = Findings(payments=(a_payment(checkout),), disputes=(a_dispute(),))

    assert record_gifts([(found, "evt_1")], now=NOON) == [True]

    assert Dispute.objects.get().state == DisputeState.OPEN


@pytest.mark.parametrize(
    ("amounts", "taken"),
    [
        ([], 0),
        ([-1000], 1000),
        ([-1000, 1000], 0),
        ([-1000, 600], 400),
        # Lost on appeal, after it was won.
        ([-1000, 1000, -1000], 1000),
        # In a settlement currency of our own: half of it came back.
        ([-1200, 600], 500),
    ],
)
def test_stripes_ledger_lines_say_how_much_is_gone(amounts: list[int], taken: int) -> None:
    dispute = stripe.Dispute.construct_from(
        {
            "id": "du_1",
            "object": "dispute",
            "amount": 1000,
            "balance_transactions": [
                {
                    "id": f"txn_{number}",
                    "object": "balance_transaction",
                    "amount": amount,
                    "available_on": 1_795_000_000,
                    "created": 1_795_000_000,
                    "currency": "gbp",
                    "exchange_rate": None,
                    "fee": 0,
                    "fee_details": [],
                    "net": amount,
                    "reporting_category": "dispute",
                    "source": "du_1",
                    "type": "adjustment",
                }
                for number, amount in enumerate(amounts)
            ],
            "charge": "ch_1",
            "created": 1_795_000_000,
            "currency": "gbp",
            "evidence_details": {"due_by": 0},
            "payment_intent": "pi_1",
            "reason": "fraudulent",
            "status": "needs_response",
        },
        key=None,
    )

    found = read_dispute(dispute)

    assert [line.amount for line in found.lines] == amounts
    assert replace(found, lines=()) == DisputeSnapshot(
        id="du_1",
        status="needs_response",
        amount=1000,
        currency="GBP",
        reason="fraudulent",
        payment_intent_id="pi_1",
        created_at=datetime.fromtimestamp(1_795_000_000, UTC),
        taken=taken,
    )
