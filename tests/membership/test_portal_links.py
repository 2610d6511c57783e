"""From a letter a recurring gift is stopped without signing in: GET shows, POST acts."""

import re
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import unquote
from uuid import uuid4

import pytest
from django.core import mail
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from membership.supporters.links import LinkPurpose, make_link
from payments.models import Campaign, PlanCommand, PlanStatus, RecurringPlan
from tests.membership.donation_page import other, post_gift
from tests.sandbox.client import SandboxAccount

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(
    client: Client, campaign: Campaign, sandbox: SandboxAccount, deliver: Callable[[], int]
) -> RecurringPlan:
    response = post_gift(client, name="Ada Reader", **other("10", frequency="monthly"))
    sandbox.pay(response["Location"])
    deliver()
    mail.outbox.clear()
    return RecurringPlan.objects.get()


def link_to(plan: RecurringPlan, purpose: LinkPurpose = LinkPurpose.STOP, days: int = 30) -> str:
    return make_link(purpose, plan.reference, valid_for=timedelta(days=days), now=timezone.now())


def words(response: HttpResponse) -> str:
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_a_scanner_that_opens_the_link_stops_nothing(plan: RecurringPlan) -> None:
    scanner = Client()
    for _ in range(3):
        assert "Stop this gift?" in words(scanner.get(link_to(plan)))
    assert scanner.head(link_to(plan)).status_code == 200
    assert not PlanCommand.objects.exists()


def test_the_link_offers_to_pause_instead_to_whoever_signs_in(plan: RecurringPlan) -> None:
    stranger = Client()
    assert "Sign in and pause it instead" in words(stranger.get(link_to(plan)))
    pause = reverse("membership:plan_change", args=[plan.reference, "pause"])
    response = stranger.get(pause)
    assert response.status_code == 302
    assert pause in unquote(response["Location"])


def test_a_letters_link_stops_the_gift_without_signing_in(
    plan: RecurringPlan, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    reader = Client(enforce_csrf_checks=True)
    form = reader.get(link_to(plan)).content.decode()
    (token,) = set(re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', form))
    with django_capture_on_commit_callbacks(execute=True):
        response = reader.post(link_to(plan), {"csrfmiddlewaretoken": token})
    page = words(reader.get(response["Location"]))
    assert "Your gift is stopped. A confirmation is on its way by email." in page
    assert "nothing more is collected" in page
    plan.refresh_from_db()
    assert plan.status == PlanStatus.ENDING
    assert PlanCommand.objects.get().cause == "a letter's link"
    assert len(mail.outbox) == 1
    # The link still opens, and has nothing left to do.
    assert "Stop this gift" not in words(reader.get(link_to(plan)))


def test_the_page_tells_no_more_than_the_letter_did(plan: RecurringPlan) -> None:
    response = Client().get(link_to(plan))
    page = words(response)
    assert "£10" in page
    assert "reader@example.org" not in page
    assert "Ada Reader" not in page
    assert response["Referrer-Policy"] == "same-origin"
    assert "no-store" in response["Cache-Control"]


def test_a_link_past_its_day_says_so_and_acts_no_more(plan: RecurringPlan) -> None:
    expired = link_to(plan, days=-1)
    for response in (Client().get(expired), Client().post(expired)):
        assert response.status_code == 410
        assert "This link has expired" in response.content.decode()
    assert not PlanCommand.objects.exists()


def test_a_link_opens_no_page_but_its_own(plan: RecurringPlan) -> None:
    link = link_to(plan, LinkPurpose.UPDATE_CARD)
    assert Client().get(link.replace("update-card", "stop")).status_code == 404
    assert Client().get(link_to(plan).replace("stop", "nothing")).status_code == 404
    stranger = make_link(LinkPurpose.STOP, uuid4(), valid_for=timedelta(days=1), now=timezone.now())
    assert Client().get(stranger).status_code == 404
