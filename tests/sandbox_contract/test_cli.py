"""The official Stripe CLI against the sandbox: what it triggers happens, and a receiver hears of it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from stripe import StripeClient, WebhookSignature

from tests.sandbox.client import Sandbox
from tests.sandbox.process import start_sandbox
from tests.sandbox_contract import stripe_cli
from tests.sandbox_contract.cli_triggers import ARRIVES_AS, TAKES_DAYS, TOLD, UNTOLD, reason_untold
from tests.sandbox_contract.receiver import Receiver, eventually

pytestmark = [
    pytest.mark.cli,
    pytest.mark.skipif(
        not stripe_cli.CLI.exists(),
        reason=f"the Stripe CLI is not installed: run `{stripe_cli.INSTALL}`, as make test-cli does",
    ),
]


@pytest.fixture(scope="module")
def api_base() -> Iterator[str]:
    """A sandbox of our own: the CLI drops the path of an address, so only the default account can be reached."""
    process = start_sandbox()
    yield process.base_url
    process.stop()


@pytest.mark.parametrize("event", TOLD)
def test_a_trigger_succeeds_and_its_event_arrives_signed(
    event: str, api_base: str, receiver: Receiver, tmp_path: Path
) -> None:
    account = Sandbox(api_base).account()
    account.reset()
    client = StripeClient(account.key, base_addresses={"api": api_base})
    endpoint = client.v1.webhook_endpoints.create({"url": receiver.url, "enabled_events": ["*"]})
    assert endpoint.secret

    ended = stripe_cli.trigger(event, api_base=api_base, home=tmp_path)

    assert ended.returncode == 0, ended.stdout + ended.stderr
    if event in TAKES_DAYS:
        account.advance(days=15)
    wanted = ARRIVES_AS.get(event, event)
    assert eventually(lambda: wanted in [json.loads(body)["type"] for body in receiver.bodies])
    with receiver.lock:
        arrived = list(zip(receiver.bodies, receiver.signatures, strict=True))
    for body, signature in arrived:
        WebhookSignature.verify_header(body.decode(), signature, endpoint.secret, tolerance=300)


def test_every_trigger_of_the_cli_is_told_or_has_its_reason(tmp_path: Path) -> None:
    known = set(
        re.findall(r"^  ([a-z0-9_]+\.[a-z0-9_.]+)$", stripe_cli.help_text(tmp_path), re.MULTILINE)
    )
    assert len(known) > 100
    unexplained = {event for event in known if event not in TOLD and not reason_untold(event)}
    assert unexplained == set()
    assert set(TOLD) <= known
    assert [start for start in UNTOLD if not any(event.startswith(start) for event in known)] == []
    assert [event for event in TOLD if reason_untold(event)] == []
