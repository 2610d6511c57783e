"""An authenticator app for tests."""

import re
import time

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse


def app_code(secret: str, *, step: int = 0) -> str:
    """The code that the app shows now, or `step` half-minutes from now."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30 + step)))


def set_up_app(client: Client) -> tuple[str, HttpResponse]:
    """Set an app up through the pages; returns its secret and the last answer."""
    page = client.get(reverse("mfa_activate_totp")).content.decode()
    found = re.search(r"<code[^>]*>([A-Z2-7]{32})</code>", page)
    assert found, "The page shows no secret."
    response = client.post(reverse("mfa_activate_totp"), {"code": app_code(found[1])})
    return found[1], response
