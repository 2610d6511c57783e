"""The short way for the published bundle."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import resolve, reverse
from django.utils.functional import cached_property


class BundleMiddleware:
    """Answers the pointer and the bundles before any session, language or cookie could make them one reader's own.

    So it stands near the top of MIDDLEWARE: what caches share must not vary. Without it the same views answer.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    @cached_property
    def prefixes(self) -> tuple[str, str]:
        bundle = reverse("membership:prompt_bundle", args=["0" * 64])
        return reverse("membership:prompt_pointer"), bundle.removesuffix(f"{'0' * 64}.json")

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path.startswith(self.prefixes):
            return self.get_response(request)
        match = resolve(request.path)
        answer: HttpResponse = match.func(request, *match.args, **match.kwargs)
        return answer
