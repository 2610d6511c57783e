"""What a browser keeps of a gift: nobody asks after one, nothing but a proven payment counts as one."""

from collections.abc import Callable

import pytest
from django.test import Client

from membership.models import SupporterState, User
from membership.supporters.status import ASKABLE
from payments.models import Checkout, Customer, RecurringPlan
from payments.plans.stopping import stop_plan
from tests.life import LifeClock
from tests.membership.browsers import is_quiet
from tests.membership.donation_page import other, post_gift
from tests.membership.test_supporters_journey import stripe
from tests.sandbox.client import SandboxAccount

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("campaign")]
STATUS = "/api/v1/status/"


def pay(client: Client, sandbox: SandboxAccount, frequency: str = "once") -> str:
    """Give at the hosted page; returns the thank-you page's address, where nobody has been yet."""
    page = post_gift(client, **other("10", frequency=frequency))["Location"]
    return sandbox.pay(page).removeprefix("http://testserver")


def break_the_card(sandbox: SandboxAccount) -> None:
    """Give the gift a card that pays no renewal."""
    customer = str(Customer.objects.get().stripe_id)
    card = stripe(
        sandbox, "POST", "payment_methods/pm_card_chargeCustomerFail/attach", customer=customer
    )
    plan = RecurringPlan.objects.get()
    path = f"subscriptions/{plan.stripe_id}"
    stripe(sandbox, "POST", path, default_payment_method=str(card["id"]))


def status_in(client: Client) -> str:
    """The state that a script is told, which is what the twin says from then on."""
    state: str = client.get(STATUS).json()["state"]
    twin = client.cookies.get("status-twin")
    assert not (twin and twin.value) or twin.value.split(".")[0] == state
    return state


@pytest.mark.parametrize("frequency", ["once", "monthly"])
def test_after_a_gift_in_this_browser_nobody_asks_there(
    client: Client,
    sandbox: SandboxAccount,
    deliver: Callable[[], int],
    clock: LifeClock,
    frequency: str,
) -> None:
    back = pay(client, sandbox, frequency)
    client.get(back)
    # Nothing is proven yet, and nobody asks.
    assert status_in(client) == SupporterState.ANONYMOUS
    assert is_quiet(client.cookies["status-twin"].value)
    deliver()

    for days in (0, 1, 44, 44):
        clock.advance(days=days)
        deliver()
        assert status_in(client) not in ASKABLE


def test_visiting_the_thank_you_page_grants_nothing_without_a_proven_payment(
    client: Client, sandbox: SandboxAccount, deliver: Callable[[], int]
) -> None:
    page = post_gift(client, **other("10"))["Location"]
    checkout = Checkout.objects.get()
    thanks = f"/donate/support/thank-you/{checkout.reference}/"

    client.get(thanks)
    assert status_in(client) == SupporterState.ANONYMOUS

    sandbox.pay(page)
    deliver()
    stranger = Client()
    stranger.get(thanks)
    assert "status" not in stranger.cookies
    assert status_in(stranger) == SupporterState.ANONYMOUS
    client.get(thanks)
    assert status_in(client) == SupporterState.ONE_OFF


def test_a_gift_that_no_account_knows_is_kept_after_signing_in_and_days_later(
    client: Client, sandbox: SandboxAccount, deliver: Callable[[], int], clock: LifeClock
) -> None:
    pay(client, sandbox)
    deliver()
    client.get(STATUS)

    client.force_login(User.objects.create_user("another@example.org"))

    for days in (0, 1, 1, 31, 55):
        clock.advance(days=days)
        assert status_in(client) == SupporterState.ONE_OFF
    clock.advance(days=2)
    assert status_in(client) in ASKABLE


def test_the_quiet_of_a_payment_under_way_is_kept_after_signing_in(
    client: Client, sandbox: SandboxAccount, deliver: Callable[[], int]
) -> None:
    client.get(pay(client, sandbox))
    assert is_quiet(client.cookies["status-twin"].value)

    client.force_login(User.objects.create_user("another@example.org"))

    assert status_in(client) == SupporterState.REGISTERED
    assert is_quiet(client.cookies["status-twin"].value)
    deliver()
    assert status_in(client) == SupporterState.ONE_OFF


def test_the_cookies_are_the_servers_and_outlive_what_browsers_do_to_scripts(
    client: Client, sandbox: SandboxAccount, deliver: Callable[[], int]
) -> None:
    pay(client, sandbox, "monthly")
    deliver()

    cookies = client.get(STATUS).cookies

    assert (cookies["status"]["httponly"], cookies["status-twin"]["httponly"]) == (True, "")
    for cookie in cookies.values():
        assert 30 * 86_400 <= cookie["max-age"] <= 400 * 86_400


@pytest.mark.parametrize("is_signed_in", [False, True], ids=["a guest", "signed in"])
def test_a_failing_payment_is_told_at_once_and_so_is_its_healing(
    client: Client,
    sandbox: SandboxAccount,
    deliver: Callable[[], int],
    clock: LifeClock,
    is_signed_in: bool,
) -> None:
    pay(client, sandbox, "monthly")
    deliver()
    break_the_card(sandbox)
    deliver()
    if is_signed_in:
        client.force_login(User.objects.create_user("reader@example.org"))
    assert status_in(client) == SupporterState.RECURRING

    clock.advance(days=31, hours=2)
    deliver()

    assert status_in(client) == SupporterState.PAYMENT_FAILING
    failed = sandbox.events("invoice.payment_failed")[-1]
    sandbox.pay_invoice(failed["data"]["object"]["id"])
    deliver()
    assert status_in(client) == SupporterState.RECURRING


def test_quiet_after_cancelling_holds_in_a_browser_that_never_signed_in(
    client: Client, sandbox: SandboxAccount, deliver: Callable[[], int], clock: LifeClock
) -> None:
    pay(client, sandbox, "monthly")
    deliver()
    clock.advance(days=25)
    stop_plan(RecurringPlan.objects.get().pk, cause="reader", now=clock.advance())
    deliver()
    assert status_in(client) == SupporterState.ENDING

    clock.advance(days=10)
    deliver()

    assert status_in(client) == SupporterState.LAPSED
    assert is_quiet(client.cookies["status-twin"].value)
    clock.advance(days=20)
    assert status_in(client) == SupporterState.LAPSED
    assert not is_quiet(client.cookies["status-twin"].value)


def test_a_standing_gift_is_known_after_a_season_even_when_another_is_begun_and_left(
    client: Client, sandbox: SandboxAccount, deliver: Callable[[], int], clock: LifeClock
) -> None:
    pay(client, sandbox, "monthly")
    deliver()
    status_in(client)
    clock.advance(days=60)
    deliver()

    post_gift(client, **other("20"))

    assert status_in(client) == SupporterState.RECURRING
