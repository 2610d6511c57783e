"""What the endpoint takes, and what it refuses without a trace."""

import json
import time
from typing import Any

import pytest
import stripe
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from payments.gateway.client import API_VERSION
from payments.webhooks.incoming import EventMalformed, parse_event, read_event
from payments.webhooks.models import EventState, WebhookEvent
from payments.webhooks.views import MAX_BODY

SECRET = "whsec_one"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def one_secret(settings: Settings) -> None:
    settings.STRIPE_WEBHOOK_SECRETS = [SECRET]


def an_event(**changes: object) -> dict[str, Any]:
    return {
        "id": "evt_1",
        "object": "event",
        "api_version": API_VERSION,
        "created": 1_790_000_000,
        "data": {"object": {"id": "pi_1", "object": "payment_intent", "metadata": {}}},
        "livemode": False,
        "pending_webhooks": 1,
        "request": None,
        "type": "payment_intent.created",
        **changes,
    }


def signed(body: bytes, *, secret: str = SECRET, at: float | None = None) -> str:
    timestamp = int(time.time() if at is None else at)
    header: str = stripe.WebhookSignature.generate_signature_header(
        body.decode("utf-8", "surrogateescape"), secret, timestamp
    )
    return header


def post(client: Client, body: bytes, header: str | None) -> HttpResponse:
    headers = {} if header is None else {"Stripe-Signature": header}
    return client.post(
        "/webhooks/stripe/", data=body, content_type="application/json", headers=headers
    )  # type: ignore[return-value]


def refused(client: Client, body: bytes, header: str | None, status: int = 400) -> None:
    response = post(client, body, header)
    assert (response.status_code, response.content) == (status, b"")
    assert not WebhookEvent.objects.exists()


BODY = json.dumps(an_event()).encode()


def test_a_signed_event_is_stored_as_it_came(client: Client) -> None:
    assert post(client, BODY, signed(BODY)).status_code == 200
    event = WebhookEvent.objects.get()
    assert (event.stripe_id, event.type, event.object_id) == (
        "evt_1",
        "payment_intent.created",
        "pi_1",
    )
    assert event.payload == an_event()
    assert event.created_at.timestamp() == 1_790_000_000


def test_the_same_event_again_is_taken_and_stored_once(client: Client) -> None:
    for _ in range(3):
        assert post(client, BODY, signed(BODY)).status_code == 200
    assert WebhookEvent.objects.count() == 1


def test_a_later_copy_does_not_undo_what_was_done(client: Client) -> None:
    post(client, BODY, signed(BODY))
    WebhookEvent.objects.update(state=EventState.PROCESSED)
    post(client, BODY, signed(BODY))
    assert WebhookEvent.objects.get().state == EventState.PROCESSED


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "nonsense",
        "t=,v1=",
        "t=abc,v1=abc",
        "v1=" + "0" * 64,
        f"t={2**70},v1=" + "0" * 64,
        "t=1790000000",
    ],
)
def test_an_unsigned_event_is_refused(client: Client, header: str | None) -> None:
    refused(client, BODY, header)


def test_a_wrong_secret_is_refused(client: Client) -> None:
    refused(client, BODY, signed(BODY, secret="whsec_other"))


def test_without_a_secret_everything_is_refused(client: Client, settings: Settings) -> None:
    settings.STRIPE_WEBHOOK_SECRETS = []
    refused(client, BODY, signed(BODY, secret=""))


@pytest.mark.parametrize("shift", [-301, -86_400, 310, 86_400, 10**9])
def test_a_signature_of_another_time_is_refused(client: Client, shift: int) -> None:
    refused(client, BODY, signed(BODY, at=time.time() + shift))


@pytest.mark.parametrize("shift", [-250, 0, 250])
def test_clocks_may_differ_a_little(client: Client, shift: int) -> None:
    assert post(client, BODY, signed(BODY, at=time.time() + shift)).status_code == 200


def test_a_body_that_is_not_even_text_is_refused(client: Client) -> None:
    refused(client, b"\xff\xfe", signed(BODY))


def test_a_tampered_body_is_refused(client: Client) -> None:
    refused(client, BODY.replace(b"pi_1", b"pi_2"), signed(BODY))


def test_a_timestamp_moved_by_a_second_is_refused(client: Client) -> None:
    now = int(time.time())
    refused(client, BODY, signed(BODY, at=now).replace(str(now), str(now + 1)))


def test_either_of_two_secrets_signs(client: Client, settings: Settings) -> None:
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_old", "whsec_new"]
    for number, secret in enumerate(settings.STRIPE_WEBHOOK_SECRETS):
        body = json.dumps(an_event(id=f"evt_{number}")).encode()
        assert post(client, body, signed(body, secret=secret)).status_code == 200
    both = (
        signed(BODY, secret="whsec_unknown") + "," + signed(BODY, secret="whsec_new").split(",")[1]
    )
    assert post(client, BODY, both).status_code == 200
    assert WebhookEvent.objects.count() == 2


def test_the_other_mode_is_refused(client: Client, settings: Settings) -> None:
    live = json.dumps(an_event(livemode=True)).encode()
    refused(client, live, signed(live))
    settings.STRIPE_LIVEMODE = True
    refused(client, BODY, signed(BODY))


def test_an_oversized_body_is_refused(client: Client) -> None:
    large = json.dumps(an_event(filler="x" * MAX_BODY)).encode()
    refused(client, large, signed(large), status=413)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"[]",
        b"null",
        b'"event"',
        b"{}",
        b'{"object": "event"}',
        json.dumps(an_event(data=None)).encode(),
        json.dumps(an_event(data={"object": []})).encode(),
        json.dumps(an_event(created="yesterday")).encode(),
        json.dumps(an_event(created=10**30)).encode(),
        json.dumps(an_event(id=None)).encode(),
        json.dumps(an_event(id=7, type=[])).encode(),
        json.dumps(an_event(livemode="yes")).encode(),
    ],
)
def test_a_signed_body_that_is_no_event_is_refused(client: Client, body: bytes) -> None:
    refused(client, body, signed(body))


def test_only_a_post_is_taken(client: Client) -> None:
    assert client.get("/webhooks/stripe/").status_code == 405
    assert client.put("/webhooks/stripe/", BODY).status_code == 405


def test_no_token_no_session_and_no_query_beyond_the_row(
    django_assert_num_queries: Any, settings: Settings
) -> None:
    client = Client(enforce_csrf_checks=True)
    with django_assert_num_queries(1):
        response = post(client, BODY, signed(BODY))
    assert response.status_code == 200
    assert not response.cookies


def test_the_long_way_through_all_middleware_answers_the_same(settings: Settings) -> None:
    settings.MIDDLEWARE = settings.MIDDLEWARE[1:]
    client = Client(enforce_csrf_checks=True)
    assert post(client, BODY, signed(BODY)).status_code == 200
    assert post(client, BODY, "nonsense").status_code == 400
    assert WebhookEvent.objects.count() == 1


def test_a_type_without_a_handler_is_kept_and_set_aside(client: Client) -> None:
    body = json.dumps(an_event(type="brand.new")).encode()
    post(client, body, signed(body))
    event = WebhookEvent.objects.get()
    assert (event.state, event.note) == (
        EventState.IGNORED,
        "There is nothing to do for this type.",
    )


def test_an_event_of_another_version_is_taken_and_logged(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    body = json.dumps(an_event(api_version="2019-01-01", type="invoice.paid")).encode()
    assert post(client, body, signed(body)).status_code == 200
    assert WebhookEvent.objects.get().state == EventState.PENDING
    assert "evt_1 came in version 2019-01-01" in caplog.text


def test_a_thin_event_names_its_object(client: Client) -> None:
    thin = {
        "id": "evt_thin",
        "object": "v2.core.event",
        "type": "v1.payment_intent.succeeded",
        "livemode": False,
        "created": "2026-11-20T12:00:00.000Z",
        "related_object": {"id": "pi_1", "type": "payment_intent", "url": "/v1/…"},
    }
    body = json.dumps(thin).encode()
    assert post(client, body, signed(body)).status_code == 200
    event = WebhookEvent.objects.get()
    assert (event.type, event.object_id) == ("payment_intent.succeeded", "pi_1")
    assert event.created_at.isoformat() == "2026-11-20T12:00:00+00:00"


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ({"id": "pi_1"}, "pi_1"),
        ({"id": "pi_1", "metadata": {"checkout": "ref"}}, "ref"),
        ({"id": "pi_1", "metadata": {}}, "pi_1"),
        (
            {
                "id": "in_1",
                "metadata": {},
                "parent": {"subscription_details": {"metadata": {"checkout": "ref"}}},
            },
            "ref",
        ),
        ({"id": "in_1", "metadata": None, "parent": None}, "in_1"),
        ({"object": "balance"}, ""),
    ],
)
def test_the_events_of_one_gift_share_their_subject(
    subject: dict[str, object], expected: str
) -> None:
    assert read_event(an_event(data={"object": subject})).subject == expected


def test_logs_name_no_one(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    person = {"id": "cus_1", "email": "reader@example.org", "name": "Reader Name"}
    body = json.dumps(an_event(data={"object": person})).encode()
    post(client, body, signed(body))
    post(client, body, "t=1,v1=0")
    assert "reader@example.org" not in caplog.text
    assert "Reader Name" not in caplog.text


def test_parsing_never_answers_with_another_error() -> None:
    for body in (b"\x00", b"1e999", b'{"object": "event", "created": NaN}', b"[" * 100_000):
        with pytest.raises(EventMalformed):
            parse_event(body)
