"""The short way for what is published, inside Django."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import resolve, reverse
from django.utils.functional import cached_property

from membership.prompts.edge import DECIDE, FRAGMENTS


class BundleMiddleware:
    """Answers the pointer, bundles, fragments and decisions before any session, language or cookie could touch them.

    So it stands near the top of MIDDLEWARE: what caches share must not vary. Without it the same views answer.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    @cached_property
    def prefixes(self) -> tuple[str, ...]:
        bundle = reverse("membership:prompt_bundle", args=["0" * 64])
        whole = f"{'0' * 64}.json"
        return reverse("membership:prompt_pointer"), bundle.removesuffix(whole), FRAGMENTS, DECIDE

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path.startswith(self.prefixes):
            return self.get_response(request)
        match = resolve(request.path)
        answer: HttpResponse = match.func(request, *match.args, **match.kwargs)
        return answer
