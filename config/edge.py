"""Addresses that are answered before Django: a mapping from a path to a WSGI application."""

from collections.abc import Iterable, Mapping
from typing import Any

from membership.prompts import edge as prompts
from membership.results import edge as results
from membership.short_cuts import WSGIApplication

# Each has a view in urls.py as well, so that the same answer is given where this is not mounted.
SHORT_CUTS: Mapping[str, WSGIApplication] = {
    prompts.DECIDE: prompts.decide,
    results.ADDRESS: results.prompt_events,
}


def mount(application: WSGIApplication) -> WSGIApplication:
    """Return `application` with the short cuts before it."""

    def choose(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        chosen = SHORT_CUTS.get(path)
        if chosen is None:
            chosen = prompts.fragment if path.startswith(prompts.FRAGMENTS) else application
        return chosen(environ, start_response)

    return choose
