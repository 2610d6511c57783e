"""How tests and the demo reach what Stripe's API cannot do: pay as a reader, move time, cause faults."""

from tests.sandbox.client.answers import Declined
from tests.sandbox.client.sandbox import Delivery, Sandbox, SandboxAccount
from tests.sandbox.client.webhooks import WebhookFaults

__all__ = ["Declined", "Delivery", "Sandbox", "SandboxAccount", "WebhookFaults"]
