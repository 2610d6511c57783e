"""The roll-forward of Stripe's balance: opening and movements make the closing, and the closing is Stripe's."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import stripe
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from payments.drift.corrections import correct_line
from payments.gateway.payouts import BalanceSnapshot
from payments.ledger.actions import Movement, book_movements
from payments.models import Campaign, LegalEntity, Payment, StripeBalance
from payments.reconciliation.actions import record_balances
from payments.reconciliation.clearing import (
    GROUPS,
    ORDER,
    balance_differences,
    clearing_rollforward,
)
from payments.reconciliation.exceptions import exceptions
from payments.reconciliation.tasks import take_stripe_balance
from tests.factories import make_newspaper
from tests.life import LifeClock
from tests.payments.snapshots import a_balance_transaction
from tests.payments.stories import give
from tests.sandbox.client import SandboxAccount

NOVEMBER = (date(2026, 11, 1), date(2026, 11, 30))


def _book(*lines: tuple[str, int, int, datetime]) -> None:
    """Book lines of (category, amount, fee, time), in GBP."""
    book_movements(
        [
            Movement(
                replace(
                    a_balance_transaction(
                        f"txn_{number}_{at:%m%d%H%M}", amount, fee=fee, category=category, source=""
                    ),
                    created_at=at,
                )
            )
            for number, (category, amount, fee, at) in enumerate(lines)
        ],
        now=datetime(2026, 12, 2, tzinfo=UTC),
    )


def _at(month: int, day: int, hour: int = 12) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


@pytest.mark.django_db
def test_a_months_movements_are_told_by_group_between_opening_and_closing(
    campaign: Campaign, entity: LegalEntity
) -> None:
    _book(
        ("charge", 1000, 35, _at(10, 31)),
        ("charge", 5000, 100, _at(11, 1, 0)),
        ("refund", -300, 0, _at(11, 5)),
        ("dispute", -1000, 1500, _at(11, 6)),
        ("risk_reserved_funds", -200, 0, _at(11, 7)),
        ("network_cost", -10, 0, _at(11, 8)),
        ("payout", -900, 0, _at(11, 9)),
        ("something_new", 7, 0, _at(11, 30, 23)),
        ("charge", 9999, 0, _at(12, 1, 0)),
    )
    roll = clearing_rollforward(entity, "GBP", *NOVEMBER)
    assert roll.opening == 965
    assert {each.group: each.amount for each in roll.movements} == {
        "gifts": 5000,
        "refunds": -300,
        "disputes": -1000,
        "fees": -1610,
        "fx": 0,
        "reserves": -200,
        "other": 7,
        "corrections": 0,
        "payouts": -900,
    }
    assert roll.closing == 965 + 5000 - 300 - 1000 - 1610 - 200 + 7 - 900
    assert (roll.stripe_closing, roll.difference) == (None, None)


@pytest.mark.django_db
def test_stripes_closing_is_its_next_balance_less_what_moved_since(
    campaign: Campaign, entity: LegalEntity
) -> None:
    _book(("charge", 1000, 0, _at(11, 30, 23)), ("charge", 50, 0, _at(12, 1, 1)))
    record_balances([BalanceSnapshot("GBP", 600, 450)], now=_at(12, 1, 2))
    roll = clearing_rollforward(entity, "GBP", *NOVEMBER)
    assert (roll.closing, roll.stripe_closing, roll.difference) == (1000, 1000, 0)
    assert roll.taken_at == _at(12, 1, 2)


@pytest.mark.django_db
def test_a_balance_that_is_not_the_books_is_a_difference_and_an_exception(
    campaign: Campaign, entity: LegalEntity
) -> None:
    _book(("charge", 1000, 0, _at(11, 30)))
    record_balances([BalanceSnapshot("GBP", 900, 0)], now=_at(12, 1))
    assert clearing_rollforward(entity, "GBP", *NOVEMBER).difference == 100
    [row] = exceptions(entity, now=_at(12, 1), kinds=["stripe balance"])
    assert (row.amount, row.currency) == (100, "GBP")


@pytest.mark.django_db
def test_a_line_that_was_taken_back_moves_nothing(campaign: Campaign, entity: LegalEntity) -> None:
    _book(("charge", 1000, 0, _at(11, 10)))
    correct_line("txn_0_11101200", None, reason="Unknown to Stripe", now=_at(12, 2))
    roll = clearing_rollforward(entity, "GBP", *NOVEMBER)
    assert roll.closing == 0
    assert {each.group: each.amount for each in roll.movements}["corrections"] == -1000


@pytest.mark.django_db
def test_a_days_balance_is_kept_once_and_never_changed(
    campaign: Campaign, entity: LegalEntity
) -> None:
    assert record_balances([BalanceSnapshot("GBP", 1, 2)], now=_at(12, 1, 1)) == 1
    later = [BalanceSnapshot("GBP", 5, 5), BalanceSnapshot("EUR", 3, 0)]
    assert record_balances(later, now=_at(12, 1, 9)) == 1
    assert StripeBalance.objects.get(currency="GBP").total == 3
    with pytest.raises(IntegrityError), transaction.atomic():
        StripeBalance.objects.update(available=9)


@pytest.mark.django_db
def test_the_books_hold_what_stripe_holds_after_gifts_refunds_disputes_and_payouts(
    campaign: Campaign,
    entity: LegalEntity,
    sandbox: SandboxAccount,
    clock: LifeClock,
    deliver: Callable[[], int],
) -> None:
    for number, currency in enumerate(("GBP", "EUR", "GBP", "USD")):
        give(campaign, sandbox, amount=9000, currency=currency, browser_session=f"b{number}")
    deliver()
    first, last = Payment.objects.filter(currency="GBP")
    peer = stripe.StripeClient(sandbox.key, base_addresses={"api": sandbox.api_base})
    peer.v1.refunds.create({"payment_intent": first.stripe_id, "amount": 500})
    sandbox.dispute(str(last.stripe_charge_id), won=False)
    began_on = datetime.now(UTC).date()
    sandbox.pay_out(fail=True)
    deliver()
    clock.advance(days=4)
    deliver()
    take_stripe_balance()

    balances = list(StripeBalance.objects.all())
    assert {each.currency for each in balances} >= {"GBP", "EUR", "USD"}
    assert set(balance_differences(balances).values()) == {0}
    for balance in balances:
        roll = clearing_rollforward(
            entity, balance.currency, began_on - timedelta(1), began_on + timedelta(2)
        )
        assert (roll.opening, roll.difference) == (0, 0), balance
    assert exceptions(entity, now=datetime.now(UTC), kinds=["stripe balance"]) == []


class TestRollForward(TestCase):
    # Each example books its own lines, which takes as long as the machine is busy.
    @settings(deadline=None, max_examples=20)
    @given(
        st.lists(
            st.tuples(
                st.sampled_from(sorted([*GROUPS, "unheard_of"])),
                st.integers(-(10**9), 10**9).filter(bool),
                st.integers(0, 10**6),
                st.integers(0, 60),
            ),
            max_size=12,
        ),
        st.integers(0, 58),
    )
    def test_two_periods_roll_forward_as_their_whole(
        self, moves: list[tuple[str, int, int, int]], split: int
    ) -> None:
        entity = make_newspaper().entity
        begin = _at(10, 1)
        _book(*((c, amount, fee, begin + timedelta(days=day)) for c, amount, fee, day in moves))
        days = [begin.date() + timedelta(days=each) for each in (0, split, split + 1, 60)]
        whole = clearing_rollforward(entity, "GBP", days[0], days[3])
        one = clearing_rollforward(entity, "GBP", days[0], days[1])
        two = clearing_rollforward(entity, "GBP", days[2], days[3])
        assert one.closing == two.opening
        assert two.closing == whole.closing == sum(amount - fee for _, amount, fee, _ in moves)
        sums = zip(one.movements, two.movements, whole.movements, strict=True)
        assert [a.amount + b.amount for a, b, _ in sums] == [
            each.amount for each in whole.movements
        ]
        assert [each.group for each in whole.movements] == list(ORDER)
