"""Where the mail provider posts what became of our mail; anymail checks its signature or secret and reads it."""

import importlib

from anymail.webhooks.base import AnymailCoreWebhookView
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.module_loading import import_string
from django.views.decorators.csrf import csrf_exempt

_BACKENDS = "anymail.backends."


def provider_view() -> type[AnymailCoreWebhookView] | None:
    """Return anymail's view for the provider through which mail is sent; None for plain SMTP and for files."""
    if not settings.EMAIL_BACKEND.startswith(_BACKENDS):
        return None
    name = settings.EMAIL_BACKEND.removeprefix(_BACKENDS).partition(".")[0]
    module = importlib.import_module(f"anymail.webhooks.{name}")
    endings = ("TrackingWebhookView", "CombinedWebhookView")
    views = (each for each in dir(module) if each.endswith(endings) and "Base" not in each)
    view = next(views, None)
    return import_string(f"{module.__name__}.{view}") if view else None


def is_guarded(view: type[AnymailCoreWebhookView]) -> bool:
    """Say whether the view refuses what is not the provider's: by a signature of theirs or a secret of ours."""
    if getattr(view, "warn_if_no_basic_auth", False):
        return bool(settings.ANYMAIL.get("WEBHOOK_SECRET"))
    return True


@csrf_exempt
def mail_events(request: HttpRequest) -> HttpResponse:
    """Take the provider's reports; nothing is here without a provider, or where anybody could post."""
    view = provider_view()
    if view is None or not is_guarded(view):
        raise Http404("No mail provider reports to us.")
    response: HttpResponse = view.as_view()(request)
    return response
