"""One reader's browser, named by a random cookie, so that its double click is one checkout."""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse

# Long enough to come back from a bank's app, too short to greet the next user of a shared machine.
_KEPT_FOR = timedelta(hours=12)
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class Browser:
    """A browser by its secret `token`, which leaves it only as a digest."""

    token: str

    @property
    def session(self) -> str:
        """What is stored on a checkout to tell this browser from others."""
        return hashlib.sha256(f"checkout-browser:{self.token}".encode()).hexdigest()

    def remember(self, response: HttpResponse) -> None:
        """Keep the browser's name in its cookie; each answer of ours makes it last anew."""
        response.set_cookie(
            _cookie_name(),
            self.token,
            max_age=_KEPT_FOR,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            # Lax, because the way back from the hosted page is a link from another site.
            samesite="Lax",
        )


def browser_of(request: HttpRequest) -> Browser:
    """Return who this browser is; one without a proper cookie gets a new name.

    A Django session would cost a row for each view of the page, most of them by robots.
    """
    token = request.COOKIES.get(_cookie_name(), "")
    return Browser(token if _TOKEN.fullmatch(token) else secrets.token_urlsafe(32))


def _cookie_name() -> str:
    return "__Host-giving" if settings.SESSION_COOKIE_SECURE else "giving"
