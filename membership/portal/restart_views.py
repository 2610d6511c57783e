"""A gift that ended, begun again from a letter."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from membership.portal.queries import plan_named
from membership.portal.restarts import restart_address


def restart_from_letter(_request: HttpRequest, reference: UUID) -> HttpResponse:
    """Lead to the donation page; nothing is changed before the reader pays there."""
    plan = plan_named(reference)
    if plan is None:
        raise Http404("The plan of this link is gone.")
    return redirect(restart_address(plan))
