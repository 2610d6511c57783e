"""Prompt events where no WSGI short cut is mounted: Django's development server, tests."""

from membership.results.edge import answer
from membership.short_cuts import as_view

prompt_events = as_view(answer)
