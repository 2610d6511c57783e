"""The membership card."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from membership.portal.access import supporter_page
from membership.supporters.models import Supporter
from membership.tiers.cards import card_of


@require_safe
@supporter_page
def membership_card(request: HttpRequest, supporter: Supporter) -> HttpResponse:
    """Show the supporter's card, ready to be printed, or how one is earned."""
    context = {"card": card_of(supporter, now=timezone.now())}
    return render(request, "membership/portal/card.html", context)
