"""Many gifts at once: each object is asked for once, statements do not multiply, and a bad gift stands alone."""

from dataclasses import replace
from datetime import datetime

from django.db import connection
from django.test.utils import CaptureQueriesContext

from payments.models import Campaign, Payment, Receipt
from payments.webhooks.claims import claim_events
from payments.webhooks.draining import apply, fetch
from payments.webhooks.lookup import Lookup
from payments.webhooks.models import EventState, WebhookEvent
from tests.payments.stories import drain, give, store
from tests.sandbox.client import SandboxAccount


def test_an_event_that_fails_while_it_is_applied_leaves_no_half_gift(
    campaign: Campaign, sandbox: SandboxAccount, now: datetime
) -> None:
    give(campaign, sandbox)
    give(campaign, sandbox, amount=2000)
    store(sandbox, now)
    claim = claim_events(now=now)
    found = dict(fetch(claim, Lookup()))
    [broken] = [
        event
        for event in claim.events
        if event.type == "payment_intent.succeeded" and found[event.pk].payments[0].amount == 1035  # type: ignore[union-attr]
    ]
    # The subject's other events carry the payment as well: all of them meet the same fault.
    for event in claim.events:
        if event.subject == broken.subject:
            found[event.pk] = _with_a_word_stripe_never_said(found[event.pk])
    apply(claim, found, now=now)
    assert [payment.amount for payment in Payment.objects.all()] == [2035]
    broken.refresh_from_db()
    assert (broken.state, broken.attempts) == (EventState.PENDING, 1)
    assert "KeyError" in broken.note
    drain(broken.due_at)
    assert sorted(payment.amount for payment in Payment.objects.all()) == [1035, 2035]


def _with_a_word_stripe_never_said(findings: object) -> object:
    payments = tuple(replace(payment, status="beamed") for payment in findings.payments)  # type: ignore[attr-defined]
    return replace(findings, payments=payments, session=None)  # type: ignore[type-var]


def test_one_bad_gift_of_many_stands_alone_in_the_end(
    campaign: Campaign, sandbox: SandboxAccount, now: datetime
) -> None:
    for number in range(7):
        give(campaign, sandbox, browser_session=str(number), amount=1000 + number)
    store(sandbox, now)
    claim = claim_events(now=now)
    found = dict(fetch(claim, Lookup()))
    bad = {pk for pk, findings in found.items() if findings.payments[0].amount == 1038}  # type: ignore[union-attr]
    for pk in bad:
        found[pk] = _with_a_word_stripe_never_said(found[pk])
    apply(claim, found, now=now)
    amounts = sorted(payment.amount for payment in Payment.objects.all())
    assert amounts == [1035, 1036, 1037, 1039, 1040, 1041]
    failed = WebhookEvent.objects.filter(state=EventState.PENDING, attempts=1)
    assert set(failed.values_list("pk", flat=True)) == bad
    numbers = Receipt.objects.order_by("sequence").values_list("sequence", flat=True)
    assert list(numbers) == [1, 2, 3, 4, 5, 6]


def test_many_gifts_cost_hardly_more_statements_than_one(
    campaign: Campaign, sandbox: SandboxAccount, now: datetime
) -> None:
    statements = []
    for gifts in (2, 12):
        for number in range(gifts):
            give(campaign, sandbox, browser_session=f"{gifts} {number}")
        store(sandbox, now)
        claim = claim_events(now=now)
        found = fetch(claim, Lookup())
        with CaptureQueriesContext(connection) as captured:
            apply(claim, found, now=now)
        statements.append(len(captured))
    # Each has an update of its checkout and one of its customer.
    assert statements[1] - statements[0] <= 10 * 2
    assert Payment.objects.count() == 14


def test_each_object_is_fetched_once_for_a_batch(
    campaign: Campaign, sandbox: SandboxAccount, now: datetime
) -> None:
    give(campaign, sandbox)
    store(sandbox, now)
    claim = claim_events(now=now)
    lookup = Lookup()
    found = fetch(claim, lookup)
    payments = [finding.payments[0] for finding in found.values()]  # type: ignore[union-attr]
    assert len(payments) == 3
    assert all(payment is payments[0] for payment in payments)
