"""Looking at a file of an answer, before it is sent and afterwards."""

from uuid import UUID

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from payments.desk.models import DisputeFile
from payments.desk.uploading import bytes_of
from payments.finance.access import person
from payments.finance.actions import log_document


@require_safe
@never_cache
@permission_required(("payments.view_dispute", "payments.view_disputeanswer"), raise_exception=True)
def dispute_file(request: HttpRequest, reference: UUID, file: UUID) -> HttpResponse:
    """Send one file; only its own type is ever claimed, and who opened it is in the access log."""
    if not may_open_files(request):
        raise PermissionDenied
    files = DisputeFile.objects.select_related("document", "answer__dispute")
    found = get_object_or_404(files, reference=file, answer__dispute__reference=reference)
    if not found.is_ready:
        raise Http404
    facts = {"dispute": str(reference), "file": str(file), "sha256": found.sha256}
    log_document(person(request), report="dispute_file", facts=facts, now=timezone.now())
    shown = content_disposition_header(as_attachment=False, filename=found.name)
    return HttpResponse(
        bytes_of(found),
        content_type=found.content_type,
        headers={"Content-Disposition": shown or "inline"},
    )


def may_open_files(request: HttpRequest) -> bool:
    """Files name the payer: for who may see people, and for who hands them in and must know what they send."""
    return any(
        request.user.has_perm(f"payments.{name}")
        for name in ("answer_dispute", "view_personal_data", "view_customer")
    )
