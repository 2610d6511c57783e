"""Webhooks: signed by the SDK's own function, retried, and wrong only when asked to be."""

import json
import time

import pytest
from stripe import InvalidRequestError, SignatureVerificationError, StripeClient, WebhookSignature

from tests.sandbox.client import Delivery, SandboxAccount
from tests.sandbox.contract import REVIEWED_API_VERSION
from tests.sandbox_contract.conftest import checked
from tests.sandbox_contract.receiver import Receiver, eventually
from tests.sandbox_contract.stories import Story


def verify(delivery: Delivery, secret: str) -> None:
    WebhookSignature.verify_header(
        delivery.body.decode(), delivery.headers["Stripe-Signature"], secret, tolerance=300
    )


def test_held_deliveries_are_signed_whole_events_in_order(story: Story) -> None:
    story.paid(story.gift())
    taken = story.account.take_deliveries()
    assert [d.type for d in taken] == story.types()
    for delivery in taken:
        verify(delivery, story.account.webhook_secret)
        event = json.loads(delivery.body)
        assert (event["id"], event["type"], event["livemode"]) == (
            delivery.event_id,
            delivery.type,
            False,
        )
        assert event["api_version"] == REVIEWED_API_VERSION
    assert story.account.take_deliveries() == []


def test_an_event_names_the_request_that_caused_it(story: Story) -> None:
    made = story.client.v1.customers.create({}, {"idempotency_key": "the-key"})
    event = story.account.events("customer.created")[0]
    assert event["request"]["idempotency_key"] == "the-key"
    assert made.last_response
    assert event["request"]["id"] == made.last_response.request_id


def test_duplicates_carry_the_same_event(story: Story) -> None:
    story.account.webhooks.duplicate()
    story.client.v1.customers.create({})
    one, two = story.account.take_deliveries()
    assert one.event_id == two.event_id


def test_reordering_is_a_shuffle_that_a_seed_repeats(story: Story) -> None:
    story.account.webhooks.reorder(seed=4)
    story.paid(story.gift())
    taken = [d.type for d in story.account.take_deliveries()]
    assert taken != story.types()
    assert sorted(taken) == sorted(story.types())


def test_dropped_deliveries_stay_listed_as_undelivered(story: Story) -> None:
    story.account.webhooks.drop(2)
    made = [story.client.v1.customers.create({}) for _ in range(3)]
    assert len(story.account.take_deliveries()) == 1
    missed = story.client.v1.events.list({"delivery_success": False})
    assert [e["data"]["object"]["id"] for e in checked(missed)["data"]] == [made[1].id, made[0].id]
    assert story.account.resend(missed.data[0].id) == 1
    assert len(story.client.v1.events.list({"delivery_success": False}).data) == 1


def test_stale_wrong_and_tampered_signatures_do_not_verify(story: Story) -> None:
    webhooks, secret = story.account.webhooks, story.account.webhook_secret
    for spoil in (webhooks.stale, webhooks.wrong_secret, webhooks.tamper):
        spoil()
        story.client.v1.customers.create({})
        webhooks.clear()
        (delivery,) = story.account.take_deliveries()
        with pytest.raises(SignatureVerificationError):
            verify(delivery, secret)
    story.client.v1.customers.create({})
    verify(story.account.take_deliveries()[0], secret)


def test_signatures_follow_the_account_clock_when_asked_to(story: Story) -> None:
    secret = story.account.webhook_secret
    story.account.advance(days=30)
    story.account.configure(sign_with_account_clock=True)
    story.client.v1.customers.create({})
    (delivery,) = [d for d in story.account.take_deliveries() if d.type == "customer.created"]
    signed_at = int(delivery.headers["Stripe-Signature"].partition(",")[0].removeprefix("t="))
    assert abs(signed_at - (time.time() + 30 * 86400)) < 60
    WebhookSignature.verify_header(
        delivery.body.decode(), delivery.headers["Stripe-Signature"], secret, tolerance=None
    )


def test_a_foreign_version_is_claimed_by_the_envelope_only(story: Story) -> None:
    story.account.webhooks.foreign_version("2024-06-20")
    story.client.v1.customers.create({})
    (delivery,) = story.account.take_deliveries()
    verify(delivery, story.account.webhook_secret)
    assert json.loads(delivery.body)["api_version"] == "2024-06-20"


def test_an_endpoint_names_its_own_version_in_what_it_is_sent(
    account: SandboxAccount, stripe_client: StripeClient
) -> None:
    made = stripe_client.v1.webhook_endpoints.create(
        {
            "url": "hold:",
            "enabled_events": ["customer.created"],
            "api_version": "2024-06-20",
        }
    )
    assert checked(made)["api_version"] == "2024-06-20"
    stripe_client.v1.customers.create({})
    versions = {json.loads(d.body)["api_version"] for d in account.take_deliveries()}
    assert versions == {"2024-06-20", REVIEWED_API_VERSION}
    listed = stripe_client.v1.events.list({"type": "customer.created"})
    assert listed.data[0].api_version == REVIEWED_API_VERSION


def test_delayed_deliveries_come_when_the_accounts_clock_says(story: Story) -> None:
    story.account.webhooks.delay(600)
    story.client.v1.customers.create({})
    assert story.account.take_deliveries() == []
    assert len(story.client.v1.events.list({"delivery_success": False}).data) == 1
    story.account.advance(minutes=9)
    assert story.account.take_deliveries() == []
    story.account.advance(minutes=1)
    (delivery,) = story.account.take_deliveries()
    verify(delivery, story.account.webhook_secret)


def test_a_burst_sends_what_waits_many_times_at_once(story: Story) -> None:
    story.account.webhooks.delay(3600)
    made = [story.client.v1.customers.create({}).id for _ in range(2)]
    assert story.account.webhooks.burst(copies=5) == 10
    taken = story.account.take_deliveries()
    assert len(taken) == 10
    assert {json.loads(d.body)["data"]["object"]["id"] for d in taken} == set(made)
    story.account.advance(hours=2)
    assert story.account.take_deliveries() == []
    story.account.webhooks.clear()
    story.client.v1.customers.create({})
    assert story.account.webhooks.burst(copies=3) == 3
    assert len(story.account.take_deliveries()) == 3


def test_events_are_listed_for_thirty_days(story: Story) -> None:
    story.client.v1.customers.create({})
    (old,) = story.client.v1.events.list().data
    story.account.advance(days=29)
    assert story.client.v1.events.retrieve(old.id).id == old.id
    story.account.advance(days=2)
    assert story.client.v1.events.list().data == []
    with pytest.raises(InvalidRequestError):
        story.client.v1.events.retrieve(old.id)
    assert [event["id"] for event in story.account.events()] == [old.id]


def test_after_a_rotation_both_secrets_sign_for_a_day(story: Story) -> None:
    old, new = story.account.webhook_secret, story.account.webhooks.rotate_secret()
    assert story.account.webhook_secret == new != old
    story.client.v1.customers.create({})
    (delivery,) = story.account.take_deliveries()
    assert delivery.headers["Stripe-Signature"].count("v1=") == 2
    verify(delivery, old)
    verify(delivery, new)
    story.account.advance(days=2)
    story.client.v1.customers.create({})
    (delivery,) = story.account.take_deliveries()
    with pytest.raises(SignatureVerificationError):
        verify(delivery, old)


def test_events_are_listed_by_type_group_and_several_types(story: Story) -> None:
    story.paid(story.gift())
    list_ = story.client.v1.events.list
    assert {e.type for e in list_({"type": "charge.*"}).data} == {
        "charge.succeeded",
        "charge.updated",
    }
    several = list_({"types": ["customer.created", "charge.succeeded"]})
    assert [e["type"] for e in checked(several)["data"]] == ["charge.succeeded", "customer.created"]
    assert story.client.v1.events.retrieve(several.data[0].id).type == "charge.succeeded"


def test_an_endpoint_gets_what_it_asked_for_over_real_http(
    account: SandboxAccount, stripe_client: StripeClient, receiver: Receiver
) -> None:
    endpoint = stripe_client.v1.webhook_endpoints.create(
        {"url": receiver.url, "enabled_events": ["customer.created"]}
    )
    assert endpoint.secret
    assert "secret" not in checked(stripe_client.v1.webhook_endpoints.retrieve(endpoint.id))
    stripe_client.v1.products.create({"name": "not asked for"})
    made = stripe_client.v1.customers.create({})
    assert eventually(lambda: len(receiver.bodies) == 1)
    assert json.loads(receiver.bodies[0])["data"]["object"]["id"] == made.id


def test_a_failed_delivery_is_tried_again_on_the_sandbox_clock_until_it_is_taken(
    account: SandboxAccount, stripe_client: StripeClient, receiver: Receiver
) -> None:
    account.configure(retry_schedule=[3600, 3600])
    receiver.answers = [500, 302]
    stripe_client.v1.webhook_endpoints.create({"url": receiver.url, "enabled_events": ["*"]})
    stripe_client.v1.customers.create({})

    def attempts() -> list[int | None]:
        (event,) = account.events("customer.created")
        return [
            a["status"] for d in event["deliveries"] if d["endpoint"] != held for a in d["attempts"]
        ]

    held = account.events("customer.created")[0]["deliveries"][0]["endpoint"]
    assert eventually(lambda: attempts() == [500])
    assert [e.type for e in stripe_client.v1.events.list({"delivery_success": False}).data] == [
        "customer.created"
    ]
    account.advance(hours=1)
    assert eventually(lambda: attempts() == [500, 302])
    account.advance(hours=1)
    assert eventually(lambda: attempts() == [500, 302, 200])
    assert stripe_client.v1.events.list({"delivery_success": False}).data == []
    assert account.events("customer.created")[0]["pending_webhooks"] == 0


def test_an_endpoint_elsewhere_may_be_registered_but_nothing_leaves_this_machine(
    account: SandboxAccount, stripe_client: StripeClient
) -> None:
    stripe_client.v1.webhook_endpoints.create(
        {"url": "https://paper.example.org/webhooks/", "enabled_events": ["customer.created"]}
    )
    stripe_client.v1.customers.create({})

    def responses() -> list[str]:
        (event,) = account.events("customer.created")
        return [a["response"] for d in event["deliveries"] for a in d["attempts"]]

    assert eventually(lambda: "The sandbox delivers to this machine only." in responses())


def test_endpoints_can_be_changed_disabled_and_deleted(
    account: SandboxAccount, stripe_client: StripeClient, receiver: Receiver
) -> None:
    endpoints = stripe_client.v1.webhook_endpoints
    made = endpoints.create({"url": receiver.url, "enabled_events": ["*"], "description": "ours"})
    assert checked(endpoints.update(made.id, {"disabled": True}))["status"] == "disabled"
    stripe_client.v1.customers.create({})
    endpoints.update(made.id, {"disabled": False, "enabled_events": ["product.created"]})
    stripe_client.v1.products.create({"name": "P"})
    assert eventually(lambda: len(receiver.bodies) == 1)
    assert json.loads(receiver.bodies[0])["type"] == "product.created"
    assert endpoints.delete(made.id).deleted is True
    assert made.id not in [e.id for e in endpoints.list().data]
