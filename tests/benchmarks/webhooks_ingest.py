"""How many events a second the endpoint stores, beside what the database and Django can do at all."""

import io
import json
import re
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import stripe
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import include, path

ROUNDS = 5
REQUESTS = 2_000
PGBENCH_SECONDS = 2
SECRET = "whsec_benchmark"

T = TypeVar("T")

_INSERT = """\
\\set n random(1, 1000000000000000)
INSERT INTO payments_webhookevent (stripe_id, type, object_id, subject, api_version, livemode, payload, created_at,
    received_at, state, due_at, attempts, note)
VALUES ('evt_pgbench_' || :n, 'charge.updated', 'ch_1', 'ch_1', :version, false, :payload::jsonb, now(), now(),
    'pending', now(), 0, '') ON CONFLICT DO NOTHING;
"""


def bare(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


urlpatterns = [path("bare/", bare), path("", include("config.urls"))]


def measure_ingest(event: dict[str, Any]) -> None:
    """Print stored events per second; `event` is one that Stripe's peer sent."""
    rates: dict[str, list[float]] = {"view": [], "bare": [], "pgbench": []}
    with override_settings(ROOT_URLCONF=__name__, STRIPE_WEBHOOK_SECRETS=[SECRET]):
        application = WSGIHandler()
        _rate(lambda one: _post(application, one), _signed(event, "warm"))
        for number in range(ROUNDS):
            rates["bare"].append(_rate(lambda _: _get(application), range(REQUESTS)))
            signed = _signed(event, f"round{number}")
            rates["view"].append(_rate(lambda one: _post(application, one), signed))
            if shutil.which("pgbench"):
                rates["pgbench"].append(_pgbench(event))
    _print(rates, len(json.dumps(event)))


def _print(rates: dict[str, list[float]], size: int) -> None:
    view, bare_view = (statistics.median(rates[name]) for name in ("view", "bare"))
    print(f"One client each, {ROUNDS} rounds in turn, medians; an event of {size:,d} bytes")
    print(f"  the endpoint, through the whole WSGI application  {view:9,.0f} events/s")
    print(f"  the barest view of the same application           {bare_view:9,.0f} requests/s")
    print(f"    the endpoint reaches                            {view / bare_view:9.2f} of it")
    if not rates["pgbench"]:
        print("  pgbench is not installed: nothing to compare the inserts with")
        return
    inserts = statistics.median(rates["pgbench"])
    print(f"  pgbench, inserting the same row                   {inserts:9,.0f} events/s")
    print(f"    the endpoint reaches                            {view / inserts:9.2f} of it")


def _rate(act: Callable[[T], None], inputs: Sequence[T]) -> float:
    began = time.perf_counter()
    for one in inputs:
        act(one)
    return len(inputs) / (time.perf_counter() - began)


def _signed(event: dict[str, Any], name: str) -> list[tuple[bytes, str]]:
    """Sign events of their own ids: Stripe's work, done before the clock starts."""
    signed = []
    for number in range(REQUESTS):
        body = json.dumps({**event, "id": f"evt_{name}_{number}"})
        header = stripe.WebhookSignature.generate_signature_header(body, SECRET)
        signed.append((body.encode(), header))
    return signed


def _post(application: WSGIHandler, signed: tuple[bytes, str]) -> None:
    body, header = signed
    environ = _environ("POST", "/webhooks/stripe/", body)
    environ |= {"CONTENT_TYPE": "application/json", "HTTP_STRIPE_SIGNATURE": header}
    _call(application, environ)


def _get(application: WSGIHandler) -> None:
    _call(application, _environ("GET", "/bare/", b""))


def _environ(method: str, address: str, body: bytes) -> dict[str, Any]:
    return {
        "REQUEST_METHOD": method,
        "PATH_INFO": address,
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
        "wsgi.url_scheme": "http",
    }


def _call(application: WSGIHandler, environ: dict[str, Any]) -> None:
    statuses: list[str] = []
    response = application(environ, lambda status, headers, *_: statuses.append(status))
    # As a server does: it ends the request, and with it the connection's turn.
    response.close()
    if not statuses[0].startswith("200"):
        raise RuntimeError(f"The application answered {statuses[0]}.")


def _pgbench(event: dict[str, Any]) -> float:
    server = connection.settings_dict
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(_INSERT)
        script.flush()
        command = ["pgbench", "-n", "-M", "prepared", "-c", "1", "-T", str(PGBENCH_SECONDS)]
        command += ["-D", f"payload={json.dumps(event)}", "-D", f"version={event['api_version']}"]
        for option, name in (("-h", "HOST"), ("-p", "PORT"), ("-U", "USER")):
            command += [option, str(server[name])] if server[name] else []
        done = subprocess.run(
            [*command, "-f", script.name, str(server["NAME"])],
            check=True,
            capture_output=True,
            text=True,
            env={"PGPASSWORD": str(server["PASSWORD"]), "PATH": "/usr/bin:/bin"},
        )
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    if found is None:
        raise RuntimeError("pgbench said nothing of its rate.")
    return float(found[1])
