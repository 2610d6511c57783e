"""Web, worker and beat as separate processes on PostgreSQL with a real broker, started by the documented commands."""

import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.demo.browser import Browser
from tests.journeys.processes import BIN, ROOT, Programs, answers, free_port, wait_until
from tests.mailserver import MailServer, mail_server
from tests.sandbox.client import Sandbox, SandboxAccount

pytestmark = [pytest.mark.services, pytest.mark.timeout(300)]

BROKERS = {
    "redis": os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/9"),
    "rabbitmq": os.environ.get("RABBITMQ_URL", "amqp://guest:guest@127.0.0.1:5672//"),
}
_SECRET = "whsec_production_shape"
_CARD = {"number": "4242424242424242", "exp_month": "12", "exp_year": "2034", "cvc": "123"}


class Newspaper:
    """An installed newspaper: its programs, addresses, database and mail."""

    def __init__(self, folder: Path, database: str, mail: MailServer) -> None:
        port, sandbox_port = free_port(), free_port()
        self.site = f"http://127.0.0.1:{port}"
        self.sandbox = f"http://127.0.0.1:{sandbox_port}"
        self.database = database
        self.mail = mail
        self._folder = folder
        self._port = port
        self._sandbox_port = sandbox_port

    @property
    def account(self) -> SandboxAccount:
        return Sandbox(self.sandbox).account("default")

    def environment(self, broker: str) -> dict[str, str]:
        return {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "SECRET_KEY": secrets.token_urlsafe(50),
            "SITE_URL": self.site,
            "DATABASE_URL": self.database,
            "CELERY_BROKER_URL": broker,
            "STRIPE_API_KEY": "sk_test_production_shape",
            "STRIPE_API_BASE": self.sandbox,
            "STRIPE_CHECKOUT_ORIGIN": self.sandbox,
            "STRIPE_LIVEMODE": "false",
            "STRIPE_WEBHOOK_SECRETS": _SECRET,
            "EMAIL_URL": f"smtp://127.0.0.1:{self.mail.port}",
            "DOCUMENTS_ROOT": str(self._folder / "documents"),
            "STATIC_ROOT": str(self._folder / "static"),
        }

    def install(self, programs: Programs) -> None:
        manage = (str(BIN / "python"), "manage.py")
        programs.run(*manage, "migrate", "--no-input", "-v", "0")
        programs.run(*manage, "collectstatic", "--no-input", "-v", "0")
        programs.start(
            "sandbox",
            *(str(BIN / "python"), "-m", "tests.sandbox", "--port", str(self._sandbox_port)),
            *("--webhook-url", f"{self.site}/webhooks/stripe/", "--webhook-secret", _SECRET),
        )
        wait_until("the sandbox answers", lambda: answers(self.sandbox))
        answers_file = str(ROOT / "deploy" / "newspaper.example.toml")
        self.account.configure(statement_descriptor="HARBOUR COURIER")
        said = programs.run(*manage, "setup_newspaper", "--no-input", "--file", answers_file)
        assert f"{self.site}/donate/support/" in said

    def start_web(self, programs: Programs) -> None:
        programs.start(
            "web",
            *(str(BIN / "granian"), "--interface", "wsgi", "config.wsgi:application"),
            *("--host", "127.0.0.1", "--port", str(self._port), "--blocking-threads", "4"),
        )
        wait_until("the web server answers", lambda: answers(self.site))

    def start_tasks(self, programs: Programs) -> None:
        celery = (str(BIN / "celery"), "-A", "config")
        programs.start("worker", *celery, "worker", "--concurrency", "2")
        schedule = self._folder / "schedule"
        programs.start("beat", *celery, "beat", "--schedule", str(schedule))

    def give(self) -> str:
        """Give once through the pages, as a reader; returns the checkout's reference."""
        reader = Browser()
        page = reader.open(f"{self.site}/donate/support/")
        form = page.form_with("email", "other_amount")
        values = {"frequency": "once", "amount_once": "other", "other_amount": "12.34"}
        hosted = reader.submit(page, form, **values, email="reader@example.org")
        assert hosted.url.startswith(self.sandbox), hosted.text
        thanks = reader.submit(hosted, hosted.form_with("number"), name="A Reader", **_CARD)
        assert "/thank-you/" in thanks.url, thanks.text
        return urlsplit(thanks.url).path.rstrip("/").split("/")[-1]

    def value(self, query: str) -> object:
        with psycopg.connect(self.database) as connection:
            row = connection.execute(query).fetchone()  # type: ignore[arg-type]
        return row[0] if row else None


@pytest.fixture
def newspaper(tmp_path: Path) -> Iterator[Newspaper]:
    url = os.environ.get("DATABASE_URL", "")
    assert url.startswith("postgres"), "Set DATABASE_URL to PostgreSQL: make test-postgres does."
    parts = urlsplit(url)
    name = f"masthead_journey_{secrets.token_hex(4)}"
    server = parts._replace(path="/postgres").geturl()
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type]
    try:
        with mail_server() as mail:
            yield Newspaper(tmp_path, parts._replace(path=f"/{name}").geturl(), mail)
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[arg-type]


@pytest.mark.parametrize("broker", BROKERS)
def test_a_gift_reaches_the_reader_through_every_process(
    newspaper: Newspaper, tmp_path: Path, broker: str
) -> None:
    with Programs(newspaper.environment(BROKERS[broker]), tmp_path) as programs:
        newspaper.install(programs)
        newspaper.start_web(programs)
        newspaper.start_tasks(programs)
        newspaper.give()
        wait_until("the receipt arrives", lambda: newspaper.mail.taken)
    letter = newspaper.mail.taken[0]
    assert letter["To"] == "reader@example.org"
    assert next(letter.iter_attachments()).get_content_type() == "application/pdf"
    assert newspaper.value("SELECT sum(amount) FROM payments_ledgerentry") == 0
    assert newspaper.value("SELECT state FROM membership_supporter") == "one_off"


def test_a_broker_that_is_down_delays_and_loses_nothing(
    newspaper: Newspaper, tmp_path: Path
) -> None:
    nobody = f"redis://127.0.0.1:{free_port()}/0"
    with Programs(newspaper.environment(BROKERS["redis"]), tmp_path) as tasks:
        newspaper.install(tasks)
        with Programs(newspaper.environment(nobody), tmp_path) as web:
            newspaper.start_web(web)
            newspaper.give()
            stored = (
                "SELECT count(*) FROM payments_webhookevent WHERE type = 'payment_intent.succeeded'"
            )
            wait_until("the webhook is stored", lambda: newspaper.value(stored))
            assert newspaper.value("SELECT count(*) FROM payments_payment") == 0
            newspaper.start_tasks(tasks)
            wait_until("the sweep books the gift", lambda: newspaper.mail.taken, seconds=120)
    assert newspaper.value("SELECT amount FROM payments_payment") == 1234
