"""How many prompt events a second one process takes, beside a bare view of the same application."""

import io
import json
import os
import re
import secrets
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import redis
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import include, path

from config.wsgi import application
from tests.journeys.processes import BIN, Programs, answers, free_port, wait_until

T = TypeVar("T")

ROUNDS = 5
CALLS = 3_000
SECONDS = 4
CONNECTIONS = 16

# One address a request, as a proxy of ours would append it: the limits are per address.
_BEACONS = """
math.randomseed(os.time() + tonumber(tostring({}):sub(8), 16) %% 100000)
local function digits(n)
  local s = ''
  for _ = 1, n / 4 do s = s .. string.format('%%04x', math.random(0, 65535)) end
  return s
end
local function event()
  return '{"i":"' .. digits(16) .. '","t":"seen","c":"appeal","v":"a","s":"in-article","k":"GB","r":"anonymous","f":1}'
end
local function beacon()
  local events = {}
  for n = 1, %(events)d do events[n] = event() end
  return '{"b":"0123456789ab","e":[' .. table.concat(events, ',') .. ']}'
end
local bodies = {}
for n = 1, 500 do bodies[n] = beacon() end
local sent = 0
request = function()
  sent = sent + 1
  local address = math.random(1, 223) .. '.' .. math.random(0, 255) .. '.' .. math.random(0, 255) .. '.1'
  local headers = {['X-Forwarded-For'] = address, ['Content-Type'] = 'text/plain'}
  return wrk.format('POST', '/prompts/events/', headers, bodies[sent %% 500 + 1])
end
"""


@contextmanager
def own_stream() -> Iterator[str]:
    """Name a stream of this measurement, and take it away at the end."""
    name = f"bench:{secrets.token_hex(4)}"
    try:
        yield name
    finally:
        redis.Redis.from_url(os.environ["REDIS_URL"]).delete(name)


def bare(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


urlpatterns = [path("bare/", bare), path("", include("config.urls"))]


def measure_calls() -> None:
    """Print calls and events a second without a socket, in turn with the bare view."""
    rates: dict[str, list[float]] = {"one": [], "twenty": [], "bare": []}
    with (
        own_stream() as stream,
        override_settings(
            ROOT_URLCONF=__name__,
            TRUSTED_PROXY_COUNT=1,
            PROMPT_EVENTS_STREAM=stream,
            REDIS_URL=os.environ["REDIS_URL"],
        ),
    ):
        for _ in range(ROUNDS):
            rates["bare"].append(_rate(lambda _: _call("GET", "/bare/", b"", 200), range(CALLS)))
            rates["one"].append(_rate(_send, _beacons(1)))
            rates["twenty"].append(_rate(_send, _beacons(20)))
    one, twenty, bare_rate = (statistics.median(rates[name]) for name in ("one", "twenty", "bare"))
    print(f"In this process, one caller, {ROUNDS} rounds in turn, medians; into Redis")
    _print(one, twenty, bare_rate)


def measure_server() -> None:
    """Print the same through one granian process and wrk."""
    if not shutil.which("wrk"):
        print("Under granian: not measured, because wrk is not installed.")
        return
    port = free_port()
    site = f"http://127.0.0.1:{port}"
    with own_stream() as stream:
        _measure_server(port, site, stream)


def _measure_server(port: int, site: str, stream: str) -> None:
    environment = {
        "DJANGO_SETTINGS_MODULE": "config.settings_test",
        "DATABASE_URL": _database_url(),
        "REDIS_URL": os.environ["REDIS_URL"],
        "TRUSTED_PROXY_COUNT": "1",
        "PROMPT_EVENTS_STREAM": stream,
        "PATH": os.environ["PATH"],
    }
    with (
        tempfile.TemporaryDirectory() as folder,
        Programs(environment, Path(folder)) as programs,
    ):
        programs.start(
            "web",
            *(
                str(BIN / "granian"),
                "--interface",
                "wsgi",
                "tests.benchmarks.events_app:application",
            ),
            *("--host", "127.0.0.1", "--port", str(port), "--workers", "1"),
            *("--blocking-threads", "4", "--no-ws"),
        )
        wait_until("the web server answers", lambda: answers(f"{site}/bare/"))
        bare_rate = _wrk(f"{site}/bare/")
        rates = [_wrk(site, _script(folder, events)) for events in (1, 20)]
    print(f"One granian process, 4 threads, wrk with {CONNECTIONS} connections, {SECONDS} s each")
    _print(*rates, bare_rate)


def _print(one: float, twenty: float, bare_rate: float) -> None:
    print(f"  beacons of 1 event    {one:9,.0f} events/s   {one / bare_rate:6.2f} of a bare view")
    print(
        f"  beacons of 20 events  {twenty * 20:9,.0f} events/s   "
        f"{twenty:,.0f} beacons/s, {twenty / bare_rate:.2f} of a bare view"
    )
    print(f"  a bare Django view    {bare_rate:9,.0f} requests/s")


def _rate(act: Callable[[T], None], inputs: Sequence[T]) -> float:
    began = time.perf_counter()
    for one in inputs:
        act(one)
    return len(inputs) / (time.perf_counter() - began)


def _beacons(events: int) -> list[tuple[bytes, str]]:
    """Return bodies and the addresses that they come from: the browsers' work, done before the clock starts."""
    keys = {"t": "seen", "c": "appeal", "v": "a", "s": "in-article", "k": "GB", "r": "anonymous"}
    made = []
    for number in range(CALLS):
        sent = [{"i": secrets.token_hex(8), **keys, "f": 1} for _ in range(events)]
        address = f"10.{number >> 8 & 255}.{number & 255}.{secrets.randbelow(250)}"
        made.append((json.dumps({"b": "0123456789ab", "e": sent}).encode(), address))
    return made


def _send(beacon: tuple[bytes, str]) -> None:
    body, address = beacon
    _call("POST", "/prompts/events/", body, 204, HTTP_X_FORWARDED_FOR=address)


def _call(method: str, address: str, body: bytes, status: int, **headers: str) -> None:
    statuses: list[str] = []
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "PATH_INFO": address,
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
        "wsgi.url_scheme": "http",
        **headers,
    }
    response = application(environ, lambda line, _: statuses.append(line))
    if close := getattr(response, "close", None):
        close()
    if not statuses[0].startswith(str(status)):
        raise RuntimeError(f"{address} answered {statuses[0]}.")


def _script(folder: str, events: int) -> str:
    script = Path(folder) / f"beacons-{events}.lua"
    script.write_text(_BEACONS % {"events": events})
    return str(script)


def _wrk(address: str, script: str = "") -> float:
    command = ["wrk", "-t", "1", "-c", str(CONNECTIONS), "-d", f"{SECONDS}s"]
    command += ["-s", script] if script else []
    done = subprocess.run([*command, address], check=True, capture_output=True, text=True)
    if "Non-2xx" in done.stdout:
        raise RuntimeError(done.stdout)
    found = re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)
    if found is None:
        raise RuntimeError("wrk said nothing of its rate.")
    return float(found[1])


def _database_url() -> str:
    server = connection.settings_dict
    host = server["HOST"] or "127.0.0.1"
    return f"postgres://{server['USER'] or 'postgres'}@{host}:{server['PORT'] or 5432}/{server['NAME']}"
