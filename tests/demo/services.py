"""The demo's processes: the sandbox beside us; web server, Celery worker and beat as threads of this one."""

import threading
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from celery.beat import Scheduler, Service
from celery.schedules import crontab
from django.conf import settings

from config.celery import app
from config.wsgi import application
from payments.models import LegalEntity
from tests.sandbox.client import Sandbox
from tests.sandbox.process import SandboxProcess, start_sandbox

# Seconds: a nudge that was lost costs at most this long here.
_LONGEST_SWEEP = 5.0
# Seconds that each thread has to end what it is doing.
_LONGEST_STOP = 5.0


class _WebServer(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    allow_reuse_address = True


class _QuietHandler(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class's name
        """Say nothing: the story is what the reader of the terminal wants to see."""


class Services:
    """Everything that the demo runs; `start` returns when all of it answers, `stop` ends all of it."""

    def __init__(self, *, port: int, sandbox_port: int, state: Path) -> None:
        self.site = settings.SITE_URL
        self.sandbox = f"http://127.0.0.1:{sandbox_port}"
        self._port = port
        self._sandbox_port = sandbox_port
        self._state = state
        self._process: SandboxProcess | None = None
        self._server: _WebServer | None = None
        self._worker = app.WorkController(pool="solo", concurrency=1, hostname="demo", quiet=True)
        self._beat = Service(app, scheduler_cls=Scheduler, max_interval=1)
        self._threads: list[threading.Thread] = []
        self._stopped = threading.Event()

    def start(self) -> None:
        self._process = start_sandbox(
            port=self._sandbox_port,
            state=self._state / "sandbox.sqlite3",
            webhook_url=f"http://127.0.0.1:{self._port}/webhooks/stripe/",
            webhook_secret=settings.STRIPE_WEBHOOK_SECRETS[0],
        )
        newspaper = LegalEntity.objects.get(slug="courier")
        # Stripe prints its account's name on the hosted page, its descriptor on the payer's bank statement.
        Sandbox(self.sandbox).account("default").configure(
            display_name=newspaper.trading_name,
            statement_descriptor=newspaper.statement_descriptor,
        )
        self._server = _WebServer(("127.0.0.1", self._port), _QuietHandler)
        self._server.set_app(application)
        for entry in app.conf.beat_schedule.values():
            # What is due at an hour of the day is left to that hour.
            if not isinstance(entry["schedule"], crontab):
                entry["schedule"] = min(entry["schedule"], _LONGEST_SWEEP)
        for work in (self._server.serve_forever, self._worker.start, self._beat.start):
            thread = threading.Thread(target=work, daemon=True)
            thread.start()
            self._threads.append(thread)

    def wait(self) -> None:
        """Serve until Ctrl-C."""
        self._stopped.wait()

    def stop(self) -> None:
        self._stopped.set()
        self._beat.stop(wait=False)
        self._worker.stop()
        # It waits for the loop to end, and so for ever where none began.
        if self._server and self._threads:
            self._server.shutdown()
            self._server.server_close()
        if self._process:
            self._process.stop()
        for thread in self._threads:
            thread.join(timeout=_LONGEST_STOP)
