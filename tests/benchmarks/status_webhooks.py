"""From the webhook to the changed status, with a web server, a worker and Redis of their own.

Readers pay beforehand; then Stripe's `payment_intent.succeeded` of each is posted at a steady rate, and a watcher asks
the database every few milliseconds who has a status by now. What is counted is the time from the moment at which the
post begins to that at which the status is seen.
"""

import json
import os
import secrets
import statistics
import tempfile
import threading
import time
import urllib.request
from functools import partial
from pathlib import Path

from django.db import connection
from django.test import override_settings

from membership.models import Supporter
from payments.models import Checkout
from tests.benchmarks.status_tokens import until_told, waiting_token
from tests.factories import make_newspaper
from tests.journeys.processes import BIN, Programs, answers, free_port, wait_until
from tests.payments.stories import give
from tests.sandbox.client import Delivery, Sandbox, SandboxAccount
from tests.sandbox.process import start_sandbox

EVENTS = int(os.environ.get("STATUS_EVENTS", "500"))
PER_SECOND = 50
# So many readers come first, one after the other, and ask for their own status.
ALONE = 50
_LOOK_EVERY = 0.02
_LONGEST_WAIT = 120


def measure_webhooks() -> None:
    """Print the median and the 99th percentile."""
    process = start_sandbox()
    try:
        account = Sandbox(process.base_url).account("bench")
        with override_settings(STRIPE_API_KEY=account.key, STRIPE_API_BASE=account.api_base):
            deliveries = _paid(account)
        _measure(account, deliveries)
    finally:
        process.stop()


def _measure(account: SandboxAccount, deliveries: dict[str, Delivery]) -> None:
    port = free_port()
    site = f"http://127.0.0.1:{port}"
    secret_key = secrets.token_urlsafe(50)
    with (
        tempfile.TemporaryDirectory() as folder,
        Programs(_environment(account, site, folder, secret_key), Path(folder)) as programs,
    ):
        programs.start(
            "web",
            *(str(BIN / "granian"), "--interface", "wsgi", "config.wsgi:application"),
            *("--host", "127.0.0.1", "--port", str(port), "--blocking-threads", "4"),
        )
        celery = (str(BIN / "celery"), "-A", "config")
        worker = programs.start(
            "worker", *celery, "worker", "--concurrency", "2", "--loglevel", "INFO"
        )
        programs.start("beat", *celery, "beat", "--schedule", f"{folder}/schedule")
        wait_until("the web server answers", lambda: answers(site))
        wait_until("the worker is ready", lambda: b" ready." in worker.read_bytes())
        alone = {email: deliveries.pop(email) for email in list(deliveries)[:ALONE]}
        _print("from webhook to the token's next answer", _tell(site, alone, secret_key))
        _print("from webhook to changed status", _play(site, deliveries))


def _paid(account: SandboxAccount) -> dict[str, Delivery]:
    """Have readers pay; returns the event that tells of each one's money, by address."""
    campaign = make_newspaper()
    emails = {}
    for number in range(EVENTS):
        email = f"reader{number}@example.org"
        checkout = give(campaign, account, browser_session=str(number), email=email)
        emails[str(checkout.reference)] = email
    found = {}
    for delivery in account.take_deliveries():
        if delivery.type == "payment_intent.succeeded":
            subject = json.loads(delivery.body)["data"]["object"]
            found[emails[subject["metadata"]["checkout"]]] = delivery
    return found


def _play(site: str, deliveries: dict[str, Delivery]) -> list[float]:
    """Post at the rate; returns the seconds from each post to the status that it made."""
    begun: dict[str, float] = {}
    seen: dict[str, float] = {}
    watcher = threading.Thread(target=_watch, args=(seen, set(deliveries)))
    watcher.start()
    start = time.perf_counter()
    for number, (email, delivery) in enumerate(deliveries.items()):
        time.sleep(max(0.0, start + number / PER_SECOND - time.perf_counter()))
        begun[email] = time.perf_counter()
        _post(site, delivery)
    took = time.perf_counter() - start
    print(
        f"{len(deliveries)} payments posted in {took:.1f} s: {len(deliveries) / took:.0f} a second"
    )
    watcher.join()
    return sorted(seen[email] - begun[email] for email in begun if email in seen)


def _tell(site: str, deliveries: dict[str, Delivery], secret_key: str) -> list[float]:
    """Let readers pay one after the other; returns the seconds until each browser is told."""
    waits = []
    for email, delivery in deliveries.items():
        checkout = Checkout.objects.get(email=email)
        token = waiting_token(checkout, secret_key)
        waits.append(until_told(site, checkout, token, partial(_post, site, delivery)))
    return sorted(waits)


def _watch(seen: dict[str, float], wanted: set[str]) -> None:
    deadline = time.perf_counter() + _LONGEST_WAIT
    try:
        while wanted - seen.keys() and time.perf_counter() < deadline:
            known = Supporter.objects.filter(state="one_off").values_list("email", flat=True)
            now = time.perf_counter()
            for email in wanted & set(known) - seen.keys():
                seen[email] = now
            time.sleep(_LOOK_EVERY)
    finally:
        connection.close()


def _post(site: str, delivery: Delivery) -> None:
    request = urllib.request.Request(
        f"{site}/webhooks/stripe/",
        data=delivery.body,
        headers={
            "Content-Type": "application/json",
            "Stripe-Signature": delivery.headers["Stripe-Signature"],
        },
    )
    with urllib.request.urlopen(request, timeout=30) as response:
        assert response.status == 200


def _print(what: str, waits: list[float]) -> None:
    if not waits:
        print("  no status changed")
        return
    place = min(len(waits) - 1, round(len(waits) * 0.99))
    print(f"  {'readers':<46}  {len(waits):9,}")
    print(f"  {f'{what}, p50':<46}  {statistics.median(waits):9.2f} s")
    print(f"  {'p99':<46}  {waits[place]:9.2f} s")
    print(f"  {'longest':<46}  {waits[-1]:9.2f} s")


def _environment(
    account: SandboxAccount, site: str, folder: str, secret_key: str
) -> dict[str, str]:
    server = connection.settings_dict
    address = f"{server['HOST']}:{server['PORT'] or 5432}"
    who = f"{server['USER']}:{server['PASSWORD']}" if server["PASSWORD"] else server["USER"]
    return {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "SECRET_KEY": secret_key,
        "SITE_URL": site,
        "DATABASE_URL": f"postgres://{who}@{address}/{server['NAME']}",
        "REDIS_URL": os.environ["REDIS_URL"],
        "STRIPE_API_KEY": account.key,
        "STRIPE_API_BASE": account.api_base,
        "STRIPE_CHECKOUT_ORIGIN": account.api_base,
        "STRIPE_LIVEMODE": "false",
        "STRIPE_REQUESTS_PER_SECOND": "0",
        "STRIPE_WEBHOOK_SECRETS": account.webhook_secret,
        "EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend",
        "DOCUMENTS_ROOT": f"{folder}/documents",
        "STATIC_ROOT": f"{folder}/static",
    }
