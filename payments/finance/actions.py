import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import file_digest
from io import BufferedRandom
from tempfile import TemporaryFile

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.models import Q

from payments.finance.columns import ControlTotals
from payments.finance.models import AccessAction, AccessLog, Export, ExportState
from payments.finance.progress import counted
from payments.finance.tables import TABLES
from payments.finance.writers import WRITERS

logger = logging.getLogger(__name__)


# Longer than a task may run, so that a claim that ran out belongs to a worker that died.
_CLAIM = timedelta(minutes=15)
_MAX_ATTEMPTS = 3
_LINK_LASTS = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class ExportOrder:
    """Which file is wanted: names in the indexes of tables and writers, and the rows' filters."""

    report: str
    format: str
    filters: dict[str, str]
    include_personal: bool


def log_view(
    user: AbstractBaseUser, *, report: str, filters: dict[str, str], now: datetime
) -> None:
    """Write down who saw a report on screen; the filters say which rows."""
    AccessLog.objects.create(
        user_id=user.pk, action=AccessAction.VIEWED, report=report, filters=filters, at=now
    )


def log_export(
    user: AbstractBaseUser, action: AccessAction, *, export: Export, now: datetime
) -> None:
    """Write down who asked for a file or took it."""
    AccessLog.objects.create(
        user_id=user.pk,
        action=action,
        report=export.report,
        export=export,
        filters=export.filters,
        at=now,
    )


@transaction.atomic
def request_export(user: AbstractBaseUser, order: ExportOrder, *, now: datetime) -> Export:
    """Ask for a report's file; the caller has checked that the user may see these rows."""
    export = Export.objects.create(
        report=order.report,
        format=order.format,
        schema_version=TABLES[order.report].schema_version,
        filters=order.filters,
        includes_personal_data=order.include_personal,
        requested_by_id=user.pk,
        requested_at=now,
    )
    log_export(user, AccessAction.EXPORTED, export=export, now=now)
    return export


@transaction.atomic
def claim_export(*, now: datetime) -> Export | None:
    """Take the oldest export that waits or whose worker died; None when nothing is due.

    One that no worker survived is failed for good instead, so that it cannot stop the others.
    """
    skip = connection.features.has_select_for_update_skip_locked
    due = (
        Export.objects.filter(
            Q(state=ExportState.WAITING) | Q(state=ExportState.RUNNING, claimed_until__lte=now)
        )
        .order_by("id")
        .select_for_update(skip_locked=skip)
    )
    # One row at a time, so that workers that come at once each find their own.
    while (export := due.first()) is not None and export.attempts >= _MAX_ATTEMPTS:
        _fail(export, f"Writing it was interrupted {_MAX_ATTEMPTS} times.", now=now)
    if export is not None:
        export.state = ExportState.RUNNING
        export.attempts += 1
        export.claimed_until = now + _CLAIM
        export.save(update_fields=["state", "attempts", "claimed_until"])
    return export


def write_export(export: Export, *, clock: Callable[[], datetime]) -> None:
    """Write a claimed export's file and store it with its figures.

    Cannot be composed: it streams the rows outside any transaction, in one statement and so from
    one snapshot, into a file of this process. Safe to repeat: an attempt that stopped leaves the
    row to be claimed again, and only the holder of the claim stores a file.
    """
    as_of = clock()
    try:
        with TemporaryFile() as file:
            totals = _stream(export, file)
            _store(export, file, totals, as_of=as_of, now=clock())
    except Exception as error:
        logger.exception("Export %s failed in attempt %s.", export.reference, export.attempts)
        _record_failure(export, error, now=clock())


def _stream(export: Export, file: BufferedRandom) -> ControlTotals:
    columns, rows = TABLES[export.report].select(
        export.filters, include_personal=export.includes_personal_data
    )
    totals = ControlTotals(columns)
    WRITERS[export.format].write(file, columns, counted(rows, totals, export.reference))
    return totals


@transaction.atomic
def _store(
    export: Export, file: BufferedRandom, totals: ControlTotals, *, as_of: datetime, now: datetime
) -> None:
    """Keep the file and its figures, if the claim is still ours.

    The row stays locked while the file is stored and the name is the export's own, so two attempts
    never write at once, and what one left that died after storing is overwritten by the next.
    """
    held = _held(export)
    if held is None:
        logger.warning("Export %s was taken over by another worker.", export.reference)
        return
    held.size = file.tell()
    file.seek(0)
    held.sha256 = file_digest(file, "sha256").hexdigest()
    file.seek(0)
    name = f"exports/{export.reference}/{export.report}.{WRITERS[export.format].extension}"
    default_storage.delete(name)
    held.file.name = default_storage.save(name, File(file))
    held.state = ExportState.READY
    held.as_of = as_of
    held.row_count = totals.row_count
    held.totals = totals.as_json()
    held.finished_at = now
    held.expires_at = now + _LINK_LASTS
    held.error = ""
    held.save()


@transaction.atomic
def _record_failure(export: Export, error: Exception, *, now: datetime) -> None:
    held = _held(export)
    if held is None:
        return
    if held.attempts < _MAX_ATTEMPTS:
        held.state = ExportState.WAITING
        held.save(update_fields=["state"])
    else:
        _fail(held, f"The file could not be written ({type(error).__name__}).", now=now)


def _held(export: Export) -> Export | None:
    """Lock the export; None when this attempt's claim is no longer the one in the row."""
    return (
        Export.objects.select_for_update()
        .filter(pk=export.pk, state=ExportState.RUNNING, claimed_until=export.claimed_until)
        .first()
    )


def _fail(export: Export, error: str, *, now: datetime) -> None:
    export.state = ExportState.FAILED
    export.error = error
    export.finished_at = now
    export.save(update_fields=["state", "error", "finished_at"])


def expire_export(export_id: int, *, now: datetime) -> None:
    """Delete a file whose time is up; its figures and its access log stay. Safe to repeat."""
    with transaction.atomic():
        export = (
            Export.objects.select_for_update()
            .filter(pk=export_id, state=ExportState.READY, expires_at__lte=now)
            .first()
        )
        if export is not None:
            default_storage.delete(str(export.file))
            export.file.name = ""
            export.state = ExportState.EXPIRED
            export.save(update_fields=["file", "state"])
