"""How many donation pages a second one process makes, and how many of a constant template.

The reader is a guest, whose page is drawn once in a few seconds and kept: that is what a rush of readers meets.
Both go through the whole WSGI handler with all middleware, in one thread, without a socket: what differs is our view,
its queries and its templates. They are measured in turns in one run, so that the machine's mood meets both.
"""

import io
import statistics
import time

from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template import Context, Template
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import include, path

from membership.checkout_pages.guest_page import drawings
from membership.checkout_pages.queries import offers
from tests.factories import NOON, SupporterFactory, UserFactory

ROUNDS = 7
SECONDS_A_ROUND = 1.5
PAGE = "/donate/support/"
CONSTANT = "/constant/"

_templates: dict[str, Template] = {}


def constant(request: HttpRequest) -> HttpResponse:
    return HttpResponse(_templates[CONSTANT].render(Context()))


urlpatterns = [path("constant/", constant), path("", include("config.urls"))]


def measure_pages() -> None:
    """Print requests a second, their ratio, and what the page asks of the database."""
    with override_settings(ROOT_URLCONF=__name__):
        page = Client().get(PAGE).content.decode()
        _templates[CONSTANT] = Template(f"{{% verbatim %}}{page}{{% endverbatim %}}")
        handler = WSGIHandler()
        for url in (PAGE, CONSTANT):
            _rate(handler, url)
        rounds = [(_rate(handler, PAGE), _rate(handler, CONSTANT)) for _ in range(ROUNDS)]
        print(f"{connection.vendor}, a page of {len(page.encode()):,} bytes, {ROUNDS} rounds\n")
        _print(rounds)
        _print_queries()


def _print(rounds: list[tuple[float, float]]) -> None:
    ratios = [ours / constant for ours, constant in rounds]
    ours, theirs = (statistics.median(rates) for rates in zip(*rounds, strict=True))
    print(f"{'donation page':<30}{ours:>8.0f} requests/s")
    print(f"{'constant template':<30}{theirs:>8.0f} requests/s")
    print(
        f"{'ratio':<30}{statistics.median(ratios):>8.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
    )


def _print_queries() -> None:
    user = UserFactory.create()
    SupporterFactory.create(user=user, email=user.email, email_verified_at=NOON)
    supporter = Client()
    supporter.force_login(user)
    for who, client in (("guest", Client()), ("supporter", supporter)):
        offers.forget_all()
        drawings.forget_all()
        for when in ("first", "kept"):
            with CaptureQueriesContext(connection) as captured:
                client.get(PAGE)
            print(f"{f'queries, {who}, {when}':<30}{len(captured):>8}")


def _rate(handler: WSGIHandler, url: str) -> float:
    count = 0
    began = time.perf_counter()
    while (elapsed := time.perf_counter() - began) < SECONDS_A_ROUND:
        response = handler(_environ(url), lambda status, headers, error=None: None)
        assert response.status_code == 200
        b"".join(response)
        response.close()
        count += 1
    return count / elapsed


def _environ(url: str) -> dict[str, object]:
    return {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": url,
        "QUERY_STRING": "",
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "testserver",
        "HTTP_ACCEPT_LANGUAGE": "en-GB,en;q=0.9",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": io.StringIO(),
    }
