"""Claims, faults and repairs: one bad event stops nobody, and nothing is lost with its worker."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from pytest_django import Settings

from payments.models import Campaign, Payment
from payments.webhooks.actions import receive_event
from payments.webhooks.claims import LEASE, claim_events
from payments.webhooks.draining import MAX_ATTEMPTS, apply, drain_batch, fetch, rest_after
from payments.webhooks.lookup import Lookup
from payments.webhooks.models import EventState, WebhookEvent
from tests.payments.stories import an_event, books, drain, give, store
from tests.sandbox.client import SandboxAccount

Deliver = Callable[[], int]


def test_a_bad_event_among_good_ones_stops_nobody(
    campaign: Campaign, sandbox: SandboxAccount, now: datetime
) -> None:
    receive_event(an_event(), now=now)
    give(campaign, sandbox)
    store(sandbox, now)
    drain(now)
    bad = WebhookEvent.objects.get(stripe_id="evt_1")
    assert Payment.objects.get().status == "succeeded"
    assert (bad.state, bad.attempts, bad.claim) == (EventState.PENDING, 1, None)
    assert bad.due_at == now + rest_after(1)
    assert "GatewayRefused" in bad.note
    assert WebhookEvent.objects.filter(state=EventState.PENDING).count() == 1


@pytest.mark.django_db
def test_an_event_that_never_works_waits_for_staff(sandbox: SandboxAccount, now: datetime) -> None:
    receive_event(an_event(), now=now)
    for _ in range(MAX_ATTEMPTS):
        event = WebhookEvent.objects.get()
        assert event.state == EventState.PENDING
        drain(event.due_at)
    event.refresh_from_db()
    assert (event.state, event.attempts) == (EventState.FAILED, MAX_ATTEMPTS)
    drain(now + timedelta(days=30))
    event.refresh_from_db()
    assert event.attempts == MAX_ATTEMPTS


def test_the_rests_grow_and_end() -> None:
    rests = [rest_after(attempts) for attempts in range(1, MAX_ATTEMPTS)]
    assert rests == sorted(rests)
    assert rests[0] == timedelta(seconds=30)
    assert timedelta(hours=12) < sum(rests, timedelta()) < timedelta(days=1)


@pytest.mark.parametrize(
    "broken", [{"STRIPE_API_BASE": "http://127.0.0.1:9"}, {"STRIPE_API_KEY": ""}]
)
def test_a_stripe_that_is_out_of_reach_is_no_events_fault(
    campaign: Campaign,
    sandbox: SandboxAccount,
    now: datetime,
    settings: Settings,
    broken: dict[str, str],
) -> None:
    give(campaign, sandbox)
    store(sandbox, now)
    pending = WebhookEvent.objects.filter(state=EventState.PENDING)
    good = {name: getattr(settings, name) for name in broken}
    for name, value in broken.items():
        setattr(settings, name, value)
    assert not drain_batch(now=now)
    assert not claim_events(now=now).events
    assert pending.filter(attempts=0, claim=None, due_at__gt=now).count() == 3
    for name, value in good.items():
        setattr(settings, name, value)
    drain(now + timedelta(minutes=1))
    assert not pending.exists()
    assert Payment.objects.get().status == "succeeded"


def test_a_stripe_that_asks_to_wait_is_no_events_fault(
    campaign: Campaign, sandbox: SandboxAccount, now: datetime
) -> None:
    give(campaign, sandbox)
    store(sandbox, now)
    sandbox.fail_next(1, status=429)
    drain(now)
    waiting = WebhookEvent.objects.filter(state=EventState.PENDING)
    assert waiting.exists()
    assert set(waiting.values_list("attempts", flat=True)) == {0}
    drain(now + timedelta(minutes=1))
    assert not waiting.exists()
    assert Payment.objects.get().status == "succeeded"


def test_a_worker_that_dies_between_fetching_and_applying_loses_nothing(
    campaign: Campaign, sandbox: SandboxAccount, now: datetime
) -> None:
    give(campaign, sandbox)
    store(sandbox, now)
    dead = claim_events(now=now)
    fetch(dead, Lookup())
    drain(now + LEASE - timedelta(seconds=1))
    assert not Payment.objects.exists()
    drain(now + LEASE)
    assert Payment.objects.get().status == "succeeded"


def test_a_worker_that_is_too_late_changes_nothing(
    campaign: Campaign, sandbox: SandboxAccount, now: datetime
) -> None:
    give(campaign, sandbox)
    store(sandbox, now)
    slow = claim_events(now=now)
    found = fetch(slow, Lookup())
    quick = claim_events(now=now + LEASE)
    assert {event.pk for event in quick.events} == {event.pk for event in slow.events}
    apply(slow, found, now=now + LEASE)
    assert not Payment.objects.exists()
    apply(quick, fetch(quick, Lookup()), now=now + LEASE)
    end = books()
    apply(slow, found, now=now + LEASE)
    assert books() == end
    assert Payment.objects.get().status == "succeeded"


@pytest.mark.django_db
def test_one_subject_has_one_holder(now: datetime) -> None:
    receive_event(an_event(1, "gift"), now=now)
    first = claim_events(now=now)
    receive_event(an_event(2, "gift"), now=now)
    receive_event(an_event(3, "other"), now=now)
    second = claim_events(now=now)
    assert [event.stripe_id for event in first.events] == ["evt_1"]
    assert [event.stripe_id for event in second.events] == ["evt_3"]
    assert {event.stripe_id for event in claim_events(now=now + LEASE).events} == {
        "evt_1",
        "evt_2",
        "evt_3",
    }


@pytest.mark.django_db
def test_a_batch_is_bounded_and_the_oldest_come_first(now: datetime) -> None:
    for number in range(5):
        receive_event(an_event(number), now=now + timedelta(seconds=5 - number))
    later = now + timedelta(minutes=1)
    assert [event.stripe_id for event in claim_events(now=later, size=2).events] == [
        "evt_4",
        "evt_3",
    ]
    assert len(claim_events(now=later).events) == 3


@pytest.mark.django_db(transaction=True)
def test_workers_that_claim_at_once_share_no_subject(now: datetime) -> None:
    for number in range(60):
        receive_event(an_event(number, f"gift{number % 6}"), now=now)
    claims: list[set[str]] = []
    barrier = threading.Barrier(4)

    def work() -> None:
        try:
            barrier.wait()
            claims.append({event.subject for event in claim_events(now=now, size=10).events})
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    taken = [subject for claim in claims for subject in claim]
    assert len(taken) == len(set(taken))


@pytest.mark.django_db(transaction=True)
def test_several_workers_at_once_book_everything_once(
    campaign: Campaign, sandbox: SandboxAccount, now: datetime
) -> None:
    for number in range(6):
        give(campaign, sandbox, browser_session=str(number), frequency="monthly")
    store(sandbox, now)
    barrier = threading.Barrier(4)

    def work() -> None:
        try:
            barrier.wait()
            for _ in range(20):
                drain_batch(now=now, size=3)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # A deadlock between two workers is PostgreSQL's to break and the next sweep's to repair.
    drain(now + timedelta(hours=1))
    end = books()
    assert len(end["payments"]) == end["receipts"] == 6  # type: ignore[arg-type]
    assert end["plan_changes"] == ["started"] * 6
    assert sum(line[2] for line in end["ledger"]) == 0  # type: ignore[attr-defined]
    assert not WebhookEvent.objects.filter(state__in=["pending", "failed"]).exists()


@pytest.mark.django_db
def test_a_failure_quotes_nobody_in_the_logs(
    sandbox: SandboxAccount, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    receive_event(
        an_event(payload={"data": {"object": {"id": "", "email": "reader@example.org"}}}), now=now
    )
    drain(now)
    assert "evt_1 (payment_intent.succeeded) failed at attempt 1" in caplog.text
    assert "reader@example.org" not in caplog.text
