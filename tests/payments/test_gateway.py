"""The gateway speaks to Stripe's local peer over HTTP, as it would to Stripe."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from pytest_django import Settings

from payments.errors import GatewayRefused, GatewayUnauthorised, GatewayUnavailable
from payments.gateway.account import fetch_account
from payments.gateway.balance import fetch_balance_transaction
from payments.gateway.checkouts import (
    CheckoutSessionRequest,
    create_checkout_session,
    expire_checkout_session,
    fetch_checkout_session,
)
from payments.gateway.client import API_VERSION, calling_stripe
from payments.gateway.endpoints import create_endpoint, list_endpoints, update_endpoint
from payments.gateway.events import list_events
from payments.gateway.files import upload_evidence
from payments.gateway.invoices import fetch_invoice
from payments.gateway.pace import wait_turn
from payments.gateway.payments import fetch_payment
from payments.gateway.subscriptions import fetch_subscription
from payments.gateway.wording import descriptor_suffix, page_locale
from tests.sandbox.client import Declined, SandboxAccount

Ask = Callable[..., CheckoutSessionRequest]


@pytest.fixture
def ask() -> Ask:
    def build(**changes: object) -> CheckoutSessionRequest:
        facts: dict[str, object] = {
            "reference": "5f1c1d4e-0000-4000-8000-000000000001",
            "campaign": "support",
            "interval": "",
            "currency": "GBP",
            "amount": 1234,
            "product_id": "masthead_gift_courier_once",
            "product_name": "Support for The Harbour Courier",
            "customer_id": None,
            "email": "reader@example.org",
            "locale": "en-GB",
            "statement_descriptor": "HARBOUR COURIER",
            "success_url": "http://testserver/thank-you/",
            "cancel_url": "http://testserver/cancelled/",
            "expires_at": timezone.now() + timedelta(minutes=35),
        }
        return CheckoutSessionRequest(**{**facts, **changes})  # type: ignore[arg-type]

    return build


def test_a_single_gift_is_read_back_with_its_charge_fee_and_payer(
    sandbox: SandboxAccount, ask: Ask
) -> None:
    request = ask()
    session = create_checkout_session(request, idempotency_key=request.reference)
    assert (session.status, session.payment_status, session.mode) == ("open", "unpaid", "payment")
    sandbox.pay(session.id, email="reader@example.org", name="Test Reader")

    done = fetch_checkout_session(session.id)
    assert (done.status, done.payment_status) == ("complete", "paid")
    assert done.metadata == {"checkout": request.reference, "campaign": "support"}
    assert done.payment_intent_id
    payment = fetch_payment(done.payment_intent_id)
    assert (payment.status, payment.amount, payment.currency) == ("succeeded", 1234, "GBP")
    assert payment.metadata == request.metadata
    assert (payment.payer.email, payment.payer.name) == ("reader@example.org", "Test Reader")
    assert (payment.method.type, payment.method.card_brand) == ("card", "visa")
    assert payment.method.card_last4 == "4242"
    assert payment.succeeded_at
    assert payment.invoice is None
    line = payment.balance_transaction
    assert line is not None
    assert line.amount - line.fee == line.net
    assert sum(fee.amount for fee in line.fee_lines) == line.fee
    assert line.source_id == payment.charge_id
    assert fetch_balance_transaction(line.id) == line


def test_a_monthly_gift_is_found_through_its_invoice(sandbox: SandboxAccount, ask: Ask) -> None:
    request = ask(interval="month", product_id="masthead_gift_courier_monthly")
    session = create_checkout_session(request, idempotency_key=request.reference)
    sandbox.pay(session.id)

    done = fetch_checkout_session(session.id)
    assert done.subscription_id
    assert done.invoice_id
    subscription = fetch_subscription(done.subscription_id)
    assert (subscription.status, subscription.amount) == ("active", 1234)
    assert (subscription.interval, subscription.interval_count) == ("month", 1)
    assert subscription.metadata == request.metadata
    assert subscription.current_period_end_at
    assert subscription.current_period_end_at > subscription.started_at
    invoice = fetch_invoice(done.invoice_id)
    assert invoice.subscription_id == subscription.id
    assert (invoice.status, invoice.billing_reason) == ("paid", "subscription_create")
    assert invoice.metadata == request.metadata
    [intent_id] = invoice.payment_intent_ids
    payment = fetch_payment(intent_id)
    assert payment.metadata == {}
    assert payment.invoice == invoice


def test_a_declined_card_leaves_its_code_and_time(sandbox: SandboxAccount, ask: Ask) -> None:
    request = ask()
    session = create_checkout_session(request, idempotency_key=request.reference)
    with pytest.raises(Declined):
        sandbox.pay(session.id, card="4000000000009995")

    [event] = sandbox.events("payment_intent.payment_failed")
    payment = fetch_payment(event["data"]["object"]["id"])
    assert payment.status == "requires_payment_method"
    assert (payment.failure_code, payment.decline_code) == ("card_declined", "insufficient_funds")
    assert payment.failed_at
    assert payment.succeeded_at is None


def test_the_same_key_returns_the_same_session(sandbox: SandboxAccount, ask: Ask) -> None:
    request = ask()
    first = create_checkout_session(request, idempotency_key="key")
    assert create_checkout_session(request, idempotency_key="key") == first


def test_the_same_key_with_another_body_is_refused(sandbox: SandboxAccount, ask: Ask) -> None:
    create_checkout_session(ask(), idempotency_key="key")
    with pytest.raises(GatewayRefused):
        create_checkout_session(ask(amount=1), idempotency_key="key")


def test_a_gift_makes_no_new_product(sandbox: SandboxAccount, ask: Ask) -> None:
    for key in ("one", "two"):
        create_checkout_session(ask(), idempotency_key=key)
    products = sandbox.events("product.created")
    assert [event["data"]["object"]["id"] for event in products] == ["masthead_gift_courier_once"]


def test_a_refusal_names_the_parameter_and_quotes_no_address(
    sandbox: SandboxAccount, ask: Ask
) -> None:
    with pytest.raises(GatewayRefused) as refusal:
        create_checkout_session(ask(email="reader@localhost"), idempotency_key="refused")
    assert refusal.value.parameter == "customer_email"
    assert "email_invalid" in str(refusal.value)
    assert "reader" not in str(refusal.value)


def test_an_expired_session_cannot_be_expired_again(sandbox: SandboxAccount, ask: Ask) -> None:
    session = create_checkout_session(ask(), idempotency_key="key")
    assert expire_checkout_session(session.id).status == "expired"
    with pytest.raises(GatewayRefused):
        expire_checkout_session(session.id)


@pytest.mark.django_db(transaction=True)
def test_nothing_is_asked_of_stripe_inside_a_transaction(sandbox: SandboxAccount) -> None:
    with transaction.atomic(), pytest.raises(RuntimeError, match="inside a transaction"):
        fetch_account()
    assert fetch_account().may_charge


@pytest.mark.django_db
def test_the_outer_block_of_a_test_case_does_not_count(sandbox: SandboxAccount) -> None:
    assert fetch_account().id
    with transaction.atomic(), pytest.raises(RuntimeError, match="inside a transaction"):
        fetch_account()


@pytest.mark.parametrize("status", [429, 500])
def test_a_stripe_that_fails_is_unavailable(sandbox: SandboxAccount, status: int) -> None:
    sandbox.fail_next(3, status=status)
    with pytest.raises(GatewayUnavailable):
        fetch_account()


def test_one_failure_is_tried_again_without_a_word(sandbox: SandboxAccount) -> None:
    sandbox.fail_next(1, status=500)
    assert fetch_account().id


def test_a_stripe_that_does_not_answer_is_unavailable(settings: Settings) -> None:
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    with pytest.raises(GatewayUnavailable):
        fetch_account()


def test_an_unknown_object_and_an_unknown_key_are_refused(
    sandbox: SandboxAccount, settings: Settings
) -> None:
    with pytest.raises(GatewayRefused):
        fetch_payment("pi_unknown")
    settings.STRIPE_API_KEY = ""
    with pytest.raises(GatewayUnauthorised):
        fetch_account()


def test_no_second_has_more_calls_than_the_pace_allows(settings: Settings) -> None:
    settings.STRIPE_REQUESTS_PER_SECOND = 2
    settings.LIMITS_STORAGE_URL = "memory://"

    started = time.monotonic()
    with ThreadPoolExecutor(5) as pool:
        list(pool.map(lambda _: wait_turn(), range(5)))
    # Two at once, two a second later, the fifth after two; a slow machine takes longer, never less.
    assert time.monotonic() - started > 1.9


def test_a_counter_that_is_down_stops_no_call(sandbox: SandboxAccount, settings: Settings) -> None:
    settings.STRIPE_REQUESTS_PER_SECOND = 2
    settings.LIMITS_STORAGE_URL = "redis://127.0.0.1:9"
    assert fetch_account().id


def test_events_are_listed_over_pages_and_types(sandbox: SandboxAccount, ask: Ask) -> None:
    for number in range(105):
        create_checkout_session(ask(), idempotency_key=f"key-{number}")
    sessions = sandbox.events("checkout.session.completed")
    assert sessions == []
    since = timezone.now() - timedelta(hours=1)
    sandbox.pay(create_checkout_session(ask(), idempotency_key="paid").id)
    types = [f"charge.dispute.type{number}" for number in range(25)]
    types += ["payment_intent.succeeded", "charge.succeeded"]
    listed = list(list_events(since=since, types=types, delivered=None))
    assert {event.type for event in listed} == {"payment_intent.succeeded", "charge.succeeded"}
    assert all(event.payload["id"] == event.id for event in listed)
    later = timezone.now() + timedelta(hours=1)
    assert list(list_events(since=later, types=types, delivered=None)) == []


def test_an_endpoint_is_made_with_a_pinned_version_and_changed(sandbox: SandboxAccount) -> None:
    url = "https://support.example.org/webhooks/stripe/"
    made = create_endpoint(url, types=["invoice.paid"])
    assert made.secret
    assert made.api_version == API_VERSION
    changed = update_endpoint(made.id, types=["invoice.paid", "charge.updated"])
    assert set(changed.types) == {"invoice.paid", "charge.updated"}
    assert changed in list_endpoints()
    assert not changed.secret


@pytest.mark.parametrize(
    ("tag", "locale"),
    [
        ("en-GB", "en-GB"),
        ("en-US", "en"),
        ("fr-CA", "fr-CA"),
        ("de-AT", "de"),
        ("cy", "auto"),
        ("", "auto"),
    ],
)
def test_the_hosted_page_speaks_the_nearest_language(tag: str, locale: str) -> None:
    assert page_locale(tag) == locale


@pytest.mark.parametrize(
    ("descriptor", "suffix"),
    [
        ("HARBOUR COURIER", ""),
        ("COURIER* GIFT", "GIFT"),
        ("COURIER*  Zeitung für alle", "Zeitung fur a"),
        ('COURIER* <"1\'2\\3">', ""),
        ("COURIER*", ""),
        ("A VERY LONG PREFIX INDEED* GIFT", ""),
    ],
)
def test_the_descriptor_suffix_keeps_stripes_rules(descriptor: str, suffix: str) -> None:
    assert descriptor_suffix(descriptor) == suffix


def test_a_file_goes_to_stripe_whole_and_once_for_its_key(sandbox: SandboxAccount) -> None:
    contents = b"%PDF-1.7 What the payer agreed to."
    made = upload_evidence(contents, name="agreement.pdf", idempotency_key="a")
    assert upload_evidence(contents, name="agreement.pdf", idempotency_key="a") == made
    assert sandbox.contents(made) == contents
    assert sandbox.object(made)["filename"] == "agreement.pdf"
    with pytest.raises(GatewayRefused, match="PDF"):
        upload_evidence(b"words", name="agreement.pdf", idempotency_key="b")


def test_files_go_to_stripes_own_host_for_them(settings: Settings) -> None:
    settings.STRIPE_API_KEY = "sk_test_1"
    settings.STRIPE_API_BASE = "https://api.stripe.com"
    with calling_stripe() as client:
        addresses = client._requestor.base_addresses
    assert (addresses["api"], addresses["files"]) == (
        "https://api.stripe.com",
        "https://files.stripe.com",
    )
