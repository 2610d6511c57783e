"""My support: what a supporter gave, and the receipts for it."""

import logging
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from membership.portal.access import supporter_page
from membership.portal.queries import all_plans, describe, page_of_gifts, receipt_of
from membership.supporters.models import Supporter
from membership.supporters.queries import keep_current
from membership.tiers.queries import membership_of
from payments.receipts.queries import stored_pdf

logger = logging.getLogger(__name__)


@require_safe
@supporter_page
def my_support(request: HttpRequest, supporter: Supporter) -> HttpResponse:
    """List the supporter's standing gifts, their payments and who we think they are.

    The status cookies are renewed on the way, so that the next article knows what is seen here.
    """
    keep_current(request, supporter)
    page = page_of_gifts(supporter, request.GET.get("page", "1"))
    plans, ended = all_plans(supporter)
    context = {
        "supporter": supporter,
        "membership": membership_of(supporter, now=timezone.now()),
        "plans": plans,
        "ended": ended,
        "page": page,
        "gifts": [describe(payment) for payment in page],
    }
    return render(request, "membership/portal/my_support.html", context)


@require_safe
@supporter_page
def receipt_download(request: HttpRequest, supporter: Supporter, reference: UUID) -> HttpResponse:
    """Send the PDF as it was issued; whatever is not the supporter's own does not exist for them."""
    receipt = receipt_of(supporter, reference)
    if receipt is None:
        raise Http404("No such receipt of this supporter.")
    logger.info("Receipt %s is downloaded by its supporter.", receipt.reference)
    name = content_disposition_header(as_attachment=True, filename=f"{receipt.number}.pdf")
    return HttpResponse(
        stored_pdf(receipt.document),
        content_type="application/pdf",
        headers={"Content-Disposition": name},
    )
