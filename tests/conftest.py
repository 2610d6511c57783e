"""Fixtures that every test may ask for: a newspaper, the Stripe sandbox, and the delivery of its webhooks."""

import uuid
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from django.core.cache import cache
from django.template import Template
from django.test import Client
from django.test.utils import _TestState, instrumented_test_render
from django.utils import timezone
from pytest_django import Settings

from membership.checkout_pages.guest_page import drawings
from membership.checkout_pages.queries import offers
from membership.prompts.current import forget_bundle
from membership.prompts.defaults import RULES, ensure_prompts
from payments.checkouts.counters import counters
from payments.models import Campaign, LegalEntity
from payments.triggers import drop_all
from tests.factories import make_newspaper
from tests.life import LifeClock
from tests.sandbox.client import Delivery, Sandbox, SandboxAccount
from tests.sandbox.process import start_sandbox


def pytest_runtest_setup() -> None:
    """Refuse every socket that leaves this machine: tests and demos need no network."""
    from pytest_socket import socket_allow_hosts

    socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)


@pytest.fixture(scope="session", autouse=True)
def plain_rendering(django_test_environment: None) -> None:
    """Render pages as production does.

    Django's test environment tells of every template that is rendered and copies the whole context each time, for
    `response.context`. Tests read pages, and a third of a page's time went into it; `told_rendering` is for the rest.
    """
    Template._render = _TestState.saved_data.template_render


@pytest.fixture
def told_rendering(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have responses tell their `context`, for tests that take a form's fields from it."""
    monkeypatch.setattr(Template, "_render", instrumented_test_render)


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    """Forget what other tests counted against the address that all of them come from."""
    cache.clear()
    counters().forget_all()
    offers.forget_all()
    drawings.forget_all()
    forget_bundle()


@pytest.fixture(autouse=True)
def sketched_documents(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have PDFs sketched: to draw one takes as long as all the rest of a gift's story.

    Tests marked `documents` draw them as production does, and so do all that are not of the quick suite.
    """
    drawing = ("documents", "browser", "services", "deep")
    if not any(request.node.get_closest_marker(marker) for marker in drawing):
        monkeypatch.setattr("payments.receipts.pdf.render_pdf", sketch)


def sketch(
    template: str, content: dict[str, Any], *, issued_at: datetime, identifier: str
) -> bytes:
    """Return a file that only says which document it stands for."""
    return f"%PDF-1.7\n% {template} {content['number']} {issued_at} {identifier}\n%%EOF\n".encode()


@pytest.fixture(autouse=True)
def flushable_books(request: pytest.FixtureRequest) -> Iterator[None]:
    """Take the books' triggers off before the flush that ends a transactional test; the flush puts them back."""
    marker = request.node.get_closest_marker("django_db")
    is_flushed = "transactional_db" in request.fixturenames or (
        marker is not None and marker.kwargs.get("transaction", False)
    )
    if is_flushed:
        # Set up before us, and so torn down after us.
        request.getfixturevalue("transactional_db")
    yield
    if is_flushed:
        drop_all()


@pytest.fixture
def campaign(db: None) -> Campaign:
    """An open campaign of a company, in GBP, USD, EUR and JPY."""
    return make_newspaper()


@pytest.fixture
def prompts(campaign: Campaign) -> None:
    """The prompts that a newspaper begins with, published, and no quiet hours: tests run at any hour."""
    rules = {**RULES, "budget": {**RULES["budget"], "quiet": [0, 0]}}
    ensure_prompts(campaign.slug, now=timezone.now(), rules=rules)


@pytest.fixture
def entity(campaign: Campaign) -> LegalEntity:
    return campaign.entity


@pytest.fixture(scope="session")
def sandbox_url() -> Iterator[str]:
    """The base address of one Stripe sandbox process for the whole session."""
    process = start_sandbox(port=0)
    yield process.base_url
    process.stop()


@pytest.fixture
def sandbox(sandbox_url: str, settings: Settings) -> SandboxAccount:
    """An isolated Stripe account of this test, at which the product's settings point."""
    account = Sandbox(sandbox_url).account(f"t{uuid.uuid4().hex[:12]}")
    settings.STRIPE_API_KEY = account.key
    settings.STRIPE_API_BASE = account.api_base
    settings.STRIPE_CHECKOUT_ORIGIN = sandbox_url
    settings.STRIPE_WEBHOOK_SECRETS = [account.webhook_secret]
    return account


@pytest.fixture
def clock(sandbox: SandboxAccount) -> Iterator[LifeClock]:
    """The clock of Stripe and of the product, moved together."""
    made = LifeClock(sandbox)
    yield made
    made.stop()


@pytest.fixture
def post_delivery(client: Client) -> Callable[[Delivery], int]:
    """Post one held webhook delivery to our endpoint; returns the HTTP status."""

    def post(delivery: Delivery) -> int:
        response = client.post(
            "/webhooks/stripe/",
            data=delivery.body,
            content_type="application/json",
            headers={"Stripe-Signature": delivery.headers["Stripe-Signature"]},
        )
        return response.status_code

    return post


@pytest.fixture
def deliver(
    sandbox: SandboxAccount,
    post_delivery: Callable[[Delivery], int],
    django_capture_on_commit_callbacks: Callable[..., object],
) -> Callable[[], int]:
    """Deliver what the sandbox holds and let everything that follows from it happen; returns how many."""
    from payments.webhooks.tasks import drain_webhook_events

    def run() -> int:
        deliveries = sandbox.take_deliveries()
        with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
            for delivery in deliveries:
                assert post_delivery(delivery) == 200, delivery.type
            drain_webhook_events()
        return len(deliveries)

    return run
