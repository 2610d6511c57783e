"""The status token: signed, never a supporter when it is not whole; the cookies that carry it."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.core import signing
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from membership.models import SupporterState
from membership.supporters.queries import reader_for
from membership.supporters.status_claim import make_token, read_token
from membership.supporters.status_token import end_status
from membership.supporters.traits import Traits
from tests.factories import NOON
from tests.membership.browsers import claim, request_of, respond
from tests.membership.givers import DAY


def test_a_token_says_what_was_claimed() -> None:
    original = claim(
        until=NOON + DAY,
        quiet_until=NOON + 3 * DAY,
        stamp=4,
        session=uuid4(),
        left_at=NOON - DAY,
        traits=Traits("settled", "middle", "friend", is_invited=True),
    )

    assert read_token(make_token(original), now=NOON) == original


@given(position=st.integers(0), replacement=st.characters(categories=["L", "N"]))
def test_a_token_that_was_tampered_with_says_nothing(position: int, replacement: str) -> None:
    token = make_token(claim(subject=uuid4()))
    at = position % len(token)
    changed = token[:at] + replacement + token[at + 1 :]

    if changed != token:
        assert read_token(changed, now=NOON) is None


@given(data=st.data())
def test_no_change_of_a_token_makes_a_supporter(data: st.DataObject) -> None:
    """Cut, doubled, turned round, or spliced from the parts of tokens that are all ours."""
    ours = [make_token(claim(state)) for state in SupporterState]
    token = data.draw(st.sampled_from(ours))
    at, until = sorted(data.draw(st.tuples(*[st.integers(0, len(token))] * 2)))
    parts = st.sampled_from([part for each in ours for part in each.split(":")])
    changed = data.draw(
        st.sampled_from(
            [
                token[:at],
                token[at:],
                token[:at] + token[until:],
                token[:until] + token[at:],
                token[::-1],
                token.swapcase(),
                f"{token}:{token}",
                ":".join(data.draw(st.tuples(parts, parts, parts))),
            ]
        )
    )
    if changed in ours:
        return
    reader = reader_for(request_of(token=changed))

    assert reader.status.state == SupporterState.ANONYMOUS
    assert reader.twin.state == SupporterState.ANONYMOUS


def test_a_token_of_another_key_makes_no_supporter(settings: Settings) -> None:
    token = make_token(claim())
    settings.SECRET_KEY = "another-newspaper's"

    assert reader_for(request_of(token=token)).status.state == SupporterState.ANONYMOUS


@pytest.mark.parametrize(
    "token",
    ["", "x", "a.b.c", "é" * 40, signing.dumps({"state": "recurring"})],
    ids=["empty", "a letter", "three parts", "not ASCII", "signed for something else"],
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
    ("fields", "twin"),
    [
        ({}, "recurring.{now}.0....s"),
        ({"kind": "payment", "state": SupporterState.ONE_OFF}, "one_off.{now}.0...."),
        (
            {"kind": "payment", "state": SupporterState.PAYMENT_FAILING},
            "payment_failing.{now}.0....",
        ),
        (
            {"state": SupporterState.LAPSED, "quiet_until": NOON + DAY},
            "lapsed.{now}.{tomorrow}....s",
        ),
        (
            {"traits": Traits("long", "large", "friend", is_invited=True)},
            "recurring.{now}.0.long.large.friend.is",
        ),
        (
            {"kind": "checkout", "state": SupporterState.ANONYMOUS, "left_at": NOON - DAY},
            "anonymous.{now}.0....a",
        ),
        (
            {"kind": "checkout", "state": SupporterState.ANONYMOUS, "left_at": NOON - 7 * DAY},
            "anonymous.{now}.0....",
        ),
    ],
)
def test_the_twin_names_the_state_and_nobody(fields: dict[str, object], twin: str) -> None:
    seconds = int(NOON.timestamp())
    expected = twin.format(now=seconds, tomorrow=seconds + 86_400)

    assert claim(**fields).twin_at(NOON).as_cookie() == expected  # type: ignore[arg-type]


def test_the_middleware_sets_both_cookies_and_keeps_the_answer_private() -> None:
    request = request_of()
    request.status_token_for = claim(issued_at=datetime.now(NOON.tzinfo))  # type: ignore[attr-defined]

    response = respond(request)

    token, twin = response.cookies["status"], response.cookies["status-twin"]
    assert (token["httponly"], twin["httponly"]) == (True, "")
    assert (token["secure"], token["samesite"], token["domain"]) == ("", "Lax", "")
    assert token["max-age"] == twin["max-age"]
    assert 399 * 86_400 < token["max-age"] <= 400 * 86_400
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


@pytest.mark.django_db
def test_signing_out_clears_both_cookies() -> None:
    request = request_of(token=make_token(claim()))

    end_status(request)

    assert reader_for(request).status.state == SupporterState.ANONYMOUS
    cookies = respond(request).cookies
    assert {name: cookie["max-age"] for name, cookie in cookies.items()} == {
        "status": 0,
        "status-twin": 0,
    }


def test_a_request_that_nothing_marked_leaves_the_answer_alone() -> None:
    response = respond(request_of())

    assert not response.cookies
    assert "Vary" not in response
