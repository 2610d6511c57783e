"""Stripe's objects, each fetched once for a batch of events however many of them ask for it."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from payments.errors import GatewayUnauthorised, GatewayUnavailable
from payments.gateway.cards import fetch_card
from payments.gateway.charges import fetch_payment_intent_of_charge
from payments.gateway.checkouts import fetch_checkout_session
from payments.gateway.disputes import fetch_dispute
from payments.gateway.invoices import fetch_invoice
from payments.gateway.payments import fetch_payment
from payments.gateway.payouts import PayoutSnapshot, fetch_payout
from payments.gateway.refunds import fetch_refund, fetch_refunds_of_payment
from payments.gateway.snapshots import (
    CardSnapshot,
    CheckoutSessionSnapshot,
    DisputeSnapshot,
    InvoiceSnapshot,
    PaymentSnapshot,
    RefundSnapshot,
    SubscriptionSnapshot,
)
from payments.gateway.subscriptions import fetch_subscription

T = TypeVar("T")


class Lookup:
    """Fetches for one batch, from several threads. Once Stripe is out of reach it asks no more."""

    def __init__(self) -> None:
        self._answers: dict[tuple[Callable[[str], Any], str], Future[Any]] = {}
        self._lock = threading.Lock()
        self._shut = threading.Event()

    @property
    def is_shut(self) -> bool:
        """Stripe did not answer, or knows our key no longer: no fault of any one event."""
        return self._shut.is_set()

    def session(self, session_id: str) -> CheckoutSessionSnapshot:
        return self._once(fetch_checkout_session, session_id)

    def payment(self, payment_intent_id: str) -> PaymentSnapshot:
        return self._once(fetch_payment, payment_intent_id)

    def payment_intent_of_charge(self, charge_id: str) -> str | None:
        return self._once(fetch_payment_intent_of_charge, charge_id)

    def card(self, payment_method_id: str) -> CardSnapshot:
        return self._once(fetch_card, payment_method_id)

    def invoice(self, invoice_id: str) -> InvoiceSnapshot:
        return self._once(fetch_invoice, invoice_id)

    def subscription(self, subscription_id: str) -> SubscriptionSnapshot:
        return self._once(fetch_subscription, subscription_id)

    def refund(self, refund_id: str) -> RefundSnapshot:
        return self._once(fetch_refund, refund_id)

    def refunds_of_payment(self, payment_intent_id: str) -> tuple[RefundSnapshot, ...]:
        return self._once(fetch_refunds_of_payment, payment_intent_id)

    def dispute(self, dispute_id: str) -> DisputeSnapshot:
        return self._once(fetch_dispute, dispute_id)

    def payout(self, payout_id: str) -> PayoutSnapshot:
        return self._once(fetch_payout, payout_id)

    def _once(self, fetch: Callable[[str], T], object_id: str) -> T:
        key = (fetch, object_id)
        with self._lock:
            answer = self._answers.get(key)
            is_mine = answer is None
            if answer is None:
                answer = self._answers[key] = Future()
        if is_mine:
            try:
                answer.set_result(self._fetch(fetch, object_id))
            except Exception as error:  # noqa: BLE001  whoever waits for the answer gets the error
                answer.set_exception(error)
        result: T = answer.result()
        return result

    def _fetch(self, fetch: Callable[[str], T], object_id: str) -> T:
        if self.is_shut:
            raise GatewayUnavailable("Stripe was out of reach a moment ago.")
        try:
            return fetch(object_id)
        except (GatewayUnavailable, GatewayUnauthorised):
            self._shut.set()
            raise
