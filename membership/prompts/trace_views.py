"""Staff replay a decision from the code that a reader handed on."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from membership.prompts.queries import bundle_body
from membership.prompts.rules.bundle import BundleRefused, parse_bundle
from membership.prompts.rules.context import Context
from membership.prompts.rules.tracing import (
    MOST_CHARACTERS,
    Replay,
    TraceRefused,
    read_trace,
    replay,
)

_PERMISSION = "membership.view_promptbundle"


@dataclass(frozen=True, slots=True)
class Replayed:
    """A decision made again: the bundle's hash, what was decided upon and when, and how."""

    bundle: str
    context: Context
    decided_at: datetime
    replay: Replay


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@permission_required(_PERMISSION, raise_exception=True)
def trace(request: HttpRequest) -> HttpResponse:
    """Replay the pasted code from the stored bundle. It is posted, so that no log of addresses keeps it."""
    code = request.POST.get("code", "").strip()
    context: dict[str, object] = {"code": code, "longest": MOST_CHARACTERS}
    if code:
        try:
            context["replayed"] = _replayed(_without_address(code))
        except TraceRefused as error:
            context["problem"] = str(error)
    return render(request, "membership/prompts/trace.html", context)


def _without_address(code: str) -> str:
    """Return the code of a whole link to the page that explains it, which readers hand on too."""
    return code.rpartition("#")[2]


def _replayed(code: str) -> Replayed:
    read = read_trace(code)
    body = bundle_body(read.bundle)
    if body is None:
        raise TraceRefused(
            f"No bundle {read.bundle[:12]}… was published here: the code is of another site."
        )
    try:
        bundle = parse_bundle(body)
    except BundleRefused as error:
        raise TraceRefused(f"Its bundle cannot be read any more: {error}") from error
    decided_at = datetime.fromtimestamp(read.context.now, UTC)
    return Replayed(read.bundle, read.context, decided_at, replay(bundle, read.context))
