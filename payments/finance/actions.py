import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import file_digest
from io import SEEK_END, BufferedRandom
from tempfile import TemporaryFile

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import IntegrityError, connection, transaction
from django.db.models import Q

from payments.finance.columns import Figures
from payments.finance.manifest import origin_of
from payments.finance.models import PENDING, AccessAction, AccessLog, Export, ExportState
from payments.finance.orders import ExportOrder
from payments.finance.progress import ExportStopped, stop, tell
from payments.finance.tables import TABLES
from payments.finance.writers import WRITERS
from payments.finance.writers.xlsx import CellTooLong
from payments.finance.writing import write_report

logger = logging.getLogger(__name__)


# Longer than a task may run, so that a claim that ran out belongs to a worker that died.
_CLAIM = timedelta(minutes=15)
_MAX_ATTEMPTS = 3
_LINK_LASTS = timedelta(hours=24)
# A file that is given a second time must not vanish while it is fetched.
_LINK_LASTS_ENOUGH = timedelta(hours=1)


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


def log_document(
    user: AbstractBaseUser, *, report: str, facts: dict[str, str], now: datetime
) -> None:
    """Write down who opened a document outside the reports; `facts` say which one and name nobody."""
    AccessLog.objects.create(
        user_id=user.pk, action=AccessAction.DOWNLOADED, report=report, filters=facts, at=now
    )


def request_export(user: AbstractBaseUser, order: ExportOrder, *, now: datetime) -> Export:
    """Ask for a report's file; the caller has checked that the user may see these rows.

    An equal order of the same person that waits, is being written, or was written of rows that have not changed since
    is returned in the place of a new one. A file with names and emails is always written anew, so that nobody who was
    erased meanwhile is in it.
    """
    with transaction.atomic():
        export = _equal_export(user, order, now=now) or _new_export(user, order, now=now)
        log_export(user, AccessAction.EXPORTED, export=export, now=now)
    return export


def log_report_file(user: AbstractBaseUser, order: ExportOrder, *, now: datetime) -> None:
    """Write down that a report's file was written for somebody without a browser, and is theirs."""
    AccessLog.objects.create(
        user_id=user.pk,
        action=AccessAction.DOWNLOADED,
        report=order.report,
        filters=order.filters,
        at=now,
    )


def _equal_export(user: AbstractBaseUser, order: ExportOrder, *, now: datetime) -> Export | None:
    table = TABLES[order.report]
    equal = Export.objects.filter(
        requested_by_id=user.pk, order_key=order.key, schema_version=table.schema_version
    )
    pending = equal.filter(state__in=PENDING).first()
    if pending is not None or order.include_personal:
        return pending
    written = equal.filter(state=ExportState.READY, expires_at__gt=now + _LINK_LASTS_ENOUGH).first()
    if written is None or written.data_state != table.figures(order.filters).state:
        return None
    return written


def _new_export(user: AbstractBaseUser, order: ExportOrder, *, now: datetime) -> Export:
    try:
        with transaction.atomic():
            return Export.objects.create(
                report=order.report,
                format=order.format,
                schema_version=TABLES[order.report].schema_version,
                filters=order.filters,
                includes_personal_data=order.include_personal,
                order_key=order.key,
                requested_by_id=user.pk,
                requested_at=now,
            )
    except IntegrityError:
        # The same order of the same person came at once and was first.
        return Export.objects.get(requested_by_id=user.pk, order_key=order.key, state__in=PENDING)


@transaction.atomic
def cancel_export(export_id: int, *, now: datetime) -> bool:
    """Want a file no more; says whether it was still on its way. Safe to repeat.

    Whoever writes it learns of it within some thousand rows, and keeps nothing in any case.
    """
    export = Export.objects.select_for_update().filter(pk=export_id, state__in=PENDING).first()
    if export is None:
        return False
    export.state = ExportState.CANCELLED
    export.finished_at = now
    export.save(update_fields=["state", "finished_at"])
    stop(export.reference)
    return True


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

    Cannot be composed: it streams the rows from one snapshot, outside any transaction that writes, into a file of this
    process. Safe to repeat: an attempt that stopped leaves the row to be claimed again, and only the holder of the
    claim stores a file.
    """
    as_of = clock()
    try:
        with TemporaryFile() as file:
            figures = _write(export, file, as_of=as_of)
            _store(export, file, figures, as_of=as_of, now=clock())
    except ExportStopped:
        logger.info("Export %s was cancelled while it was written.", export.reference)
    except Exception as error:
        logger.exception("Export %s failed in attempt %s.", export.reference, export.attempts)
        _record_failure(export, error, now=clock())


def _write(export: Export, file: BufferedRandom, *, as_of: datetime) -> Figures:
    def watch(rows: int, expected: int) -> None:
        tell(export.reference, rows=rows, expected=expected)

    return write_report(origin_of(export, as_of=as_of), file, watch=watch)


@transaction.atomic
def _store(
    export: Export, file: BufferedRandom, figures: Figures, *, as_of: datetime, now: datetime
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
    name = f"exports/{export.reference}/{export.report}.{WRITERS[export.format].extension}"
    default_storage.delete(name)
    held.file.name = default_storage.save(name, File(file))
    held.state = ExportState.READY
    held.as_of = as_of
    held.data_state = figures.state
    held.row_count = figures.row_count
    held.totals = figures.sums
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
        _fail(held, _in_words(error), now=now)


def _in_words(error: Exception) -> str:
    if isinstance(error, CellTooLong):
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
