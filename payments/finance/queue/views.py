"""The page of the exceptions queue, and the note that settles a row of it."""

from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from payments.entities.models import LegalEntity
from payments.finance.months.actions import waive_exception
from payments.finance.queue.forms import QueueForm, SettlementForm
from payments.finance.queue.groups import groups_of, is_settled_here
from payments.reconciliation.access import may_decide, may_look, person
from payments.reconciliation.exceptions import ExceptionRow, exceptions


@require_safe
@never_cache
@may_look
def exception_queue(request: HttpRequest) -> HttpResponse:
    """Show what needs a person, as the address selects it."""
    return _page(request)


@require_POST
@may_decide
def settle(request: HttpRequest) -> HttpResponse:
    """Settle one row with a note; the first note stands where two people write one at the same time."""
    form = SettlementForm(request.POST)
    if not form.is_valid():
        return _page(request, refused=form)
    kind, key = form.cleaned_data["kind"], form.cleaned_data["key"]
    row = _waiting(kind, key)
    if row is None:
        messages.error(request, "That is not in the queue any more, so nothing was written down.")
    elif not is_settled_here(kind):
        messages.error(request, f"{row.title} is settled on its own page.")
    else:
        now = timezone.now()
        waive_exception(
            kind, key=key, note=form.cleaned_data["note"], actor=person(request), now=now
        )
        messages.success(request, f"{row.title}: settled, with your name and note.")
    query = request.GET.urlencode()
    return redirect(f"{reverse('payments:exceptions')}{'?' if query else ''}{query}")


def _waiting(kind: str, key: str) -> ExceptionRow | None:
    now = timezone.now()
    for entity in LegalEntity.objects.order_by("id"):
        for row in exceptions(entity, now=now, kinds=[kind]):
            if row.key == key:
                return row
    return None


def _page(request: HttpRequest, *, refused: SettlementForm | None = None) -> HttpResponse:
    entities = list(LegalEntity.objects.order_by("id"))
    if not entities:
        return render(request, "payments/finance/not_set_up.html")
    form = QueueForm({"entity": entities[0].slug, **request.GET.dict()}, entities=entities)
    context: dict[str, object] = {
        "form": form,
        "refused": refused,
        "query": request.GET.urlencode(),
    }
    if not form.is_valid():
        return render(request, "payments/finance/exceptions.html", context, status=400)
    chosen, entity = form.cleaned_data, form.chosen_entity
    rows = exceptions(
        entity,
        now=timezone.now(),
        kinds=[chosen["kind"]] if chosen["kind"] else [],
        with_settled=True,
    )
    waiting = [row for row in rows if not row.is_settled]
    context |= {
        "entity": entity,
        "site_entity": entities[0],
        "zone": ZoneInfo(entity.time_zone),
        "groups": groups_of(waiting),
        "waiting_count": len(waiting),
        "settled": [row for row in rows if row.is_settled] if chosen["settled"] else [],
        "may_decide": request.user.has_perm("payments.reconcile_payout"),
    }
    return render(
        request, "payments/finance/exceptions.html", context, status=400 if refused else 200
    )
