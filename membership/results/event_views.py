"""Prompt events where no WSGI short cut is mounted: Django's development server, tests."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from membership.results.edge import answer


@csrf_exempt
def prompt_events(request: HttpRequest) -> HttpResponse:
    """Answer a beacon as the short cut does. No reader's cookie counts, so there is nothing to forge."""
    given = answer(request.META, request.read)
    return HttpResponse(given.sentence, status=given.status, headers=dict(given.all_headers))
