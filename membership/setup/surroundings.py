"""What the site stands on: database, broker, storage, mail and its own address."""

import uuid
from smtplib import SMTPException
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError  # type: ignore[import-untyped]
from celery import current_app
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.mail import get_connection
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from kombu.exceptions import KombuError

from membership.setup.steps import Outcome, Step


def check_database() -> Step:
    """Connect and look for migrations that have not run."""
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        return _failed("Database", f"DATABASE_URL does not answer: {_words(error)}")
    if waiting:
        return _failed("Database", f"{len(waiting)} migrations wait: run manage.py migrate.")
    if connection.vendor == "sqlite":
        return Step(Outcome.NOTE, "Database", "SQLite, for one machine; set DATABASE_URL for more.")
    return Step(Outcome.OK, "Database", f"{connection.display_name}, migrated.")


def check_broker() -> Step:
    """Reach the broker that workers listen to."""
    with current_app.connection_for_write() as broker:
        if broker.transport_cls == "memory":
            return Step(
                Outcome.NOTE,
                "Broker",
                "Tasks stay in this process; set REDIS_URL or CELERY_BROKER_URL for workers apart.",
            )
        try:
            broker.ensure_connection(max_retries=1, interval_start=0, timeout=5)
        except (OSError, KombuError) as error:
            return _failed("Broker", f"CELERY_BROKER_URL does not answer: {_words(error)}")
        return Step(Outcome.OK, "Broker", f"{broker.transport_cls} answers.")


def check_storage() -> Step:
    """Write, read and delete a small document."""
    try:
        name = default_storage.save(f"setup/{uuid.uuid4()}.txt", ContentFile(b"written"))
        with default_storage.open(name) as file:
            is_kept = file.read() == b"written"
        default_storage.delete(name)
    except (OSError, BotoCoreError, ClientError) as error:
        return _failed(
            "Documents",
            f"Nothing can be stored: {_words(error)} Check DOCUMENTS_ROOT or DOCUMENTS_S3_BUCKET.",
        )
    if not is_kept:
        return _failed("Documents", "What was stored did not come back the same.")
    return Step(Outcome.OK, "Documents", "Receipts and exports can be stored.")


def check_mail() -> Step:
    """Reach the mail server, where mail goes by SMTP; nothing is sent."""
    backend = settings.EMAIL_BACKEND.rsplit(".", 2)[-2]
    mail = get_connection()
    try:
        mail.open()
        mail.close()
    except (OSError, SMTPException) as error:
        return _failed("Mail", f"EMAIL_URL does not answer: {_words(error)}")
    if backend in ("console", "filebased", "locmem", "dummy"):
        return Step(Outcome.NOTE, "Mail", f"Goes to {backend}: nobody will receive it.")
    return Step(Outcome.OK, "Mail", f"By {backend}, from {settings.DEFAULT_FROM_EMAIL}.")


def check_address() -> Step:
    """Compare SITE_URL with what readers and Stripe need."""
    site = urlsplit(settings.SITE_URL)
    if site.scheme != "https":
        words = f"{settings.SITE_URL} is not https: good for trying out only."
        return Step(Outcome.NOTE, "Address", words)
    return Step(Outcome.OK, "Address", settings.SITE_URL)


def _failed(title: str, words: str) -> Step:
    return Step(Outcome.FAILED, title, words)


def _words(error: Exception) -> str:
    """The first line of an error: the rest is for developers."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".") + "."
