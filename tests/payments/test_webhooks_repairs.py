"""Events that are replayed by staff, or asked for because they never came."""

from collections.abc import Callable
from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from payments.models import Campaign, Payment
from payments.webhooks.actions import fetch_missing_events, receive_event, replay_event
from payments.webhooks.claims import LEASE, claim_events
from payments.webhooks.handlers import HANDLERS
from payments.webhooks.models import EventState, WebhookEvent
from payments.webhooks.tasks import drain_webhook_events, fetch_undelivered_events
from tests.payments import admin_pages
from tests.payments.stories import an_event, books, deliver_one_by_one, drain, give
from tests.sandbox.client import SandboxAccount

Deliver = Callable[[], int]


def test_a_replay_is_harmless_and_repairs(
    campaign: Campaign, sandbox: SandboxAccount, deliver: Deliver, now: datetime
) -> None:
    give(campaign, sandbox)
    deliver()
    end = books()
    for event in WebhookEvent.objects.all():
        assert replay_event(event.pk, now=now) == (event.type in HANDLERS)
    assert WebhookEvent.objects.filter(state=EventState.PENDING).count() == 3
    drain(now)
    assert books() == end


@pytest.mark.django_db
def test_an_event_in_work_is_not_replayed(now: datetime) -> None:
    receive_event(an_event(), now=now)
    [event] = claim_events(now=now).events
    assert not replay_event(event.pk, now=now)
    assert replay_event(event.pk, now=now + LEASE)


def test_staff_choose_what_to_replay(
    campaign: Campaign, sandbox: SandboxAccount, deliver: Deliver, now: datetime
) -> None:
    give(campaign, sandbox)
    deliver()
    done = WebhookEvent.objects.filter(state=EventState.PROCESSED)
    processed = done.count()

    said = _replay("--state", "processed", "--dry-run")
    assert f"{processed} events would be replayed." in said
    assert done.count() == processed
    said = _replay("--type", "charge.updated", "--since", now.date().isoformat())
    assert "1 events will be worked on anew." in said
    assert WebhookEvent.objects.get(state=EventState.PENDING).type == "charge.updated"
    chosen = done.first()
    assert chosen is not None
    assert chosen.stripe_id in _replay(chosen.stripe_id)
    assert "0 events" in _replay("--since", "2999-01-01T00:00:00")


@pytest.mark.django_db
def test_ids_of_no_event_are_named_and_the_others_replayed() -> None:
    event = admin_pages.an_event()

    with pytest.raises(CommandError, match=r"There is no event evt_other, evt_none\.$"):
        _replay("evt_other", event.stripe_id, "evt_none")

    event.refresh_from_db()
    assert event.state == EventState.PENDING


@pytest.mark.django_db
@pytest.mark.parametrize("arguments", [(), ("--since", "soon"), ("--since", "2026-13-01")])
def test_a_replay_of_nothing_in_particular_is_refused(arguments: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        _replay(*arguments)


def _replay(*arguments: str) -> str:
    out = StringIO()
    call_command("replay_webhooks", *arguments, stdout=out)
    return out.getvalue()


def test_what_stripe_could_not_deliver_is_fetched(
    campaign: Campaign,
    sandbox: SandboxAccount,
    now: datetime,
    django_capture_on_commit_callbacks: Callable[..., object],
) -> None:
    sandbox.webhooks.drop(100)
    give(campaign, sandbox)
    assert sandbox.take_deliveries() == []
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        fetch_undelivered_events()
    drain_webhook_events()
    assert Payment.objects.get().status == "succeeded"
    assert fetch_missing_events(now=now) == 0


def test_what_no_endpoint_was_there_for_is_fetched_since_the_last_event(
    campaign: Campaign, sandbox: SandboxAccount, deliver: Deliver, now: datetime
) -> None:
    give(campaign, sandbox)
    deliver()
    give(campaign, sandbox, amount=2000)
    deliver()
    # As after a restored backup: Stripe believes them delivered.
    WebhookEvent.objects.exclude(type="product.created").delete()
    assert fetch_missing_events(now=now) == 6


def test_a_gap_before_the_latest_events_is_found(
    campaign: Campaign, sandbox: SandboxAccount, deliver: Deliver, now: datetime
) -> None:
    give(campaign, sandbox)
    deliver()
    assert fetch_missing_events(now=now) == 0
    give(campaign, sandbox, amount=2000)
    lost = len(sandbox.take_deliveries())
    sandbox.advance(minutes=4)
    give(campaign, sandbox, amount=3000)
    deliver_one_by_one(sandbox.take_deliveries())
    assert Payment.objects.count() == 2

    later = now + timedelta(minutes=5)
    assert 0 < fetch_missing_events(now=later) <= lost
    drain(later)

    assert Payment.objects.count() == 3


def test_a_stripe_that_is_away_ends_the_listing_quietly(
    sandbox: SandboxAccount, caplog: pytest.LogCaptureFixture, db: None
) -> None:
    sandbox.fail_next(1, status=429)
    fetch_undelivered_events()
    assert "the next sweep asks again" in caplog.text
