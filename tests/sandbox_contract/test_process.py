"""The process: how it starts and stops, what it keeps, what it refuses."""

import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import httpx
import pytest
from stripe import WebhookSignature

from tests.sandbox.client import Sandbox
from tests.sandbox.process import REPOSITORY, SandboxDidNotStart, start_sandbox
from tests.sandbox_contract.conftest import client_of
from tests.sandbox_contract.receiver import Receiver, eventually
from tests.sandbox_contract.stories import Story


def run_sandbox(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tests.sandbox", *arguments],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )


def test_a_taken_port_is_one_clear_sentence(sandbox_url: str) -> None:
    port = sandbox_url.rpartition(":")[2]
    ended = run_sandbox("--port", port)
    assert ended.returncode == 2
    assert len(ended.stderr.strip().splitlines()) == 1
    assert f"cannot listen on 127.0.0.1:{port}" in ended.stderr
    with pytest.raises(SandboxDidNotStart):
        start_sandbox(port=int(port))


def test_it_listens_on_loopback_only() -> None:
    ended = run_sandbox("--host", "0.0.0.0")  # noqa: S104 - what must be refused
    assert ended.returncode == 2
    assert "loopback" in ended.stderr


def test_state_survives_a_restart_and_waiting_sessions_still_expire(tmp_path: Path) -> None:
    state = tmp_path / "sandbox.sqlite3"
    first = start_sandbox(state=state)
    try:
        account = Sandbox(first.base_url).account("kept")
        story = Story(account, client_of(account))
        secret, paid, waiting = account.webhook_secret, story.paid(story.gift()), story.gift()
        taken = len(account.take_deliveries())
        seen = story.types()
    finally:
        first.stop()

    second = start_sandbox(state=state)
    try:
        account = Sandbox(second.base_url).account("kept")
        client = client_of(account)
        assert taken == len(seen) == len(account.events())
        assert account.webhook_secret == secret
        assert client.v1.checkout.sessions.retrieve(paid.id).payment_status == "paid"
        assert client.v1.balance.retrieve().pending[0].amount == 1457
        assert [c.status for c in client.v1.charges.list().data] == ["succeeded"]
        account.advance(hours=1)
        assert client.v1.checkout.sessions.retrieve(waiting.id).status == "expired"
    finally:
        second.stop()


def test_the_endpoint_given_at_start_gets_every_event_and_is_kept_over_a_restart(
    tmp_path: Path, receiver: Receiver
) -> None:
    endpoints = []
    for number in (1, 2):
        process = start_sandbox(
            state=tmp_path / "sandbox.sqlite3",
            webhook_url=receiver.url,
            webhook_secret="whsec_given",
        )
        try:
            client = client_of(Sandbox(process.base_url).account())
            client.v1.customers.create({})
            assert eventually(partial(receiver.holds, number))
            endpoints += [endpoint.id for endpoint in client.v1.webhook_endpoints.list().data]
        finally:
            process.stop()
    assert len(endpoints) == 2
    assert len(set(endpoints)) == 1
    for body, signature in zip(receiver.bodies, receiver.signatures, strict=True):
        WebhookSignature.verify_header(body.decode(), signature, "whsec_given", tolerance=300)


def test_it_stops_at_once_even_with_a_call_that_hangs(tmp_path: Path) -> None:
    process = start_sandbox()
    account = Sandbox(process.base_url).account()
    account.fail_next(1, "timeout", seconds=60)
    with pytest.raises(httpx.ReadTimeout):
        httpx.get(
            f"{account.api_base}/v1/balance",
            headers={"Authorization": "Bearer sk_test_x"},
            timeout=0.2,
            trust_env=False,
        )
    began = time.monotonic()
    process.stop()
    assert time.monotonic() - began < 3
    assert process.process.returncode == 0


def test_what_was_answered_outlives_a_killed_process(tmp_path: Path, receiver: Receiver) -> None:
    state = tmp_path / "sandbox.sqlite3"
    first = start_sandbox(state=state)
    account = Sandbox(first.base_url).account("kept")
    client = client_of(account)
    client.v1.webhook_endpoints.create({"url": receiver.url, "enabled_events": ["product.created"]})
    account.webhooks.delay(3600)
    clock = client.v1.test_helpers.test_clocks.create({"frozen_time": 1_900_000_000})
    on_clock = client.v1.customers.create({"test_clock": clock.id})
    account.advance(days=3)
    product = client.v1.products.create({"name": "Told later"})
    made = [client.v1.customers.create({}).id for _ in range(20)]
    moment = account.advance(seconds=0)
    first.process.kill()
    first.stop()

    second = start_sandbox(state=state)
    try:
        account = Sandbox(second.base_url).account("kept")
        client = client_of(account)
        assert [row.id for row in client.v1.customers.list({"limit": 20}).data] == made[::-1]
        assert client.v1.customers.retrieve(on_clock.id).test_clock == clock.id
        assert client.v1.test_helpers.test_clocks.retrieve(clock.id).frozen_time == 1_900_000_000
        assert 0 <= account.advance(seconds=0) - moment < 60
        assert receiver.bodies == []
        account.advance(hours=1)
        assert eventually(partial(receiver.holds, 1))
        assert product.id in receiver.bodies[0].decode()
    finally:
        second.stop()
