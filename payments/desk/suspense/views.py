"""The page of a line in suspense: what Stripe says of it, and the form that books it where it belongs."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from payments.desk.suspense.actions import book_out_of_suspense
from payments.desk.suspense.forms import SuspenseForm
from payments.desk.suspense.queries import HeldLine, held_line
from payments.errors import InvalidTransition
from payments.reconciliation.access import may_look, person


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@may_look
def suspense(request: HttpRequest, stripe_id: str) -> HttpResponse:
    """Show a line that is or was in suspense; a post books it, or answers 422 with the form and its reasons."""
    if request.method == "POST" and not request.user.has_perm("payments.reconcile_payout"):
        raise PermissionDenied
    found = held_line(stripe_id)
    if found is None:
        raise Http404
    if request.method != "POST":
        return _page(request, found, SuspenseForm())
    form = SuspenseForm(request.POST)
    if form.is_valid():
        try:
            book_out_of_suspense(
                found.posting, **form.cleaned_data, actor=person(request), now=timezone.now()
            )
        except InvalidTransition:
            form.add_error(None, "Somebody else has said what it is: nothing of it is in suspense.")
            found = held_line(stripe_id) or found
        else:
            messages.success(request, f"{stripe_id} is out of suspense, with your name and reason.")
            return redirect("payments:exceptions")
    return _page(request, found, form)


def _page(request: HttpRequest, found: HeldLine, form: SuspenseForm) -> HttpResponse:
    return render(
        request,
        "payments/desk/suspense.html",
        {
            "found": found,
            "line": found.line,
            "form": form,
            "may_book": bool(found.held) and request.user.has_perm("payments.reconcile_payout"),
        },
        status=422 if form.errors else 200,
    )
