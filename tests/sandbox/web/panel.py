"""The control panel for people: what exists, what happened, and what should go wrong next."""

from starlette.routing import BaseRoute

routes: list[BaseRoute] = []
