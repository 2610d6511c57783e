"""Thin events: sent to a destination of API v2, read by the SDK's own notification classes."""

import json

import pytest
from stripe import InvalidRequestError, SignatureVerificationError, StripeClient
from stripe.events import V1CustomerCreatedEvent, V1CustomerCreatedEventNotification
from stripe.v2.core import EventDestination

from tests.sandbox.client import Delivery, SandboxAccount
from tests.sandbox.contract.resources import check_document
from tests.sandbox_contract.stories import Story


def destination(client: StripeClient, *types: str, url: str = "hold:") -> EventDestination:
    return client.v2.core.event_destinations.create(
        {
            "name": "Thin",
            "type": "webhook_endpoint",
            "event_payload": "thin",
            "enabled_events": list(types) or ["v1.customer.created"],
            "webhook_endpoint": {"url": url},
            "include": ["webhook_endpoint.signing_secret", "webhook_endpoint.url"],
        }
    )


def thin_deliveries(account: SandboxAccount) -> list[Delivery]:
    return [delivery for delivery in account.take_deliveries() if delivery.type.startswith("v1.")]


def test_a_destination_is_sent_thin_events_that_lead_to_the_object(
    account: SandboxAccount, stripe_client: StripeClient
) -> None:
    made = destination(stripe_client)
    assert made.webhook_endpoint
    secret = made.webhook_endpoint.signing_secret
    assert secret
    customer = stripe_client.v1.customers.create({"name": "Ada"})
    stripe_client.v1.products.create({"name": "not asked for"})
    (delivery,) = thin_deliveries(account)
    told = stripe_client.parse_event_notification(
        delivery.body, delivery.headers["Stripe-Signature"], secret
    )
    assert isinstance(told, V1CustomerCreatedEventNotification)
    assert (told.related_object.id, told.related_object.type) == (customer.id, "customer")
    assert told.fetch_related_object().name == "Ada"
    event = told.fetch_event()
    assert isinstance(event, V1CustomerCreatedEvent)
    check_document(json.loads(json.dumps(event.to_dict())))
    assert event.snapshot_event
    assert stripe_client.v1.events.retrieve(event.snapshot_event).type == "customer.created"
    with pytest.raises(SignatureVerificationError):
        stripe_client.parse_event_notification(
            delivery.body, delivery.headers["Stripe-Signature"], "whsec_other"
        )


def test_every_event_of_a_gift_has_a_related_object_that_can_be_fetched(story: Story) -> None:
    story.account.webhooks.thin()
    story.paid(story.standing_gift())
    secret = story.account.webhook_secret
    thin = thin_deliveries(story.account)
    assert len(thin) > 5
    for delivery in thin:
        told = story.client.parse_event_notification(
            delivery.body, delivery.headers["Stripe-Signature"], secret
        )
        related = told.fetch_related_object()  # type: ignore[attr-defined]
        assert related.id == json.loads(delivery.body)["related_object"]["id"]


def test_thin_events_are_listed_by_type_and_object_in_pages(stripe_client: StripeClient) -> None:
    made = [stripe_client.v1.customers.create({}).id for _ in range(3)]
    stripe_client.v1.products.create({"name": "P"})
    list_ = stripe_client.v2.core.events.list
    first = list_({"types": ["v1.customer.created"], "limit": 2})
    assert [event.related_object.id for event in first.data] == made[:0:-1]  # type: ignore[attr-defined]
    assert first.next_page_url
    everything = list_({"types": ["v1.customer.created"], "limit": 2}).auto_paging_iter()
    assert [event.related_object.id for event in everything] == made[::-1]  # type: ignore[attr-defined]
    about = list_({"object_id": made[0]}).data
    assert [event.type for event in about] == ["v1.customer.created"]
    assert stripe_client.v2.core.events.retrieve(about[0].id).id == about[0].id
    with pytest.raises(InvalidRequestError):
        stripe_client.v2.core.events.retrieve("evt_test_none")


def test_a_destination_is_changed_switched_off_and_deleted(
    account: SandboxAccount, stripe_client: StripeClient
) -> None:
    destinations = stripe_client.v2.core.event_destinations
    made = destination(stripe_client)
    shown = destinations.retrieve(made.id)
    assert shown.webhook_endpoint
    assert shown.webhook_endpoint.signing_secret is None
    changed = destinations.update(
        made.id, {"name": "Ours", "metadata": {"a": "b"}, "enabled_events": ["v1.product.created"]}
    )
    assert (changed.name, changed.metadata.to_dict()) == ("Ours", {"a": "b"})  # type: ignore[union-attr]
    assert destinations.disable(made.id).status == "disabled"
    stripe_client.v1.products.create({"name": "unseen"})
    assert thin_deliveries(account) == []
    assert destinations.enable(made.id).status == "enabled"
    product = stripe_client.v1.products.create({"name": "seen"})
    (delivery,) = thin_deliveries(account)
    assert json.loads(delivery.body)["related_object"]["id"] == product.id
    assert [row.id for row in destinations.list({}).data] == [made.id]
    destinations.delete(made.id)
    assert destinations.list({}).data == []
    with pytest.raises(InvalidRequestError):
        destination(stripe_client, "v1.nothing.happened")
