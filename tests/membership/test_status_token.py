"""The status token: signed, never a supporter when it is not whole, kept current by pages of ours."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries, Settings

from membership.middleware import StatusCookieMiddleware
from membership.models import Supporter, SupporterState, User
from membership.supporters.actions import attach_payment, claim_supporter, refresh_due_statuses
from membership.supporters.queries import reader_for, status_for
from membership.supporters.status_claim import StatusClaim, make_token, read_token
from membership.supporters.status_token import (
    clear_status,
    grant_for_payment,
    grant_for_supporter,
)
from payments.models import Frequency, Payment, PaymentStatus, PlanStatus, RecurringPlan
from tests.factories import NOON, CampaignFactory, CustomerFactory, PaymentFactory, UserFactory

DAY = timedelta(days=1)


def claim(state: SupporterState = SupporterState.RECURRING, **fields: object) -> StatusClaim:
    values: dict[str, object] = {
        "kind": "supporter",
        "subject": uuid4(),
        "state": state,
        "since": NOON - 9 * DAY,
        "until": None,
        "quiet_until": None,
        "issued_at": NOON,
        "version": 3,
    }
    return StatusClaim(**{**values, **fields})  # type: ignore[arg-type]


def request_of(user: User | AnonymousUser | None = None, token: str = "") -> HttpRequest:
    request = RequestFactory().get("/")
    request.user = user or AnonymousUser()
    if token:
        request.COOKIES["status"] = token
    return request


def respond(request: HttpRequest) -> HttpResponse:
    return StatusCookieMiddleware(lambda _request: HttpResponse())(request)


def token_of(request: HttpRequest) -> str:
    return respond(request).cookies["status"].value


def test_a_token_says_what_was_claimed() -> None:
    original = claim(until=NOON + DAY, quiet_until=NOON + 3 * DAY)

    assert read_token(make_token(original), now=NOON) == original


@given(position=st.integers(0), replacement=st.characters(categories=["L", "N"]))
def test_a_token_that_was_tampered_with_says_nothing(position: int, replacement: str) -> None:
    token = make_token(claim(subject=uuid4()))
    at = position % len(token)
    changed = token[:at] + replacement + token[at + 1 :]

    if changed != token:
        assert read_token(changed, now=NOON) is None


@pytest.mark.parametrize(
    "token", ["", "x", "a.b.c", "é" * 40, signing.dumps({"state": "recurring"})]
)
def test_what_is_no_token_of_ours_says_nothing(token: str) -> None:
    assert read_token(token, now=NOON) is None


@pytest.mark.parametrize(
    ("fields", "lasts"),
    [
        ({}, 31 * DAY),
        ({"until": NOON + 87 * DAY}, 87 * DAY),
        ({"state": SupporterState.LAPSED, "quiet_until": NOON + 60 * DAY}, 60 * DAY),
        ({"until": NOON + 5000 * DAY}, 400 * DAY),
    ],
)
def test_a_token_holds_as_long_as_it_may_and_not_a_moment_longer(
    fields: dict[str, object], lasts: timedelta
) -> None:
    token = make_token(claim(**fields))  # type: ignore[arg-type]

    assert read_token(token, now=NOON + lasts - timedelta(seconds=1)) is not None
    assert read_token(token, now=NOON + lasts) is None


def test_what_time_ended_is_over_although_the_token_still_holds() -> None:
    single = claim(SupporterState.ONE_OFF, until=NOON + 2 * DAY)
    paused = claim(SupporterState.PAUSED, until=NOON + 2 * DAY)

    assert single.status_at(NOON + DAY).state == SupporterState.ONE_OFF
    assert single.status_at(NOON + 2 * DAY).state == SupporterState.LAPSED
    assert paused.status_at(NOON + 2 * DAY).state == SupporterState.PAUSED


def test_a_token_of_a_retired_key_is_read_and_looked_up_again(settings: Settings) -> None:
    token = make_token(claim())
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another-key", [settings.SECRET_KEY]

    read = read_token(token, now=NOON)

    assert read is not None
    assert not read.is_fresh(NOON)


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({}, "supporter"),
        ({"state": SupporterState.ONE_OFF}, "supporter"),
        ({"state": SupporterState.PAYMENT_FAILING}, "failing"),
        ({"state": SupporterState.LAPSED}, "lapsed"),
        ({"state": SupporterState.LAPSED, "quiet_until": NOON + DAY}, "quiet"),
        ({"quiet_until": NOON + DAY}, "supporter"),
    ],
)
def test_the_twin_is_coarse(fields: dict[str, object], word: str) -> None:
    assert claim(**fields).twin == f"{word}.{int(NOON.timestamp())}"  # type: ignore[arg-type]


def test_the_middleware_sets_both_cookies_and_keeps_the_answer_private() -> None:
    request = request_of()
    request.status_token_for = claim(issued_at=datetime.now(NOON.tzinfo))  # type: ignore[attr-defined]

    response = respond(request)

    token, twin = response.cookies["status"], response.cookies["status-twin"]
    assert (token["httponly"], twin["httponly"]) == (True, "")
    assert (token["secure"], token["samesite"], token["domain"]) == ("", "Lax", "")
    assert 30 * 86_400 < token["max-age"] <= 31 * 86_400
    assert response["Cache-Control"] == "private"
    assert response["Vary"] == "Cookie"


def test_on_https_the_cookies_are_secure_and_shared_with_the_articles(settings: Settings) -> None:
    settings.SITE_URL = "https://support.courier.example"
    settings.STATUS_COOKIE_DOMAIN = "courier.example"
    request = request_of()
    request.status_token_for = claim()  # type: ignore[attr-defined]

    cookies = respond(request).cookies

    assert set(cookies) == {"__Secure-status", "__Secure-status-twin"}
    for cookie in cookies.values():
        assert (cookie["secure"], cookie["domain"]) == (True, "courier.example")


def test_signing_out_clears_both_cookies() -> None:
    request = request_of(token=make_token(claim()))

    clear_status(request)

    assert status_for(request).state == SupporterState.ANONYMOUS
    cookies = respond(request).cookies
    assert {name: cookie["max-age"] for name, cookie in cookies.items()} == {
        "status": 0,
        "status-twin": 0,
    }


def test_a_request_that_nothing_marked_leaves_the_answer_alone() -> None:
    response = respond(request_of())

    assert not response.cookies
    assert "Vary" not in response


@pytest.mark.django_db
class TestGrants:
    @pytest.fixture(autouse=True)
    def clock(self) -> Iterator[time_machine.Traveller]:
        with time_machine.travel(NOON, tick=False) as clock:
            yield clock

    def test_a_single_gift_is_known_for_ninety_days_without_signing_in(
        self, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        request = request_of()
        grant_for_payment(request, PaymentFactory.create())

        with django_assert_num_queries(0):
            status = status_for(request_of(token=token_of(request)))

        assert (status.state, status.until) == (SupporterState.ONE_OFF, NOON + 90 * DAY)

    def test_a_standing_gift_is_known_as_recurring(self) -> None:
        request = request_of()
        grant_for_payment(request, recurring_payment())

        assert status_for(request).state == SupporterState.RECURRING

    @pytest.mark.parametrize(
        "fields",
        [
            {"status": PaymentStatus.PROCESSING, "succeeded_at": None},
            {"status": PaymentStatus.FAILED, "succeeded_at": None},
            {"status": PaymentStatus.REFUNDED, "refunded_amount": 1000},
        ],
    )
    def test_a_payment_without_money_that_stands_grants_nothing(
        self, fields: dict[str, object]
    ) -> None:
        request = request_of()

        grant_for_payment(request, PaymentFactory.create(**fields))

        assert not respond(request).cookies

    def test_a_payment_grants_nothing_of_the_owner_of_the_typed_email(self) -> None:
        standing = recurring_payment()
        owner = attach_payment(standing.pk, now=NOON)
        refresh_due_statuses(limit=9, now=NOON)
        guest = PaymentFactory.create(donation__customer__party=owner.reference)
        request = request_of()

        grant_for_payment(request, guest)

        assert status_for(request).state == SupporterState.ONE_OFF

    def test_a_single_gift_does_not_hide_a_standing_one(self) -> None:
        first, second = request_of(), None
        grant_for_payment(first, recurring_payment())
        second = request_of(token=token_of(first))

        grant_for_payment(second, PaymentFactory.create())

        assert not respond(second).cookies

    def test_a_day_later_the_payment_is_looked_up_again(
        self, clock: time_machine.Traveller
    ) -> None:
        payment = PaymentFactory.create()
        first = request_of()
        grant_for_payment(first, payment)
        token = token_of(first)
        payment.refunded_amount = payment.amount
        payment.save()

        clock.shift(DAY)
        later = request_of(token=token)

        assert status_for(later).state == SupporterState.ANONYMOUS
        assert respond(later).cookies["status"]["max-age"] == 0

    def test_a_standing_gift_that_fails_is_known_a_day_later(
        self, clock: time_machine.Traveller
    ) -> None:
        payment = recurring_payment()
        first = request_of()
        grant_for_payment(first, payment)
        token = token_of(first)
        payment.donation.plan.status = PlanStatus.PAST_DUE
        payment.donation.plan.save()

        clock.shift(DAY)
        later = request_of(token=token)

        assert status_for(later).state == SupporterState.PAYMENT_FAILING
        assert "failing" in respond(later).cookies["status-twin"].value

    def test_signing_in_tells_the_supporters_own_status(
        self, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        supporter = signed_in_giver(recurring_payment())
        request = request_of()
        grant_for_supporter(request, supporter)
        token = token_of(request)

        assert status_for(request_of(token=token)).state == SupporterState.RECURRING
        again = request_of(supporter.user, token)
        with django_assert_num_queries(1):
            assert status_for(again).state == SupporterState.RECURRING
        assert not respond(again).cookies

    def test_a_transition_renews_the_token_of_a_signed_in_reader(self) -> None:
        payment = recurring_payment()
        supporter = signed_in_giver(payment)
        request = request_of()
        grant_for_supporter(request, supporter)
        token = token_of(request)
        payment.donation.plan.status = PlanStatus.PAST_DUE
        payment.donation.plan.save()
        Supporter.objects.update(status_due_at=NOON)

        before_the_sweep = request_of(supporter.user, token)
        assert status_for(before_the_sweep).state == SupporterState.PAYMENT_FAILING
        refresh_due_statuses(limit=9, now=NOON)

        after = request_of(supporter.user, token)
        assert status_for(after).state == SupporterState.PAYMENT_FAILING
        assert "failing" in respond(after).cookies["status-twin"].value

    def test_signing_in_keeps_the_thanks_for_a_gift_under_another_address(self) -> None:
        guest = request_of()
        grant_for_payment(guest, PaymentFactory.create())
        token = token_of(guest)
        supporter = claim_supporter(UserFactory.create(), now=NOON)
        request = request_of(supporter.user, token)

        grant_for_supporter(request, supporter)

        assert not respond(request).cookies
        assert status_for(request).state == SupporterState.ONE_OFF

    def test_signing_in_replaces_what_a_refunded_gift_of_ones_own_had_granted(self) -> None:
        payment = PaymentFactory.create()
        guest = request_of()
        grant_for_payment(guest, payment)
        token = token_of(guest)
        payment.refunded_amount = payment.amount
        payment.save()
        supporter = signed_in_giver(payment)

        request = request_of(supporter.user, token)
        grant_for_supporter(request, supporter)

        assert status_for(request).state == SupporterState.REGISTERED

    def test_someone_signed_in_without_a_gift_is_registered(self) -> None:
        assert status_for(request_of(UserFactory.create())).state == SupporterState.REGISTERED

    def test_quiet_time_travels_with_the_token(self) -> None:
        supporter = claim_supporter(UserFactory.create(), now=NOON)
        supporter.quiet_until = NOON + 60 * DAY
        supporter.save()
        request = request_of()
        grant_for_supporter(request, supporter)

        reader = reader_for(request_of(token=token_of(request)))

        assert reader.quiet_until == NOON + 60 * DAY


def recurring_payment() -> Payment:
    campaign = CampaignFactory.create()
    plan = RecurringPlan.objects.create(
        entity=campaign.entity,
        campaign=campaign,
        customer=CustomerFactory.create(entity=campaign.entity),
        stripe_id=f"sub_{uuid4().hex}",
        status=PlanStatus.ACTIVE,
        frequency=Frequency.MONTHLY,
        currency="GBP",
        amount=500,
        started_at=NOON,
        current_period_end_at=NOON + 30 * DAY,
    )
    return PaymentFactory.create(
        donation__plan=plan, donation__customer=plan.customer, donation__frequency=plan.frequency
    )


def signed_in_giver(payment: Payment) -> Supporter:
    supporter = attach_payment(payment.pk, now=NOON)
    claimed = claim_supporter(UserFactory.create(email=supporter.email), now=NOON)
    refresh_due_statuses(limit=9, now=NOON)
    claimed.refresh_from_db()
    return claimed
