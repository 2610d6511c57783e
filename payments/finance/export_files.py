"""The files of exports: written by whoever claims an order, stored with their figures, deleted after a day."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import file_digest
from io import SEEK_END, BufferedRandom
from tempfile import TemporaryFile

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.models import Q

from payments.errors import DocumentDamaged, JournalsUnmapped, JournalTooLong
from payments.finance.exportable import Written
from payments.finance.exportables import EXPORTABLES
from payments.finance.kept.actions import kept_file
from payments.finance.kept.models import KeptFile
from payments.finance.kept.queries import kept_month, sound_file
from payments.finance.manifest import order_of, origin_of
from payments.finance.models import Export, ExportState
from payments.finance.progress import ExportStopped, tell
from payments.finance.writers.xlsx import CellTooLong

logger = logging.getLogger(__name__)

# Longer than a task may run, so that a claim that ran out belongs to a worker that died.
_CLAIM = timedelta(minutes=15)
_MAX_ATTEMPTS = 3
_LINK_LASTS = timedelta(hours=24)
# What another attempt does not mend; each says in a sentence what does.
_FINAL = (CellTooLong, DocumentDamaged, JournalsUnmapped, JournalTooLong)


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
    """Write a claimed export's file and store it with its figures; of a locked month, give the file that was kept.

    Cannot be composed: it streams the rows from one snapshot, outside any transaction that writes, into a file of this
    process. Safe to repeat: an attempt that stopped leaves the row to be claimed again, and only the holder of the
    claim stores a file.
    """
    try:
        _write(export, clock=clock)
    except ExportStopped:
        logger.info("Export %s was cancelled while it was written.", export.reference)
    except Exception as error:
        logger.exception("Export %s failed in attempt %s.", export.reference, export.attempts)
        _record_failure(export, error, now=clock())


def _write(export: Export, *, clock: Callable[[], datetime]) -> None:
    def watch(rows: int, expected: int) -> None:
        tell(export.reference, rows=rows, expected=expected)

    order = order_of(export)
    period = kept_month(order)
    if period is not None:
        kept = kept_file(period, order, clock=clock, watch=watch)
        sound_file(kept).close()
        _give(export, kept, now=clock())
        return
    as_of = clock()
    with TemporaryFile() as file:
        origin = origin_of(export, as_of=as_of)
        written = EXPORTABLES[export.report].write(origin, file, watch)
        _store(export, file, written, as_of=as_of, now=clock())


@transaction.atomic
def _give(export: Export, kept: KeptFile, *, now: datetime) -> None:
    """Let the order be for the kept file, if the claim is still ours; nothing is copied."""
    held = _held(export)
    if held is None:
        logger.warning("Export %s was cancelled or taken over meanwhile.", export.reference)
        return
    held.kept = kept
    held.file.name = kept.file.name
    held.size, held.sha256, held.as_of = kept.size, kept.sha256, kept.as_of
    held.row_count, held.totals = kept.row_count, kept.totals
    held.schema_version = kept.schema_version or held.schema_version
    _finish(held, now=now)


@transaction.atomic
def _store(
    export: Export, file: BufferedRandom, written: Written, *, as_of: datetime, now: datetime
) -> None:
    """Keep the file and its figures, if the claim is still ours.

    The row stays locked while the file is stored and the name is the export's own, so two attempts
    never write at once, and what one left that died after storing is overwritten by the next.
    """
    held = _held(export)
    if held is None:
        logger.warning("Export %s was cancelled or taken over meanwhile.", export.reference)
        return
    held.size = file.seek(0, SEEK_END)
    file.seek(0)
    held.sha256 = file_digest(file, "sha256").hexdigest()
    file.seek(0)
    name = f"exports/{export.reference}/{export.report}.{written.extension}"
    default_storage.delete(name)
    held.file.name = default_storage.save(name, File(file))
    held.as_of = as_of
    held.data_state = written.figures.state
    held.row_count = written.figures.row_count
    held.totals = written.figures.sums
    held.left_out = list(written.left_out)
    _finish(held, now=now)


def _finish(held: Export, *, now: datetime) -> None:
    held.state = ExportState.READY
    held.finished_at = now
    held.expires_at = now + _LINK_LASTS
    held.error = ""
    held.save()


@transaction.atomic
def _record_failure(export: Export, error: Exception, *, now: datetime) -> None:
    held = _held(export)
    if held is None:
        return
    if held.attempts < _MAX_ATTEMPTS and not isinstance(error, _FINAL):
        held.state = ExportState.WAITING
        held.save(update_fields=["state"])
    else:
        _fail(held, _in_words(error), now=now)


def _in_words(error: Exception) -> str:
    if isinstance(error, _FINAL):
        return str(error)
    return f"The file could not be written ({type(error).__name__})."


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
    """Delete a file whose time is up; its figures and its access log stay. Safe to repeat.

    What is kept with a locked month is not the export's own and stays where it is.
    """
    with transaction.atomic():
        export = (
            Export.objects.select_for_update()
            .filter(pk=export_id, state=ExportState.READY, expires_at__lte=now)
            .first()
        )
        if export is not None:
            if export.kept_id is None:
                default_storage.delete(str(export.file))
            export.file.name = ""
            export.state = ExportState.EXPIRED
            export.save(update_fields=["file", "state"])
