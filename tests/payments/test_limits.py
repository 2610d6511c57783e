"""Abuse limits: who is counted, when enough is enough, and what happens when the counting breaks."""

import uuid
from collections.abc import Callable

import pytest
from django.http import HttpRequest
from django.test import Client, RequestFactory
from pytest_django import Settings

from payments.addresses import client_address, network_of
from payments.checkouts import limits
from payments.checkouts.counters import Counters, counters
from payments.checkouts.limits import (
    BREAKER_DECLINES,
    Attempt,
    count_attempt,
    is_stepped_up,
    note_outcome,
    raised_minimum,
)
from payments.errors import TooManyAttempts
from payments.models import Campaign, Checkout
from tests.membership.donation_page import other, post_gift
from tests.sandbox.client import Declined, SandboxAccount


@pytest.fixture(autouse=True)
def own_counters(settings: Settings) -> None:
    settings.LIMITS_STORAGE_URL = f"memory://{uuid.uuid4()}"


class TestWhoIsCounted:
    @pytest.mark.parametrize(
        ("trusted", "forwarded", "expected"),
        [
            (0, "203.0.113.9", "192.0.2.1"),
            (1, "203.0.113.9", "203.0.113.9"),
            (1, "198.51.100.66, 203.0.113.9", "203.0.113.9"),
            (2, "198.51.100.66, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
            (2, "203.0.113.9", "192.0.2.1"),
            (1, "", "192.0.2.1"),
            (1, "not an address", ""),
            (1, "203.0.113.9:4711", "203.0.113.9"),
            (1, '"[2001:db8::1]:4711"', "2001:db8::1"),
            (1, "2001:0DB8:0:0::1", "2001:db8::1"),
            (1, "::ffff:203.0.113.9", "203.0.113.9"),
        ],
    )
    def test_the_address_is_the_one_that_our_own_proxy_saw(
        self, rf: RequestFactory, settings: Settings, trusted: int, forwarded: str, expected: str
    ) -> None:
        settings.TRUSTED_PROXY_COUNT = trusted
        assert client_address(_request(rf, forwarded)) == expected

    @pytest.mark.parametrize("trusted", [0, 1, 2])
    def test_a_forged_header_changes_nothing(
        self, rf: RequestFactory, settings: Settings, trusted: int
    ) -> None:
        """What our proxies append stays at the right end, whatever a client writes before it."""
        settings.TRUSTED_PROXY_COUNT = trusted
        ours = ", ".join(["203.0.113.9", "10.0.0.2"][:trusted])
        honest = client_address(_request(rf, ours))
        forged = client_address(_request(rf, f"1.2.3.4, 5.6.7.8, {ours}".rstrip(", ")))
        assert forged == honest

    @pytest.mark.parametrize(
        ("address", "network"),
        [
            ("203.0.113.9", "203.0.113.0/24"),
            ("2001:db8:1:2::1", "2001:db8:1::/48"),
            ("", ""),
        ],
    )
    def test_neighbouring_addresses_share_a_network(self, address: str, network: str) -> None:
        assert network_of(address) == network


class TestEnoughIsEnough:
    @pytest.mark.parametrize(
        ("part", "most"),
        [("browser_session", 12), ("email", 10), ("address", 30), ("network", 120)],
    )
    def test_each_part_of_an_attempt_has_its_own_limit(self, part: str, most: int) -> None:
        for number in range(most):
            count_attempt(_attempt(number, **{part: "the same"}))
        with pytest.raises(TooManyAttempts) as refused:
            count_attempt(_attempt(most, **{part: "the same"}))
        assert 0 < refused.value.retry_after <= 3600

    def test_one_mailbox_is_counted_as_one_however_it_is_spelled(self) -> None:
        for number in range(10):
            count_attempt(_attempt(number, email=f"{' ' * number}Reader@Example.org"))
        with pytest.raises(TooManyAttempts):
            count_attempt(_attempt(10, email="reader@example.org"))

    def test_an_unknown_address_is_not_one_big_reader(self) -> None:
        for number in range(200):
            count_attempt(_attempt(number, address="", network=""))

    @pytest.mark.django_db
    def test_the_page_says_when_to_try_again(
        self, client: Client, campaign: Campaign, sandbox: SandboxAccount
    ) -> None:
        for _ in range(10):
            assert post_gift(client, **other("10")).status_code == 303
        response = post_gift(client, **other("10"))
        assert response.status_code == 429
        assert 0 < int(response["Retry-After"]) <= 3600
        assert "Please try again in about 60 minutes" in response.content.decode()
        assert Checkout.objects.count() == 1

    @pytest.mark.django_db
    def test_only_valid_attempts_count_and_reading_never_does(
        self, client: Client, campaign: Campaign, sandbox: SandboxAccount
    ) -> None:
        for _ in range(40):
            assert post_gift(client, **other("0")).status_code == 422
        assert post_gift(client, **other("10")).status_code == 303

    @pytest.mark.django_db
    def test_the_way_back_is_never_limited(
        self, client: Client, campaign: Campaign, sandbox: SandboxAccount
    ) -> None:
        for _ in range(11):
            post_gift(client, **other("10"))
        reference = Checkout.objects.get().reference
        assert client.get(f"/donate/support/thank-you/{reference}/").status_code == 200
        assert client.get(f"/donate/support/cancelled/{reference}/").status_code == 200


@pytest.mark.django_db
class TestTheBreaker:
    def test_declines_raise_the_minimum_for_everyone(
        self, client: Client, campaign: Campaign, django_capture_on_commit_callbacks: Callable
    ) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            for _ in range(BREAKER_DECLINES):
                note_outcome(is_declined=True)
        assert raised_minimum(100) == 500
        response = post_gift(client, **other("4.99"))
        assert "The smallest gift that we can take is £5." in response.content.decode()

    def test_declines_among_many_successes_do_nothing(
        self, django_capture_on_commit_callbacks: Callable
    ) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            for number in range(BREAKER_DECLINES * 3):
                note_outcome(is_declined=number % 3 == 0)
        assert not is_stepped_up()

    def test_what_was_rolled_back_is_not_counted(self) -> None:
        for _ in range(BREAKER_DECLINES):
            note_outcome(is_declined=True)
        assert counters().value(limits._DECLINED) == 0

    def test_a_declined_card_at_the_hosted_page_is_counted(
        self,
        client: Client,
        campaign: Campaign,
        sandbox: SandboxAccount,
        deliver: Callable[[], int],
    ) -> None:
        url = post_gift(client, **other("10"))["Location"]
        with pytest.raises(Declined):
            sandbox.pay(url, card="4000000000000002")
        deliver()
        assert counters().value(limits._DECLINED) == 1
        sandbox.pay(url)
        deliver()
        assert counters().value(limits._SUCCEEDED) == 1


class TestTheCountersBreak:
    def test_without_redis_this_process_counts_on_its_own(self, settings: Settings) -> None:
        settings.LIMITS_STORAGE_URL = "redis://127.0.0.1:1/0"
        counters().forget_all()
        for number in range(10):
            count_attempt(_attempt(number, email="reader@example.org"))
        with pytest.raises(TooManyAttempts):
            count_attempt(_attempt(10, email="reader@example.org"))

    def test_a_storage_that_failed_is_not_asked_again_at_once(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        broken = Counters("redis://127.0.0.1:1/0")
        for _ in range(5):
            broken.add("key", seconds=60)
        assert broken.value("key") == 5
        assert len(caplog.records) == 1

    @pytest.mark.services
    def test_redis_counts_for_all_processes(self, settings: Settings) -> None:
        key = uuid.uuid4().hex
        one, two = Counters("redis://127.0.0.1:6379/9"), Counters("redis://127.0.0.1:6379/9")
        assert [one.add(key, seconds=60), two.add(key, seconds=60)] == [1, 2]
        limit = limits.PER_EMAIL[0]
        hits = [counter.hit(limit, key) for counter in (one, two) * 6]
        assert hits == [True] * 10 + [False] * 2
        assert 0 < one.seconds_until_free(limit, key) <= 3600


def _attempt(number: int, **fields: str) -> Attempt:
    own = f"{number}-{uuid.uuid4()}"
    given = {"browser_session": own, "email": own, "address": own, "network": own} | fields
    return Attempt(**given)


def _request(rf: RequestFactory, forwarded: str) -> HttpRequest:
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    return rf.get("/", headers=headers, REMOTE_ADDR="192.0.2.1")
