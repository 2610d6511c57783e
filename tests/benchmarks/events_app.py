"""The shipped WSGI application with one bare view more, for measurements under a real server."""

from django.conf import settings

from config.wsgi import application

settings.ROOT_URLCONF = "tests.benchmarks.events_rate"

__all__ = ["application"]
