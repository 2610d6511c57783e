"""How many decisions and fragments a second one process makes, and how many a cache before it hands out."""

import json
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import httpx
from django.db import connection
from django.utils import timezone

from membership.prompts.current import current_bundle
from membership.prompts.defaults import RULES, ensure_prompts
from membership.prompts.queries import bundle_body
from tests.benchmarks.prompts_front import front
from tests.factories import make_newspaper
from tests.journeys.processes import BIN, Programs, answers, free_port, wait_until
from tests.membership.short_cuts import publish_bundle

SECONDS = 4
CONNECTIONS = 16
CAMPAIGNS = 40
FRAGMENT = "/prompts/fragment/in-article/us/US/anonymous/"

_POST = """
wrk.method = 'POST'
wrk.headers['Content-Type'] = 'application/json'
wrk.body = [[%s]]
"""


@dataclass(frozen=True, slots=True)
class Rate:
    """Requests a second, and the milliseconds within which 99 of 100 were answered."""

    per_second: float
    p99: str


def measure() -> None:
    """Print every rate, each beside what it is held against."""
    sha256 = _publish()
    port = free_port()
    site = f"http://127.0.0.1:{port}"
    environment = {
        "DJANGO_SETTINGS_MODULE": "config.settings_test",
        "DATABASE_URL": _database_url(),
        "PATH": "/usr/sbin:/usr/bin:/bin",
    }
    with tempfile.TemporaryDirectory() as name, Programs(environment, Path(name)) as programs:
        folder = Path(name)
        folder.chmod(0o755)
        programs.start(
            "web",
            *(str(BIN / "granian"), "--interface", "wsgi"),
            "tests.benchmarks.events_app:application",
            *("--host", "127.0.0.1", "--port", str(port), "--workers", "1"),
            *("--blocking-threads", "4", "--no-ws"),
        )
        wait_until("the web server answers", lambda: answers(f"{site}/bare/"))
        script = _script(folder)
        answer = httpx.post(f"{site}/api/v1/prompts/decide", json=_page_view()).json()
        if answer["bundle"] != sha256 or answer["slots"][0]["campaign"] != "ask":
            raise RuntimeError(f"It decides something else: {answer}.")
        print(
            f"One granian process, 4 threads; wrk with {CONNECTIONS} connections, {SECONDS} s each;"
            f" {CAMPAIGNS} campaigns"
        )
        bare = _wrk(f"{site}/bare/")
        _print("a bare Django view", bare)
        _print("decide, with words", _wrk(f"{site}/api/v1/prompts/decide", script), bare)
        _print("a fragment, uncached", _wrk(f"{site}{FRAGMENT}"), bare)
        if not shutil.which("nginx", path=environment["PATH"]):
            print("Behind nginx: not measured, because it is not installed.")
            return
        with front(programs, folder, application=port) as (cached, files):
            _measure_front(cached, files, folder)


def _measure_front(cached: str, files: str, folder: Path) -> None:
    fragment = httpx.get(f"{cached}{FRAGMENT}")
    (folder / "pages" / "fragment.html").write_bytes(fragment.content)
    page = httpx.get(f"{cached}/article.html", headers={"CF-IPCountry": "US"}).text
    supporter = {"Cookie": "__Secure-status-twin=recurring.1795771200.0.new.small.."}
    thanked = httpx.get(f"{cached}/article.html", headers=supporter).text
    if "$5 a month" not in page or "Thank you" not in thanked:
        raise RuntimeError("The page does not include the fragment of its reader.")
    print(f"nginx, one process, with deploy/fragments.nginx.conf; {len(fragment.content):,} bytes")
    file = _wrk(f"{files}/fragment.html")
    _print("a static file", file)
    _print("a fragment, cached", _wrk(f"{cached}{FRAGMENT}"), file, "a static file")
    _print("a page including it", _wrk(f"{cached}/article.html"), file, "a static file")


def _publish() -> str:
    """Publish the default prompts with appeals for other countries before them; returns the hash."""
    now = timezone.now()
    make_newspaper()
    rules = {**RULES, "budget": {**RULES["budget"], "quiet": [0, 0]}}
    ensure_prompts("support", now=now, rules=rules)
    published = current_bundle(now)
    body = bundle_body(published.sha256) if published else None
    bundle = json.loads(body or b"{}")
    (ask,) = [each for each in bundle["campaigns"] if each["id"] == "ask"]
    more = [
        {**ask, "id": f"appeal-{number}", "countries": {"in": ["IE"], "out": []}}
        for number in range(CAMPAIGNS - len(bundle["campaigns"]))
    ]
    return publish_bundle({**bundle, "campaigns": [*more, *bundle["campaigns"]]})


def _page_view() -> dict[str, object]:
    page = {"edition": "us", "slots": ["in-article"], "sensitive": False, "opt_out": False}
    return {"page": page, "reader": {"state": "anonymous", "country": "US"}}


def _script(folder: Path) -> str:
    script = folder / "decide.lua"
    script.write_text(_POST % json.dumps(_page_view()))
    return str(script)


def _print(what: str, rate: Rate, beside: Rate | None = None, name: str = "a bare view") -> None:
    ratio = f"{rate.per_second / beside.per_second:6.2f} of {name}" if beside else ""
    print(f"  {what:22}{rate.per_second:9,.0f} requests/s   p99 {rate.p99:>9}   {ratio}")


def _wrk(address: str, script: str = "") -> Rate:
    command = ["wrk", "--latency", "-t", "1", "-c", str(CONNECTIONS), "-d", f"{SECONDS}s"]
    command += ["-s", script] if script else []
    done = subprocess.run([*command, address], check=True, capture_output=True, text=True)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)
    slowest = re.search(r"99%\s+(\S+)", done.stdout)
    if rate is None or slowest is None or "Non-2xx" in done.stdout:
        raise RuntimeError(done.stdout)
    return Rate(float(rate[1]), slowest[1])


def _database_url() -> str:
    server = connection.settings_dict
    host = server["HOST"] or "127.0.0.1"
    return f"postgres://{server['USER'] or 'postgres'}@{host}:{server['PORT'] or 5432}/{server['NAME']}"
