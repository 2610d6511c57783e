"""A monthly gift of £10 of a reader who is signed in, at the sandbox and on the books."""

from collections.abc import Callable

from django.core import mail
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from payments.models import RecurringPlan
from tests.factories import UserFactory
from tests.membership.donation_page import other, post_gift
from tests.sandbox.client import SandboxAccount

MINE = reverse("membership:my_support")
# Stripe's test card whose bank asks its holder about every charge: one that nobody answers is not collected.
ASKING_CARD = "4000002760003184"


def begin_gift(
    client: Client, sandbox: SandboxAccount, deliver: Callable[[], int]
) -> RecurringPlan:
    """Give as a guest, then sign in with the same address."""
    response = post_gift(client, name="Ada Reader", **other("10", frequency="monthly"))
    sandbox.pay(response["Location"])
    deliver()
    client.force_login(UserFactory.create(email="reader@example.org"))
    mail.outbox.clear()
    return RecurringPlan.objects.get()


def path(plan: RecurringPlan, name: str, *more: str) -> str:
    return reverse(f"membership:plan_{name}", args=[plan.reference, *more])


def words(response: HttpResponse) -> str:
    """The page on one line."""
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def change_card(client: Client, sandbox: SandboxAccount, page: str, card: str) -> str:
    """Press the button of a page that asks for a new card, save one, and come back; the page that is shown then."""
    hosted = client.post(page)["Location"]
    back = sandbox.change_card(hosted, card)
    return words(client.get(back.removeprefix("http://testserver"), follow=True))
