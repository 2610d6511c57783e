"""Seeing everything that is kept about oneself, and deleting one's account, from My support."""

import logging

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from membership.accounts.models import User
from membership.letters.tasks import send_due_letters
from membership.portal.access import supporter_page
from membership.portal.queries import all_plans
from membership.privacy.actions import ask_to_erase, erase_supporter
from membership.privacy.export import personal_data
from membership.supporters.models import Supporter
from payments.errors import (
    GatewayRefused,
    GatewayUnauthorised,
    GatewayUnavailable,
    InvalidTransition,
)
from payments.nudge import nudge

logger = logging.getLogger(__name__)


@require_safe
@supporter_page
def own_data(_request: HttpRequest, supporter: Supporter) -> HttpResponse:
    """Send everything that is kept about the supporter, in a form that programs read too."""
    return JsonResponse(
        personal_data(supporter),
        headers={"Content-Disposition": 'attachment; filename="my-data.json"'},
        json_dumps_params={"indent": 2, "ensure_ascii": False},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@supporter_page
def erase_account(request: HttpRequest, supporter: Supporter) -> HttpResponse:
    """Say what goes and what stays; POST with the box ticked does it and signs out.

    Staff keep their account: another member of staff takes it away.
    """
    running, _ended = all_plans(supporter)
    is_staff = isinstance(request.user, User) and request.user.is_staff
    is_sure = request.POST.get("sure") == "yes"
    if request.method != "POST" or not is_sure or is_staff:
        context = {
            "plans": running,
            "is_staff": is_staff,
            "is_unsure": request.method == "POST" and not is_staff,
            "supporter": supporter,
        }
        return render(request, "membership/privacy/erase_account.html", context)
    now = timezone.now()
    erasure = ask_to_erase(supporter, cause="my support", now=now)
    try:
        erase_supporter(erasure, now=now)
        is_done = True
    except (GatewayUnavailable, GatewayUnauthorised, GatewayRefused, InvalidTransition) as error:
        logger.warning("Privacy request %s waits for its plans: %s", erasure, error)
        is_done = False
    nudge(send_due_letters)
    logout(request)
    return render(request, "membership/privacy/erased.html", {"is_done": is_done})
