"""The months of the books: what is left to do in each, and the steps that two people take."""

from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from payments.entities.models import LegalEntity
from payments.errors import InvalidTransition, MonthNotReady, NoteMissing, SamePerson
from payments.finance.access import person
from payments.finance.kept.models import KeptFile
from payments.finance.kept.tasks import keep_month_files
from payments.finance.kept.views import visible_files
from payments.finance.links import report_address
from payments.finance.months.actions import (
    close_month,
    lock_month,
    reopen_month,
    waive_exception,
)
from payments.finance.months.calendar import Month
from payments.finance.months.forms import ReasonForm, WaiverForm
from payments.finance.months.queries import (
    late_count,
    months_of,
    next_to_close,
    period_of,
    readiness_of,
)
from payments.finance.tables import TABLES
from payments.finance.tables.journal import JOURNAL
from payments.finance.writers import WRITERS
from payments.finance.writers.base import Writer
from payments.ledger.models import LedgerAccount
from payments.ledger.period_models import AccountingPeriod, MonthState
from payments.nudge import nudge
from payments.periods import civil_date

_MAY_SEE = permission_required("payments.view_reports", raise_exception=True)
_MAY_CLOSE = permission_required("payments.close_month", raise_exception=True)
_MAY_LOCK = permission_required("payments.lock_month", raise_exception=True)


@require_safe
@never_cache
@_MAY_SEE
def months(request: HttpRequest) -> HttpResponse:
    """List the months of every entity, latest first."""
    now = timezone.now()
    entities = LegalEntity.objects.order_by("id")
    return render(
        request,
        "payments/finance/months/months.html",
        {
            "books": [
                (entity, _listed(months_of(entity, today=civil_date(now, entity.time_zone))))
                for entity in entities
            ]
        },
    )


@require_safe
@never_cache
@_MAY_SEE
def month(request: HttpRequest, entity: str, key: str) -> HttpResponse:
    """Show a month: its identities, what keeps it open, its accounts, and the next step."""
    books, chosen = _found(entity, key)
    return _page(request, books, chosen)


@require_POST
@_MAY_CLOSE
def close(request: HttpRequest, entity: str, key: str) -> HttpResponse:
    """Close a month, or say what is left to do."""
    return _step(request, entity, key, close_month, "closed. A second person can lock it now")


@require_POST
@_MAY_LOCK
def lock(request: HttpRequest, entity: str, key: str) -> HttpResponse:
    """Lock a month that somebody else closed."""

    def act(
        books: LegalEntity, chosen: Month, *, actor: AbstractBaseUser, now: datetime
    ) -> AccountingPeriod:
        locked = lock_month(books, chosen, actor=actor, now=now)
        nudge(keep_month_files)
        return locked

    return _step(request, entity, key, act, "locked. Its files are kept for good from now on")


@require_POST
@_MAY_LOCK
def reopen(request: HttpRequest, entity: str, key: str) -> HttpResponse:
    """Open a closed month again, for a reason."""
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, *_found(entity, key), form=form, status=400)

    def act(
        books: LegalEntity, chosen: Month, *, actor: AbstractBaseUser, now: datetime
    ) -> AccountingPeriod:
        return reopen_month(books, chosen, reason=form.cleaned_data["reason"], actor=actor, now=now)

    return _step(request, entity, key, act, "open again")


@require_POST
@_MAY_CLOSE
def waive(request: HttpRequest, entity: str, key: str) -> HttpResponse:
    """Explain one row of the queue, so that it keeps no month open."""
    books, chosen = _found(entity, key)
    form = WaiverForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Say in a note why this is in order.")
        return _page(request, books, chosen, status=400)
    waive_exception(
        form.cleaned_data["kind"],
        key=form.cleaned_data["key"],
        note=form.cleaned_data["note"],
        actor=person(request),
        now=timezone.now(),
    )
    messages.success(request, "Waived, with your reason.")
    return redirect("payments:month", books.slug, chosen.key)


def _step(
    request: HttpRequest, entity: str, key: str, act: Callable[..., object], done: str
) -> HttpResponse:
    books, chosen = _found(entity, key)
    try:
        act(books, chosen, actor=person(request), now=timezone.now())
    except (InvalidTransition, MonthNotReady, SamePerson, NoteMissing) as error:
        problems = error.problems if isinstance(error, MonthNotReady) else [str(error)]
        return _page(request, books, chosen, problems=problems, status=409)
    messages.success(request, f"{chosen} is {done}.")
    return redirect("payments:month", books.slug, chosen.key)


def _page(  # noqa: PLR0913  what a refused step adds to the page
    request: HttpRequest,
    entity: LegalEntity,
    chosen: Month,
    *,
    problems: list[str] | None = None,
    form: ReasonForm | None = None,
    status: int = 200,
) -> HttpResponse:
    now = timezone.now()
    period = period_of(entity, chosen)
    readiness = readiness_of(entity, chosen, now=now)
    is_closed = period.state == MonthState.SOFT_CLOSED
    return render(
        request,
        "payments/finance/months/month.html",
        {
            "entity": entity,
            "month": chosen,
            "period": period,
            "is_open": period.state == MonthState.OPEN,
            "is_closed": is_closed,
            "is_locked": period.state == MonthState.LOCKED,
            "is_over": civil_date(now, entity.time_zone) > chosen.last_on,
            "is_next": next_to_close(entity) == chosen,
            "is_own": period.closed_by_id == request.user.pk,
            "readiness": readiness,
            "accounts": [(LedgerAccount(each.account).label, each) for each in readiness.balances],
            "problems": problems or [],
            "reason_form": form or ReasonForm(),
            "late": late_count(entity, chosen),
            "journal": report_address(JOURNAL.name, chosen.filters(entity)),
            **_files(request, period),
        },
        status=status,
    )


def _files(request: HttpRequest, period: AccountingPeriod) -> dict[str, object]:
    """Return the kept files of a locked month that this person may see, with the words for each."""
    if period.state != MonthState.LOCKED:
        return {}
    files = visible_files(request, period)
    by_report: dict[str, list[tuple[KeptFile, Writer]]] = {}
    for kept in files:
        by_report.setdefault(kept.report, []).append((kept, WRITERS[kept.format]))
    return {
        "files": files,
        "reports": [(TABLES[report], each) for report, each in by_report.items()],
        "faulty": [
            (kept, TABLES[kept.report], WRITERS[kept.format]) for kept in files if kept.fault
        ],
        "has_kept": any(kept.is_kept for kept in files),
        "due_count": sum(not kept.is_kept for kept in files),
    }


def _listed(periods: list[AccountingPeriod]) -> list[tuple[Month, AccountingPeriod]]:
    return [(Month(period.first_on), period) for period in periods]


def _found(entity: str, key: str) -> tuple[LegalEntity, Month]:
    try:
        chosen = Month.parse(key)
    except ValueError as error:
        raise Http404 from error
    return get_object_or_404(LegalEntity, slug=entity), chosen
