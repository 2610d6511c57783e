from collections.abc import Iterable
from datetime import datetime, timedelta

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import IntegrityError, transaction

from payments.finance.exportables import EXPORTABLES
from payments.finance.kept.queries import kept_month
from payments.finance.models import PENDING, AccessAction, AccessLog, Export, ExportState
from payments.finance.orders import ExportOrder
from payments.finance.progress import stop

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
    is returned in the place of a new one; so is one for the same kept file of a locked month. A file with names and
    emails is always written anew, so that nobody who was erased meanwhile is in it.
    """
    with transaction.atomic():
        export = _equal_export(user, order, now=now) or _new_export(user, order, now=now)
        log_export(user, AccessAction.EXPORTED, export=export, now=now)
    return export


def log_report_file(user: AbstractBaseUser, order: ExportOrder, *, now: datetime) -> None:
    """Write down that a report's file was written for somebody without a browser, and is theirs."""
    log_files(user, [(order.report, order.filters)], now=now)


def log_files(
    user: AbstractBaseUser, taken: Iterable[tuple[str, dict[str, str]]], *, now: datetime
) -> None:
    """Write down who took files that are no exports of theirs: each a report and its filters."""
    AccessLog.objects.bulk_create(
        AccessLog(
            user_id=user.pk,
            action=AccessAction.DOWNLOADED,
            report=report,
            filters=filters,
            at=now,
        )
        for report, filters in taken
    )


def _equal_export(user: AbstractBaseUser, order: ExportOrder, *, now: datetime) -> Export | None:
    exportable = EXPORTABLES[order.report]
    equal = Export.objects.filter(requested_by_id=user.pk, order_key=order.key)
    pending = equal.filter(state__in=PENDING, schema_version=exportable.schema_version).first()
    if pending is not None or order.include_personal:
        return pending
    ready = equal.filter(state=ExportState.READY, expires_at__gt=now + _LINK_LASTS_ENOUGH)
    if kept_month(order) is not None:
        return ready.filter(kept__isnull=False).first()
    written = ready.filter(kept=None, schema_version=exportable.schema_version).first()
    if written is None or written.data_state != exportable.state(order):
        return None
    return written


def _new_export(user: AbstractBaseUser, order: ExportOrder, *, now: datetime) -> Export:
    try:
        with transaction.atomic():
            return Export.objects.create(
                report=order.report,
                format=order.format,
                schema_version=EXPORTABLES[order.report].schema_version,
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
