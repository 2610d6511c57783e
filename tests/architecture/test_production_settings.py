"""What production's settings make of cookies and transport, read from a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NAMES = [
    *(
        f"{cookie}_COOKIE_{aspect}"
        for cookie in ("SESSION", "CSRF")
        for aspect in ("NAME", "SECURE", "HTTPONLY", "SAMESITE", "DOMAIN")
    ),
    "ALLOWED_HOSTS",
    "ARTICLE_ORIGINS",
    "DEBUG",
    "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN",
    "SECURE_CONTENT_TYPE_NOSNIFF",
    "SECURE_HSTS_SECONDS",
    "SECURE_SSL_REDIRECT",
    "X_FRAME_OPTIONS",
]


@pytest.fixture(scope="module")
def production() -> dict[str, object]:
    program = (
        "import json; from django.conf import settings; "
        f"print(json.dumps({{name: getattr(settings, name) for name in {NAMES}}}))"
    )
    environment = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "SECRET_KEY": "a key for this test alone, as long as one has to be",
        "SITE_URL": "https://support.example.org",
        "ARTICLE_HOSTS": "www.example.org",
    }
    answer = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=environment, capture_output=True, check=True
    )
    values: dict[str, object] = json.loads(answer.stdout)
    return values


@pytest.mark.parametrize("cookie", ["SESSION_COOKIE", "CSRF_COOKIE"])
def test_cookies_stay_with_this_host_https_and_the_server(
    production: dict[str, object], cookie: str
) -> None:
    assert str(production[f"{cookie}_NAME"]).startswith("__Host-")
    assert production[f"{cookie}_SECURE"] is True
    assert production[f"{cookie}_HTTPONLY"] is True
    assert production[f"{cookie}_SAMESITE"] == "Lax"
    # A __Host- cookie with a domain is one that browsers refuse.
    assert production[f"{cookie}_DOMAIN"] is None


def test_transport_is_https_and_pages_cannot_be_framed(production: dict[str, object]) -> None:
    assert production["SECURE_SSL_REDIRECT"] is True
    assert production["SECURE_HSTS_SECONDS"] == 31_536_000
    assert production["SECURE_CONTENT_TYPE_NOSNIFF"] is True
    assert production["X_FRAME_OPTIONS"] == "DENY"
    assert production["DEBUG"] is False
    assert production["ALLOWED_HOSTS"] == ["support.example.org"]


def test_readers_return_to_articles_over_https_only(production: dict[str, object]) -> None:
    assert production["ARTICLE_ORIGINS"] == ["https://www.example.org"]
    assert production["MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN"] is False
