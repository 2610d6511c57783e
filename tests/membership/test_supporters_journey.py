"""From the appeal through a gift to the thanks, and what follows it, against the sandbox."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlencode

import httpx
import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.utils import timezone

from membership.models import ConsentRecord, StatusChange, Supporter, User
from membership.prompts.attribution import read_attribution
from membership.prompts.tasks import publish_due_bundle
from membership.supporters.tasks import derive_due_statuses
from payments.gateway.subscriptions import fetch_subscription
from payments.models import Checkout, Payment, RecurringPlan
from payments.plans.actions import record_plan
from tests.membership.donation_page import URL, other, post_gift
from tests.sandbox.client import SandboxAccount

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("prompts")]
DAY = timedelta(days=1)


def article(client: Client, *, edition: str = "uk") -> str:
    """The prompt that the browser behind `client` is shown in an article, with what the worker published by then."""
    publish_due_bundle()
    request = RequestFactory().get("/")
    request.COOKIES.update({name: cookie.value for name, cookie in client.cookies.items()})
    user = User.objects.filter(pk=client.session.get("_auth_user_id")).first()
    request.user = user or AnonymousUser()
    tag = '{% load prompts %}{% engagement_prompt slot="in-article" edition=edition %}'
    return Template(tag).render(Context({"request": request, "edition": edition}))


def give(
    client: Client, sandbox: SandboxAccount, deliver: Callable[[], int], **choice: str
) -> None:
    """Give as a reader does and come back to the thank-you page."""
    response = post_gift(client, **other("10", **choice), consent_news="on")
    back = sandbox.pay(response["Location"])
    deliver()
    assert client.get(back.removeprefix("http://testserver")).status_code == 200


def stripe(sandbox: SandboxAccount, method: str, path: str, **form: str) -> dict[str, object]:
    """What happens at Stripe and not through us, for instance in its dashboard."""
    response = httpx.request(
        method,
        f"{sandbox.api_base}/v1/{path}",
        data=form,
        headers={"Authorization": f"Bearer {sandbox.key}"},
        trust_env=False,
    )
    response.raise_for_status()
    answer: dict[str, object] = response.json()
    return answer


def states() -> list[tuple[str, str, str]]:
    return list(StatusChange.objects.values_list("from_state", "to_state", "cause"))


def test_a_single_gift_turns_the_appeal_into_thanks(
    client: Client, sandbox: SandboxAccount, deliver: Callable[[], int]
) -> None:
    assert 'data-campaign="ask"' in article(client)

    give(client, sandbox, deliver)

    assert 'data-campaign="thanks-one-off"' in article(client)
    assert states() == [("anonymous", "one_off", "payment_succeeded")]
    supporter = Supporter.objects.get()
    assert (supporter.email, supporter.user) == ("reader@example.org", None)
    assert ConsentRecord.objects.get().supporter == supporter
    assert Payment.objects.get().donation.customer.party == supporter.reference


def test_another_browser_of_the_same_address_is_told_nothing(
    client: Client, sandbox: SandboxAccount, deliver: Callable[[], int]
) -> None:
    give(client, sandbox, deliver)

    assert 'data-campaign="ask"' in article(Client())


def test_the_appeals_code_reaches_the_gift(
    client: Client, sandbox: SandboxAccount, deliver: Callable[[], int]
) -> None:
    html = article(client, edition="us")
    sent = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', html))

    post_gift(client, f"{URL}?{urlencode(sent)}", **other("7"))

    attribution = Checkout.objects.get().attribution
    assert attribution.items() >= read_attribution(sent["code"]).items()
    assert (attribution["prompt"], attribution["edition"]) == ("ask", "us")


def test_a_refund_brings_the_appeal_back_a_day_later(
    client: Client, sandbox: SandboxAccount, deliver: Callable[[], int]
) -> None:
    give(client, sandbox, deliver)
    stripe(sandbox, "POST", "refunds", payment_intent=Payment.objects.get().stripe_id)

    deliver()

    assert states()[1:] == [("one_off", "registered", "payment_refunded")]
    with time_machine.travel(timezone.now() + DAY, tick=False):
        assert 'data-campaign="ask"' in article(client)


def test_a_standing_gift_is_thanked_then_ending_then_left_in_peace_then_welcomed_back(
    client: Client, sandbox: SandboxAccount, deliver: Callable[[], int]
) -> None:
    give(client, sandbox, deliver, frequency="monthly")
    assert 'data-campaign="thanks-recurring"' in article(client)
    plan = RecurringPlan.objects.get()
    client.force_login(User.objects.create_user("reader@example.org"))

    stripe(sandbox, "POST", f"subscriptions/{plan.stripe_id}", cancel_at_period_end="true")
    deliver()
    assert 'data-campaign="ending"' in article(client)

    over = _end_of(plan)
    # A month may be shorter than the quiet time after cancelling.
    supporter = Supporter.objects.get()
    assert supporter.quiet_until is not None
    Supporter.objects.update(quiet_until=over + DAY)
    with time_machine.travel(over, tick=False):
        derive_due_statuses()
        assert article(client).strip() == ""
    with time_machine.travel(over + DAY, tick=False):
        assert 'data-campaign="welcome-back"' in article(client)
    assert [to_state for _, to_state, _ in states()] == ["recurring", "ending", "lapsed"]
    assert states()[-1][2] == "clock"


def test_a_failing_card_asks_for_another_card_and_for_nothing_else(
    client: Client, sandbox: SandboxAccount, deliver: Callable[[], int]
) -> None:
    give(client, sandbox, deliver, frequency="monthly")
    client.force_login(User.objects.create_user("reader@example.org"))
    paid = fetch_subscription(RecurringPlan.objects.get().stripe_id)

    for status in ("past_due", "past_due", "active"):
        record_plan(replace(paid, status=status), cause="a renewal", now=timezone.now())
        derive_due_statuses()
        html = article(client)
        assert ('data-campaign="update-card"' in html) == (status == "past_due")
        assert "/donate/" not in html

    assert [to_state for _, to_state, _ in states()] == [
        "recurring",
        "payment_failing",
        "recurring",
    ]


def _end_of(plan: RecurringPlan) -> datetime:
    plan.refresh_from_db()
    assert plan.current_period_end_at is not None
    return plan.current_period_end_at
