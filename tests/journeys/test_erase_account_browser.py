"""A supporter deletes the account while a gift runs: it stops at Stripe, the person goes, the books stay."""

from collections.abc import Callable

import pytest
from django.core import mail
from playwright.sync_api import expect

from membership.models import Supporter, User
from payments.models import Customer, PlanStatus, WebhookEvent
from tests.journeys.reader import ADDRESS, Reader, books

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Look = Callable[[str], None]


def test_an_account_is_erased_while_its_gift_runs(reader: Reader, look: Look) -> None:
    window = reader.window
    plan = reader.give("frequency=monthly&amount=10")
    reader.live_past_collection()
    reader.letters()
    reader.sign_in()
    assert _events_that_name_the_reader()
    window.get_by_role("link", name="Delete your account").click()
    expect(window.get_by_text("Your gift of £10 a month ends now")).to_be_visible()
    look("erase-1-ask")
    window.get_by_label("I am sure").check()
    window.get_by_role("button", name="Delete my account").click()
    expect(window.get_by_role("heading", level=1)).to_have_text("Your account is deleted")
    look("erase-2-done")
    window.goto("/support/")
    expect(window.get_by_role("heading", name="Sign in")).to_be_visible()

    reader.settle()
    # The stop is part of the erasure, which has a letter of its own.
    assert reader.letters()[-1:] == ["erased"]
    assert mail.outbox[-1].to == [ADDRESS]
    plan.refresh_from_db()
    assert plan.status == PlanStatus.ENDED
    assert reader.sandbox.object(plan.stripe_id)["status"] == "canceled"
    assert books() == ([1000, 1000], 2, 2000)
    # Neither a collection nor the statement of the tax year that ends in between.
    sent = len(mail.outbox)
    reader.live(days=40, step=5)
    assert len(mail.outbox) == sent
    assert books() == ([1000, 1000], 2, 2000)
    assert not User.objects.filter(email=ADDRESS).exists()
    assert not Supporter.objects.filter(email=ADDRESS).exists()
    assert not Customer.objects.filter(email=ADDRESS).exists()
    assert not _events_that_name_the_reader()


def _events_that_name_the_reader() -> list[str]:
    return [
        event.stripe_id for event in WebhookEvent.objects.all() if ADDRESS in str(event.payload)
    ]
