from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime, timedelta
from hashlib import file_digest
from io import SEEK_END, BufferedRandom
from logging import getLogger
from tempfile import TemporaryFile
from traceback import format_exception

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Count, F, Q

from payments.finance.columns import Figures
from payments.finance.exportable import Watch
from payments.finance.kept.manifest import kept_origin
from payments.finance.kept.models import KeptFile
from payments.finance.kept.queries import kept_names
from payments.finance.orders import ExportOrder, Origin
from payments.finance.progress import ExportStopped
from payments.finance.snapshot import one_snapshot
from payments.finance.tables import TABLES
from payments.finance.writers import WRITERS
from payments.finance.writing import write_report
from payments.ledger.period_models import AccountingPeriod, MonthState

logger = getLogger(__name__)

# Longer than a task may run, so that a claim that ran out belongs to a worker that died.
_CLAIM = timedelta(minutes=15)
_MAX_ATTEMPTS = 3


@transaction.atomic
def await_files(period: AccountingPeriod) -> None:
    """Note which files of a locked month are due. Safe to repeat: what is noted stays."""
    AccountingPeriod.objects.select_for_update().get(pk=period.pk)
    there = set(KeptFile.objects.filter(period=period).values_list("report", "format"))
    KeptFile.objects.bulk_create(
        KeptFile(period=period, report=report, format=form)
        for report, form in kept_names()
        if (report, form) not in there
    )


def await_files_of_all() -> None:
    """Do so for every locked month that lacks some: one locked by an earlier version, or before a report was added."""
    names = Q()
    for report, form in kept_names():
        names |= Q(kept_files__report=report, kept_files__format=form)
    lacking = (
        AccountingPeriod.objects.filter(state=MonthState.LOCKED)
        .annotate(noted=Count("kept_files", filter=names))
        .filter(noted__lt=len(kept_names()))
    )
    for period in lacking.order_by("first_on", "id"):
        await_files(period)


def claim_report(*, now: datetime) -> tuple[AccountingPeriod, str] | None:
    """Take the next report of a month whose files are due; None when nothing is, or only what failed for good."""
    due = KeptFile.objects.filter(
        Q(claimed_until=None) | Q(claimed_until__lte=now),
        sha256="",
        attempts__lt=_MAX_ATTEMPTS,
        report__in=TABLES,
    )
    while (first := due.order_by("id").first()) is not None:
        with transaction.atomic():
            # The month's row orders those who come at once; whoever is second finds nothing to claim.
            period = (
                AccountingPeriod.objects.select_for_update(of=("self",))
                .select_related("entity", "locked_by")
                .get(pk=first.period_id)
            )
            claimed = due.filter(period=period, report=first.report).update(
                claimed_until=now + _CLAIM, attempts=F("attempts") + 1
            )
        if claimed:
            return period, first.report
    return None


def kept_file(
    period: AccountingPeriod,
    order: ExportOrder,
    *,
    clock: Callable[[], datetime],
    watch: Watch = lambda rows, expected: None,
) -> KeptFile:
    """Return the kept file that an order asks for; one that is still due is written and kept now.

    Raises what writing it raised.
    """
    rows = KeptFile.objects.select_related("period__entity", "period__locked_by")
    wanted = rows.filter(period=period, report=order.report, format=order.format)
    if (found := wanted.exclude(sha256="").first()) is not None:
        return found
    await_files(period)
    failed = keep_report(period, order.report, clock=clock, watch=watch)
    if order.format in failed:
        raise failed[order.format]
    return wanted.get()


def keep_report(
    period: AccountingPeriod,
    report: str,
    *,
    clock: Callable[[], datetime],
    watch: Watch = lambda rows, expected: None,
) -> dict[str, Exception]:
    """Write those files of a report that are due, all from one snapshot, and keep them; return what failed by format.

    Cannot be composed. Safe to repeat and to run twice at once: whoever is first keeps the file, the other's is thrown
    away, and what an attempt stored that died before it said so is written over.
    """
    due = KeptFile.objects.filter(period=period, report=report, sha256="")
    formats = sorted(set(due.values_list("format", flat=True)) & WRITERS.keys())
    as_of = clock()
    written: dict[str, tuple[Origin, Figures, BufferedRandom]] = {}
    failed: dict[str, Exception] = {}
    with ExitStack() as files:
        with one_snapshot():
            for form in formats:
                origin = kept_origin(period, report, form, as_of=as_of)
                file = files.enter_context(TemporaryFile())
                try:
                    written[form] = origin, write_report(origin, file, watch=watch), file
                except ExportStopped:
                    raise
                except Exception as refusal:  # noqa: BLE001  one format's trouble must not cost the others
                    # Whoever holds the traceback, as a log record may, holds the rows' cursor open, whose end would
                    # break a later transaction.
                    told = "".join(format_exception(refusal))
                    logger.error("%s of %s could not be kept as %s. %s", report, period, form, told)  # noqa: TRY400
                    failed[form] = refusal.with_traceback(None)
        for origin, figures, file in written.values():
            _keep(period, origin, figures, file, now=clock())
    for form, error in failed.items():
        due.filter(format=form).update(error=f"{type(error).__name__}: {error}"[:500])
    return failed


@transaction.atomic
def _keep(
    period: AccountingPeriod,
    origin: Origin,
    figures: Figures,
    file: BufferedRandom,
    *,
    now: datetime,
) -> None:
    order = origin.order
    row = (
        KeptFile.objects.select_for_update()
        .filter(period=period, report=order.report, format=order.format, sha256="")
        .first()
    )
    if row is None:
        logger.info("%s of %s was kept meanwhile.", order.report, period)
        return
    row.size = file.seek(0, SEEK_END)
    file.seek(0)
    row.sha256 = file_digest(file, "sha256").hexdigest()
    file.seek(0)
    folder = f"months/{period.entity.slug}/{period}/{row.reference}"
    name = f"{folder}/{order.report}.{WRITERS[order.format].extension}"
    # The name is the row's own, so that only an attempt that died before it said so can have left something under it.
    default_storage.delete(name)
    row.file.name = default_storage.save(name, File(file))
    row.schema_version = TABLES[order.report].schema_version
    row.filters = order.filters
    row.as_of = origin.as_of
    row.row_count = figures.row_count
    row.totals = figures.sums
    row.kept_at = now
    row.claimed_until = None
    row.error = ""
    row.save()
