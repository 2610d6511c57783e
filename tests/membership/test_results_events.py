"""Prompt events at the door: who may send what, and that nothing of it says who reads."""

import io
import json
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from config.wsgi import application
from membership.errors import BeaconRefused
from membership.models import BufferedBeacon, HourlyCount
from membership.results import limits
from membership.results.beacons import decode, encode, parse
from membership.results.tasks import fold_events
from tests.membership.beacons import a_beacon, an_event

ADDRESS = "/prompts/events/"

REFUSED = {
    "no JSON": b"{",
    "no object": b"[]",
    "deeply nested": b"[" * 7_900,
    "not UTF-8": b'{"b": "\xff"}',
    "too long": b" " * 8_001,
    "no bundle": a_beacon(b=""),
    "a bundle of capitals": a_beacon(b="0123456789AB"),
    "a reader": json.dumps({"b": "0" * 12, "e": [an_event()], "reader": "1"}).encode(),
    "no events": b'{"b": "000000000000", "e": []}',
    "too many events": a_beacon(*(an_event() for _ in range(21))),
    "an event without an id": a_beacon(an_event(i="")),
    "an unknown type": a_beacon(an_event(t="bought")),
    "a campaign with a space": a_beacon(an_event(c="spring appeal")),
    "a variant of nothing": a_beacon(an_event(v="default:")),
    "a long slot": a_beacon(an_event(s="s" * 41)),
    "a country in words": a_beacon(an_event(k="Britain")),
    "a state with digits": a_beacon(an_event(r="user1")),
    "true for first": a_beacon(an_event(f=True)),
    "two for first": a_beacon(an_event(f=2)),
    "a reader in an event": a_beacon({**an_event(), "reader": "1"}),
    "a list for a text": a_beacon(an_event(t=["seen"])),
}


@pytest.fixture(autouse=True)
def kept_in_the_database(settings: Settings) -> None:
    """Other tests may share a Redis with us."""
    settings.REDIS_URL = ""


def _call(body: bytes, method: str = "POST", **environ: str) -> tuple[str, dict[str, str], bytes]:
    """Call the whole WSGI application as a server does; returns status, headers and body."""
    given: list[Any] = []
    chunks = application(
        {
            "REQUEST_METHOD": method,
            "PATH_INFO": ADDRESS,
            "SERVER_NAME": "testserver",
            "SERVER_PORT": "80",
            "REMOTE_ADDR": "192.0.2.1",
            "CONTENT_LENGTH": str(len(body)),
            "CONTENT_TYPE": "text/plain;charset=UTF-8",
            "wsgi.input": io.BytesIO(body),
            "wsgi.url_scheme": "http",
            **environ,
        },
        lambda status, headers: given.extend([status, dict(headers)]),
    )
    return given[0], given[1], b"".join(chunks)


@pytest.mark.django_db
def test_a_beacon_is_kept_and_answered_with_nothing() -> None:
    status, headers, body = _call(a_beacon(an_event(), an_event(t="clicked")))

    assert (status, body) == ("204 No Content", b"")
    assert headers == {"Access-Control-Allow-Origin": "*", "Cache-Control": "no-store"}
    fold_events()
    assert {(row.type, row.count) for row in HourlyCount.objects.all()} == {
        ("seen", 1),
        ("clicked", 1),
    }


@pytest.mark.django_db
def test_django_answers_as_the_short_cut_does(client: Client) -> None:
    for body in (a_beacon(), a_beacon(an_event(t="bought"))):
        short = _call(body)
        ours = client.post(ADDRESS, body, content_type="text/plain")
        assert (f"{ours.status_code} {ours.reason_phrase}", ours.content) == (short[0], short[2])
        assert {name: ours.headers[name] for name in short[1]} == short[1]
    assert not ours.cookies
    assert BufferedBeacon.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize("reason", REFUSED)
def test_what_no_page_of_ours_sends_is_refused_in_a_sentence(reason: str) -> None:
    status, headers, body = _call(REFUSED[reason])

    assert status == "400 Bad Request"
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert body.endswith(b".")
    assert not BufferedBeacon.objects.exists()


@pytest.mark.django_db
def test_a_body_that_claims_to_be_longer_is_read_only_so_far() -> None:
    assert _call(a_beacon(), CONTENT_LENGTH="9" * 12)[0] == "204 No Content"
    assert _call(a_beacon(), CONTENT_LENGTH="many")[0] == "400 Bad Request"


@pytest.mark.django_db
def test_browsers_that_ask_first_are_told_what_they_may_send() -> None:
    status, headers, _ = _call(b"", method="OPTIONS")

    assert status == "204 No Content"
    assert headers["Access-Control-Allow-Methods"] == "POST"


@pytest.mark.django_db
def test_reading_is_not_what_the_address_is_for() -> None:
    status, headers, _ = _call(b"", method="GET")

    assert (status, headers["Allow"]) == ("405 Method Not Allowed", "POST, OPTIONS")


@pytest.mark.django_db
def test_unknown_campaigns_variants_and_states_are_counted_as_they_came() -> None:
    _call(a_beacon(an_event(c="nobodys", v="default:z", s="sidebar", r="bewildered", k="")))
    fold_events()

    row = HourlyCount.objects.get()
    assert (row.campaign, row.variant, row.slot) == ("nobodys", "default:z", "sidebar")
    assert (row.state, row.country) == ("bewildered", "")


@pytest.mark.django_db
def test_a_program_at_one_address_is_told_to_wait() -> None:
    events = [an_event() for _ in range(20)]
    for _ in range(limits.PER_ADDRESS // 20):
        assert _call(a_beacon(*events))[0] == "204 No Content"

    status, headers, body = _call(a_beacon())
    other = _call(a_beacon(), REMOTE_ADDR="192.0.2.2")

    assert status == "429 Too Many Requests"
    assert 0 < int(headers["Retry-After"]) <= 60
    assert b"address" in body
    assert other[0] == "204 No Content"


@pytest.mark.django_db
def test_a_network_of_addresses_is_told_to_wait() -> None:
    body = a_beacon(*(an_event() for _ in range(20)))
    for number in range(limits.PER_NETWORK // 20):
        address = f"192.0.2.{number % 200}"
        assert _call(body, REMOTE_ADDR=address)[0] == "204 No Content"

    assert _call(a_beacon(), REMOTE_ADDR="192.0.2.201")[0] == "429 Too Many Requests"
    assert _call(a_beacon(), REMOTE_ADDR="198.51.100.1")[0] == "204 No Content"


@pytest.mark.django_db
def test_the_limit_is_of_the_address_that_our_proxy_saw(settings: Settings) -> None:
    settings.TRUSTED_PROXY_COUNT = 1
    body = a_beacon(*(an_event() for _ in range(20)))
    for number in range(limits.PER_ADDRESS // 20 + 1):
        forged = f"203.0.113.{number % 250}, 198.51.100.7"
        status = _call(body, HTTP_X_FORWARDED_FOR=forged)[0]

    assert status == "429 Too Many Requests"


@pytest.mark.django_db
def test_no_address_and_no_cookie_is_kept() -> None:
    _call(a_beacon(), REMOTE_ADDR="192.0.2.77", HTTP_COOKIE="session=abc", HTTP_USER_AGENT="Gecko")

    (row,) = BufferedBeacon.objects.values_list("body", flat=True)
    assert "192.0.2" not in row
    assert decode(row) == parse(a_beacon_again(row))


def a_beacon_again(row: str) -> bytes:
    """The beacon of the wire that a kept row says: all that is kept of it."""
    bundle, events = json.loads(row)
    return json.dumps(
        {"b": bundle, "e": [dict(zip("itcvskrf", each, strict=True)) for each in events]}
    ).encode()


@given(
    st.binary(max_size=200)
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["b", "e", "i", "t", "c", "v", "s", "k", "r", "f"]),
                inner,
                max_size=8,
            )
        ),
        max_leaves=12,
    ).map(lambda value: json.dumps(value).encode())
)
def test_any_body_is_a_beacon_or_refused(body: bytes) -> None:
    try:
        beacon = parse(body)
    except BeaconRefused:
        return
    assert decode(encode(beacon)) == beacon
