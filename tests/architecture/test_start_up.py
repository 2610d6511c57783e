"""A program that cannot start says in one sentence which variable to see to, and tells no secret."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
ENVIRONMENT = {
    "SECRET_KEY": "a key for this test alone, as long as one has to be",
    "SITE_URL": "https://support.example.org",
}
REFUSALS = [
    ("SECRET_KEY", None, "SECRET_KEY is not set."),
    ("SECRET_KEY", "", "SECRET_KEY is too short"),
    ("SECRET_KEY", "thirty-one characters, no more.", "SECRET_KEY is too short"),
    ("SITE_URL", None, "SITE_URL is not set."),
    ("SITE_URL", "support.example.org", "SITE_URL must be a whole address"),
    ("SITE_URL", "ftp://support.example.org", "SITE_URL must be a whole address"),
    ("SITE_URL", "https://[support", "SITE_URL must be a whole address"),
    ("DATABASE_URL", "hush-hush", "DATABASE_URL must look like postgres://"),
    ("DATABASE_URL", "", "DATABASE_URL must look like postgres://"),
    ("DATABASE_URL", "postgres://u:hush-hush@host:port/name", "DATABASE_URL must look like"),
    ("DATABASE_URL", "mysql://u:hush-hush@host/name", "DATABASE_URL must look like postgres://"),
    ("EMAIL_URL", "smtp://u:hush-hush@host:port", "EMAIL_URL must look like smtp+tls://"),
    ("EMAIL_URL", "hush-hush", "EMAIL_URL must look like smtp+tls://"),
    ("STRIPE_TIMEOUT", "hush-hush", "STRIPE_TIMEOUT cannot be read"),
    ("ANYMAIL", "hush-hush", "ANYMAIL cannot be read"),
]


def _run(*command: str, **changes: str | None) -> subprocess.CompletedProcess[str]:
    values = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "config.settings",
        **ENVIRONMENT,
        **changes,
    }
    environment = {name: value for name, value in values.items() if value is not None}
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=60
    )


@pytest.mark.parametrize(("name", "value", "words"), REFUSALS)
def test_a_command_says_which_variable_to_see_to(name: str, value: str | None, words: str) -> None:
    done = _run(sys.executable, "manage.py", "migrate", "--plan", **{name: value})

    assert done.returncode == 1
    assert done.stderr.startswith(f"masthead: {words}")
    assert done.stderr.endswith("See docs/settings.md.\n")
    assert len(done.stderr.splitlines()) == 1
    assert "hush-hush" not in done.stderr + done.stdout


@pytest.mark.parametrize(
    "command",
    [
        ("celery", "-A", "config", "worker"),
        ("celery", "-A", "config", "beat"),
        ("granian", "--interface", "wsgi", "config.wsgi:application", "--port", "0"),
    ],
)
def test_a_server_ends_with_the_sentence(command: tuple[str, ...]) -> None:
    done = _run(str(BIN / command[0]), *command[1:], SECRET_KEY=None)

    assert done.returncode != 0
    assert "SECRET_KEY is not set. See docs/settings.md." in done.stderr + done.stdout
