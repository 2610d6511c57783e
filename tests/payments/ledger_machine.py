"""Random stories of money over HTTP: after each step the books must agree with Stripe's own ledger in every way."""

import uuid
from contextlib import suppress
from datetime import timedelta
from random import Random
from typing import Any, ClassVar

import stripe
from django.db import transaction
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from pytest_django import Settings

from payments.desk.releases.actions import take_back_release
from payments.errors import ReleaseRefused
from payments.finance.register_sums.actions import sum_register_days
from payments.ledger.booking import book_missing
from payments.ledger.explaining import explain_known_gifts
from payments.ledger.listing import book_listed
from payments.models import (
    Campaign,
    DailyRate,
    Dispute,
    Frequency,
    FundRelease,
    Payment,
    Refund,
)
from payments.webhooks.actions import receive_event
from payments.webhooks.incoming import parse_event
from tests.factories import UserFactory
from tests.life import LifeClock
from tests.payments.ledger_identities import assert_all_identities
from tests.payments.releases import a_release, restrict
from tests.payments.stories import drain, open_page
from tests.sandbox.client import Delivery, Sandbox

# Good, refunds that wait, refunds that fail, inquired about.
CARDS = ("4242424242424242", "4000000000007726", "4000000000005126", "4000000000001976")
CURRENCIES = ("GBP", "USD", "EUR")
amounts = st.integers(100, 90_000)
picks = st.integers(0, 1000)
tenths = st.integers(1, 10)


class LedgerMachine(RuleBasedStateMachine):
    """What Stripe refuses is part of the story. Subclassed with the newspaper and the sandbox of the test."""

    campaign: ClassVar[Campaign]
    sandbox_url: ClassVar[str]
    settings: ClassVar[Settings]

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.savepoint()
        self.sandbox = Sandbox(self.sandbox_url).account(f"m{uuid.uuid4().hex[:12]}")
        self.settings.STRIPE_API_BASE = self.sandbox.api_base
        self.settings.STRIPE_WEBHOOK_SECRETS = [self.sandbox.webhook_secret]
        self.clock = LifeClock(self.sandbox)
        self.stripe = stripe.StripeClient(
            self.sandbox.key, base_addresses={"api": self.sandbox.api_base}
        )
        self.late: list[Delivery] = []
        self.given = 0

    def teardown(self) -> None:
        """Forget the story: the next one begins with empty books."""
        self.clock.stop()
        transaction.savepoint_rollback(self.savepoint)

    @initialize(settles=st.sampled_from([None, ["gbp"], ["gbp", "eur"]]), seed=st.integers(0, 999))
    def open_account(self, settles: list[str] | None, seed: int) -> None:
        self.chance = Random(seed)
        restrict(self.campaign)
        self.sandbox.configure(settlement_currencies=settles)
        today = timezone.now().date()
        DailyRate.objects.bulk_create(
            DailyRate(
                base="EUR",
                currency=currency,
                day=today + timedelta(days=day),
                rate=rate,
                source="ECB",
                imported_at=timezone.now(),
            )
            for currency, rate in (("GBP", "0.83058"), ("USD", "1.0525"))
            for day in range(-5, 800)
        )

    @rule(
        amount=amounts,
        fee_cover=st.integers(0, 300),
        currency=st.sampled_from(CURRENCIES),
        card=st.sampled_from(CARDS),
        frequency=st.sampled_from([Frequency.ONCE, Frequency.MONTHLY]),
    )
    def give(
        self, amount: int, fee_cover: int, currency: str, card: str, frequency: Frequency
    ) -> None:
        page = self._page(
            amount=amount, fee_cover=fee_cover, currency=currency, frequency=frequency
        )
        self.sandbox.pay(page, card=card)
        self._work()

    @rule(amount=amounts)
    def give_by_bank_debit(self, amount: int) -> None:
        self.sandbox.pay(self._page(amount=amount, currency="EUR"), method="sepa_debit")
        self.wait(6)

    @precondition(lambda self: Payment.objects.exists())
    @rule(pick=picks, part=tenths)
    def refund(self, pick: int, part: int) -> None:
        payment = self._pick(Payment.objects.all(), pick)
        with suppress(stripe.InvalidRequestError):
            self.stripe.v1.refunds.create(
                {"payment_intent": payment.stripe_id, "amount": max(1, payment.amount * part // 10)}
            )
        self._work()

    @precondition(lambda self: Refund.objects.exists())
    @rule(pick=picks)
    def send_a_refund_back(self, pick: int) -> None:
        self.sandbox.fail_refund(self._pick(Refund.objects.all(), pick).stripe_id)
        self._work()

    @precondition(lambda self: Payment.objects.exists())
    @rule(pick=picks, part=st.none() | tenths, inquiry=st.booleans())
    def dispute(self, pick: int, part: int | None, inquiry: bool) -> None:
        payment = self._pick(Payment.objects.all(), pick)
        amount = None if part is None else max(1, payment.amount * part // 10)
        with suppress(RuntimeError):
            self.sandbox.dispute(payment.stripe_charge_id or "", amount=amount, inquiry=inquiry)
        self._work()

    @precondition(lambda self: Dispute.objects.exists())
    @rule(pick=picks)
    def escalate(self, pick: int) -> None:
        with suppress(RuntimeError):
            self.sandbox.escalate(self._pick(Dispute.objects.all(), pick).stripe_id)
        self._work()

    @precondition(lambda self: Dispute.objects.exists())
    @rule(pick=picks, won=st.booleans(), part=st.none() | tenths)
    def decide(self, pick: int, won: bool, part: int | None) -> None:
        dispute = self._pick(Dispute.objects.all(), pick)
        lost_for = None if part is None or won else dispute.amount * part // 10
        with suppress(RuntimeError):
            self.sandbox.decide(dispute.stripe_id, won=won, lost_for=lost_for)
        self._work()

    @precondition(lambda self: Payment.objects.filter(method="sepa_debit").exists())
    @rule(pick=picks)
    def return_a_debit(self, pick: int) -> None:
        payment = self._pick(Payment.objects.filter(method="sepa_debit"), pick)
        with suppress(RuntimeError):
            self.sandbox.fail_debit_late(payment.stripe_charge_id or "")
        self._work()

    @rule(fail=st.booleans(), early=st.booleans())
    def pay_out(self, fail: bool, early: bool) -> None:
        self.sandbox.pay_out(fail=fail, early=early)
        self._work()

    @rule(amount=st.integers(1, 5000), currency=st.sampled_from(CURRENCIES))
    def hold_a_reserve(self, amount: int, currency: str) -> None:
        self.sandbox.reserve(amount, currency.lower(), release_after_days=9)
        self._work()

    @rule(
        amount=st.integers(1, 900),
        currency=st.sampled_from(CURRENCIES),
        category=st.sampled_from(["fee", "network_cost"]),
    )
    def bill(self, amount: int, currency: str, category: str) -> None:
        self.sandbox.bill(amount, currency.lower(), "Billing", category=category)
        self._work()

    @rule(amount=amounts, currency=st.sampled_from(CURRENCIES), ago=st.integers(0, 40))
    def release_from_the_fund(self, amount: int, currency: str, ago: int) -> None:
        now = timezone.now()
        day = now.date() - timedelta(days=ago)
        with suppress(ReleaseRefused):
            a_release(self.campaign.fund, amount, on=day, currency=currency, now=now)

    @precondition(lambda self: FundRelease.objects.filter(state="released").exists())
    @rule(pick=picks)
    def take_a_release_back(self, pick: int) -> None:
        release = self._pick(FundRelease.objects.filter(state="released"), pick)
        person = UserFactory.create()
        take_back_release(release.pk, actor=person, reason="Wrong.", now=timezone.now())

    @rule(days=st.integers(1, 35))
    def wait(self, days: int) -> None:
        self.clock.advance(days=days)
        self._work()

    @invariant()
    def the_books_agree(self) -> None:
        assert_all_identities(self.stripe, self.campaign.entity)

    def _page(self, **choices: Any) -> str:
        self.given += 1
        return open_page(
            self.campaign,
            browser_session=f"browser-{self.given}",
            email=f"reader{self.given}@example.org",
            **choices,
        ).url

    def _work(self) -> None:
        """Have the events come: in any order, some twice, some only with the next step; then sweep."""
        told, self.late = [*self.late, *self.sandbox.take_deliveries()], []
        self.chance.shuffle(told)
        for delivery in told:
            chosen = self.chance.random()
            if chosen < 0.1:
                self.late.append(delivery)
                continue
            for _ in range(2 if chosen > 0.9 else 1):
                receive_event(parse_event(delivery.body), now=timezone.now())
        drain(timezone.now())
        self._sweep()

    def _sweep(self) -> None:
        soon = timezone.now() + timedelta(minutes=11)
        book_missing(now=soon)
        book_listed(now=soon)
        explain_known_gifts(now=soon)
        if self.chance.random() < 0.3:
            sum_register_days(now=soon)

    def _pick(self, rows: Any, pick: int) -> Any:
        ordered = list(rows.order_by("pk"))
        return ordered[pick % len(ordered)]
