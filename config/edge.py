"""Addresses that are answered before Django: a mapping from a path to a WSGI application."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from membership.results import edge as results

WSGIApplication = Callable[[dict[str, Any], Any], Iterable[bytes]]

# Each has a view in urls.py as well, so that the same answer is given where this is not mounted.
SHORT_CUTS: Mapping[str, WSGIApplication] = {
    results.ADDRESS: results.prompt_events,
}


def mount(application: WSGIApplication) -> WSGIApplication:
    """Return `application` with the short cuts before it."""

    def choose(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        return SHORT_CUTS.get(environ["PATH_INFO"], application)(environ, start_response)

    return choose
