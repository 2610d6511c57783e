"""Fragments and decisions where no WSGI short cut is mounted: Django's development server, tests."""

from membership.prompts.edge import answer_decide, answer_fragment
from membership.short_cuts import as_view

decide = as_view(answer_decide)
fragment = as_view(answer_fragment)
