"""A person who asks to be forgotten goes, their gift stops at Stripe, and the books stay."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.apps import apps
from django.core import mail
from django.core.serializers import serialize
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from membership.letters.accounts import write_email_changed
from membership.letters.actions import write_letter
from membership.letters.plan_values import plan_values
from membership.letters.suppressing import hash_of, suppression_of
from membership.letters.tasks import send_due_letters
from membership.models import (
    Letter,
    NoticeClock,
    PrivacyRequest,
    PrivacyRequestState,
    Supporter,
    Suppression,
    TierChange,
    TierOverride,
    User,
)
from membership.privacy.actions import finish_erasures
from membership.privacy.tasks import finish_privacy_requests
from membership.tiers.actions import set_tier
from payments.models import (
    Campaign,
    LedgerPosting,
    Payment,
    PaymentAttempt,
    PlanStatus,
    Receipt,
    RecurringPlan,
    WebhookEvent,
)
from payments.webhooks.actions import replay_event
from payments.webhooks.tasks import drain_webhook_events
from tests.factories import SupporterFactory, UserFactory
from tests.life import LifeClock
from tests.membership.givers import DAY
from tests.membership.monthly_gift import begin_gift, words
from tests.membership.tiers import derive_tier_of, make_tiers
from tests.payments.test_webhooks_stories import stripe_of
from tests.sandbox.client import SandboxAccount

pytestmark = pytest.mark.django_db

DELETE = "/support/delete/"
FORMER = "ada@former.example"
EMAIL, NAME = "reader@example.org", "Ada Reader"
# The law has the books keep to whom a receipt was issued.
KEPT_BY_LAW = {"payments.receipt"}
Deliver = Callable[[], int]


@pytest.fixture
def plan(
    client: Client, campaign: Campaign, sandbox: SandboxAccount, deliver: Deliver
) -> RecurringPlan:
    return begin_gift(client, sandbox, deliver)


def where_found(trace: str) -> set[str]:
    """The tables in which a text stands anywhere."""
    return {
        model._meta.label_lower
        for model in apps.get_models()
        if trace.casefold() in serialize("json", model._default_manager.all()).casefold()
    }


def test_nothing_is_deleted_by_looking_or_without_being_sure(
    client: Client, plan: RecurringPlan
) -> None:
    page = words(client.get(DELETE))
    assert "Your gift of £10 a month ends now" in page
    assert "Tick the box" in words(client.post(DELETE))
    assert Supporter.objects.filter(email=EMAIL).exists()
    assert not PrivacyRequest.objects.exists()


def test_the_person_goes_and_the_books_stay(
    client: Client, plan: RecurringPlan, sandbox: SandboxAccount, deliver: Deliver
) -> None:
    assert "payments.customer" in where_found(EMAIL)
    page = words(client.post(DELETE, {"sure": "yes"}))
    assert "Your account is deleted" in page
    deliver()
    plan.refresh_from_db()
    assert plan.status == PlanStatus.ENDED
    assert sandbox.object(plan.stripe_id)["status"] == "canceled"
    send_due_letters()
    assert mail.outbox[-1].subject.endswith("has been erased")
    assert mail.outbox[-1].to == [EMAIL]
    finish_privacy_requests()
    for event in WebhookEvent.objects.all():
        # Later events and replays fetch Stripe's objects, which still name the payer.
        replay_event(event.pk, now=timezone.now())
    drain_webhook_events()
    assert where_found(EMAIL) <= KEPT_BY_LAW
    assert where_found(NAME) <= KEPT_BY_LAW
    assert (Payment.objects.count(), Receipt.objects.count()) == (1, 1)
    assert LedgerPosting.objects.exists()
    assert not User.objects.filter(email=EMAIL).exists()
    assert client.get("/support/").status_code == 302


def test_nothing_around_a_gift_names_who_was_forgotten(
    client: Client, plan: RecurringPlan, sandbox: SandboxAccount, deliver: Deliver, clock: LifeClock
) -> None:
    """Tiers with a reason, the yearly question, a try that failed, a refused letter, an address of former days."""
    supporter, staff = Supporter.objects.get(), UserFactory.create(email="staff@example.org")
    patron = make_tiers()[1]
    now = timezone.now()
    set_tier(
        supporter,
        patron,
        ends_at=now + DAY,
        reason=f"{NAME} ({EMAIL}) helped us.",
        by=staff,
        now=now,
    )
    derive_tier_of(supporter, now=now)
    write_email_changed(supporter.pk, former=FORMER, now=now)
    Letter.objects.update(error=f"550 <{EMAIL}> is unknown.")
    write_letter("upgrade", key="1", supporter=supporter, context=plan_values(plan), now=now)
    Suppression.objects.create(
        address_hash=hash_of(EMAIL), reason="complained", supporter=supporter, recorded_at=now
    )
    stripe = stripe_of(sandbox)
    card = stripe.v1.payment_methods.attach(
        "pm_card_chargeCustomerFail", {"customer": str(plan.customer.stripe_id)}
    )
    stripe.v1.subscriptions.update(plan.stripe_id, {"default_payment_method": card.id})
    deliver()
    clock.advance(days=32)
    deliver()
    assert PaymentAttempt.objects.exists()
    assert NoticeClock.objects.exists()
    assert {"membership.tieroverride", "membership.letter"} <= where_found(EMAIL)

    client.force_login(supporter.user)
    client.post(DELETE, {"sure": "yes"})
    send_due_letters()
    finish_privacy_requests()

    for trace in (EMAIL, NAME, FORMER):
        assert where_found(trace) <= KEPT_BY_LAW, trace
    override = TierOverride.objects.get()
    assert (override.reason, override.tier, override.made_by) == ("", patron, staff)
    assert TierChange.objects.filter(supporter=supporter, to_tier=patron).exists()
    assert suppression_of(EMAIL) is not None


def test_why_a_tier_was_set_is_emptied_and_never_rewritten(campaign: Campaign) -> None:
    now = timezone.now()
    supporter, staff = SupporterFactory.create(), UserFactory.create()
    override = set_tier(
        supporter, make_tiers()[0], ends_at=now + DAY, reason="She helped.", by=staff, now=now
    )
    rows = TierOverride.objects.filter(pk=override.pk)
    for change in ({"reason": "He helped."}, {"reason": "", "ends_at": now + 2 * DAY}):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)
    assert rows.update(reason="") == 1


def test_an_erasure_waits_for_stripe_and_is_finished_by_the_sweep(
    client: Client, plan: RecurringPlan, sandbox: SandboxAccount
) -> None:
    sandbox.fail_next(3, 500, path_contains="DELETE /v1/subscriptions/")
    page = words(client.post(DELETE, {"sure": "yes"}))
    assert "Your account is being deleted" in page
    assert Supporter.objects.filter(email=EMAIL).exists()
    assert finish_erasures(now=timezone.now() + timedelta(minutes=5)) == 1
    plan.refresh_from_db()
    assert plan.status == PlanStatus.ENDED
    assert not Supporter.objects.filter(email=EMAIL).exists()
    assert PrivacyRequest.objects.get().state == PrivacyRequestState.DONE
    assert finish_erasures(now=timezone.now()) == 0


def test_a_gift_that_was_stopped_and_still_runs_ends_as_well(
    client: Client, plan: RecurringPlan
) -> None:
    client.post(f"/support/plans/{plan.reference}/stop/")
    client.post(DELETE, {"sure": "yes"})
    plan.refresh_from_db()
    assert plan.status == PlanStatus.ENDED


def test_staff_are_not_deleted_from_here(client: Client, campaign: Campaign) -> None:
    client.force_login(UserFactory.create(email="staff@example.org", is_staff=True))
    assert "You work here" in words(client.get(DELETE))
    client.post(DELETE, {"sure": "yes"})
    assert User.objects.filter(email="staff@example.org").exists()


def test_whoever_was_forgotten_may_come_back_as_somebody_new(
    client: Client, plan: RecurringPlan, sandbox: SandboxAccount, deliver: Deliver
) -> None:
    client.post(DELETE, {"sure": "yes"})
    client.force_login(UserFactory.create(email=EMAIL))
    assert "We know of no gift" in words(client.get("/support/"))
