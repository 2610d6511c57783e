"""Yearly statements of a supporter, one by one or all together."""

import zipfile
from io import BytesIO
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from membership.portal.access import supporter_page
from membership.supporters.models import Supporter
from payments.models import Statement
from payments.nudge import nudge
from payments.receipts.queries import stored_pdf
from payments.receipts.statements import issue_statements
from payments.receipts.tasks import render_statements


@require_http_methods(["GET", "HEAD", "POST"])
@supporter_page
def statements(request: HttpRequest, supporter: Supporter) -> HttpResponse:
    """List the statements, the latest year first; POST draws up those that are missing or were corrected."""
    if request.method == "POST":
        issued = issue_statements(supporter.reference, now=timezone.now())
        nudge(render_statements)
        said = (
            "Your statements are being drawn up: look again in a minute."
            if issued
            else "Your statements are up to date. The one of a running tax year comes after its end."
        )
        messages.success(request, said)
        return redirect("membership:statements")
    own = _own(supporter).order_by("-tax_year", "-version", "id").select_related("entity")
    return render(request, "membership/portal/statements.html", {"statements": list(own)})


@require_safe
@supporter_page
def statement_download(
    _request: HttpRequest, supporter: Supporter, reference: UUID
) -> HttpResponse:
    """Send the PDF as it was drawn; whatever is not the supporter's own does not exist for them."""
    statement = _own(supporter).filter(reference=reference).exclude(file="").first()
    if statement is None:
        raise Http404("No such statement of this supporter.")
    name = content_disposition_header(as_attachment=True, filename=f"{statement.number}.pdf")
    return HttpResponse(
        stored_pdf(statement),
        content_type="application/pdf",
        headers={"Content-Disposition": name},
    )


@require_safe
@supporter_page
def statements_archive(_request: HttpRequest, supporter: Supporter) -> HttpResponse:
    """Send all statements that are drawn in one ZIP file."""
    archive = BytesIO()
    # Kept as they are: PDFs hardly shrink.
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as files:
        for statement in _own(supporter).exclude(file="").order_by("id"):
            files.writestr(f"{statement.number}-v{statement.version}.pdf", stored_pdf(statement))
    return HttpResponse(
        archive.getvalue(),
        content_type="application/zip",
        headers={"Content-Disposition": 'attachment; filename="statements.zip"'},
    )


def _own(supporter: Supporter) -> QuerySet[Statement]:
    return Statement.objects.filter(party=supporter.reference)
