"""Signing in as people do: through the pages, with the code from the mail."""

import re

from django.core import mail
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse


def latest_code() -> str:
    """Return the code in the newest message."""
    found = re.search(r"^ +(\d{4} \d{4})$", str(mail.outbox[-1].body), re.MULTILINE)
    assert found, "The newest message holds no code."
    return found[1]


def other_code(code: str) -> str:
    """Return another code of the same shape."""
    return str((int(code.replace(" ", "")) + 1) % 10**8).zfill(8)


def ask_for_code(client: Client, email: str, **fields: str) -> HttpResponse:
    return client.post(reverse("account_login"), {"email": email, **fields})


def type_code(client: Client, code: str, **fields: str) -> HttpResponse:
    return client.post(reverse("account_confirm_login_code"), {"code": code, **fields})


def sign_in(client: Client, email: str) -> HttpResponse:
    """Sign in by code; someone with a second factor is then asked for it."""
    ask_for_code(client, email)
    return type_code(client, latest_code())
