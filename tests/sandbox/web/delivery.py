"""Posts webhooks from background threads, so that no API call ever waits for a receiver."""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from tests.sandbox.accounts import Accounts
from tests.sandbox.engine import deliveries
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.signing import sign
from tests.sandbox.timers import ACTIONS

logger = logging.getLogger(__name__)

THREADS = 4
TIMEOUT_SECONDS = 10
TICK_SECONDS = 0.2
ANSWER_READ = 1000


class Deliverer:
    """Empties the accounts' outboxes. All state is touched on the event loop, only HTTP in threads."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="webhook")
        self._wake = asyncio.Event()
        self._under_way: set[asyncio.Task[None]] = set()

    def wake(self) -> None:
        self._wake.set()

    async def run(self) -> None:
        """Forever: let timers come due, then send what waits. Cancelled when the server stops."""
        while True:
            for account in self._accounts.all():
                self._serve(account)
            self._accounts.commit()
            self._wake.clear()
            try:
                await asyncio.wait_for(self._wake.wait(), TICK_SECONDS)
            except TimeoutError:
                continue

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _serve(self, account: Account) -> None:
        try:
            account.run_due(ACTIONS)
            self._start_waiting(account)
        except Exception:
            logger.exception("account %s", account.name)

    def _start_waiting(self, account: Account) -> None:
        waiting = list(account.outbox)
        account.outbox.clear()
        if account.webhook_faults.shuffle:
            account.webhook_faults.shuffle.shuffle(waiting)
        for delivery_id in waiting:
            task = asyncio.create_task(self._deliver(account, delivery_id))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)

    async def _deliver(self, account: Account, delivery_id: str) -> None:
        delivery = account.store.get("_delivery", delivery_id)
        if delivery is None:
            return  # the account was reset
        endpoint = deliveries.endpoint_of(account, delivery)
        if endpoint is None or endpoint["status"] != "enabled":
            deliveries.give_up(account, delivery)
            return
        signed = sign(account, delivery, endpoint)
        loop = asyncio.get_running_loop()
        status, response = await loop.run_in_executor(self._threads, post, signed)
        deliveries.record(account, delivery_id, status=status, response=response)


def post(signed: dict[str, Any]) -> tuple[int | None, str]:
    """One attempt over real HTTP: the receiver's status and the beginning of its answer."""
    parts = urlsplit(signed["url"])
    if not _is_this_machine(parts.hostname or ""):
        return None, "The sandbox delivers to this machine only."
    connect = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = connect(parts.hostname or "", parts.port, timeout=TIMEOUT_SECONDS)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    headers = {**signed["headers"], "Connection": "close"}
    try:
        connection.request("POST", path or "/", signed["body"].encode(), headers)
        response = connection.getresponse()
        return response.status, response.read(ANSWER_READ).decode(errors="replace")
    except (OSError, HTTPException) as error:
        logger.info(
            "delivery %s of %s failed: %s", signed["delivery_id"], signed["event_id"], error
        )
        return None, f"{type(error).__name__}: {error}"
    finally:
        connection.close()


def _is_this_machine(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
