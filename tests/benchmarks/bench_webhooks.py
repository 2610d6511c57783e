"""Events per second: into the database through the whole endpoint, and out of it onto the books.

Ingest calls the WSGI application in this process, middleware included, beside the same application's barest view and
beside pgbench inserting the same row, each with one client and in turn. Draining works on fresh copies of one prepared
database, in batches and one event at a time, with the fetch from the local Stripe peer and without it. One at a time
means that each event is claimed, fetched, applied and committed on its own, by the same code.
"""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from tests.sandbox.client import SandboxAccount

GIFTS = 100
DATABASE = "masthead_bench_webhooks"


def main() -> int:
    django.setup()
    from django.db import connection

    if connection.vendor != "postgresql":
        print("Not measured: these figures want PostgreSQL, named by DATABASE_URL.")
        return 0
    from celery import current_app

    from tests.benchmarks.databases import own_database
    from tests.benchmarks.webhooks_drain import measure_draining
    from tests.benchmarks.webhooks_ingest import measure_ingest

    logging.disable(logging.WARNING)
    # Tasks are published to a broker in memory, as they would be to a real one, and no worker takes them.
    current_app.conf.update(task_always_eager=False, broker_url="memory://")
    with sandbox_account() as account:
        with own_database(DATABASE):
            event = _prepare(account)
            measure_draining(DATABASE, GIFTS)
        print()
        with own_database(DATABASE):
            measure_ingest(event)
    return 0


@contextmanager
def sandbox_account() -> Iterator["SandboxAccount"]:
    """Point the settings at an account of a Stripe peer of our own."""
    from django.test import override_settings

    from tests.sandbox.client import Sandbox
    from tests.sandbox.process import start_sandbox

    process = start_sandbox()
    try:
        account = Sandbox(process.base_url).account("bench")
        with override_settings(STRIPE_API_KEY=account.key, STRIPE_API_BASE=account.api_base):
            yield account
    finally:
        process.stop()


def _prepare(account: "SandboxAccount") -> dict[str, object]:
    """Store the events of paid gifts, and return one of them."""
    from django.utils import timezone

    from payments.webhooks.models import WebhookEvent
    from tests.factories import make_newspaper
    from tests.payments.stories import give, store

    campaign = make_newspaper()
    for number in range(GIFTS):
        give(campaign, account, browser_session=str(number), email=f"reader{number}@example.org")
    store(account, timezone.now())
    WebhookEvent.objects.filter(state="ignored").delete()
    payload: dict[str, object] = WebhookEvent.objects.filter(type="charge.updated")[0].payload
    return payload


if __name__ == "__main__":
    sys.exit(main())
