"""The environment as the settings read it: what cannot be used is refused in a sentence that names the variable."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import SplitResult, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

_SHORTEST_KEY = 32
_DATABASES = ("django.db.backends.postgresql", "django.db.backends.sqlite3")


class SettingRefused(ImproperlyConfigured):
    """A variable that is missing or cannot be used. Never holds its value, which may be a secret."""

    def __init__(self, variable: str, words: str) -> None:
        super().__init__(f"{variable} {words} See docs/settings.md.")


class Environment(environ.Env):  # type: ignore[misc]
    """django-environ, with every refusal a SettingRefused."""

    def get_value(self, var: str, *args: Any, **kwargs: Any) -> Any:
        if var not in self.ENVIRON and kwargs.get("default", self.NOTSET) is self.NOTSET:
            raise SettingRefused(var, "is not set.")
        with _refusing(var, "cannot be read as what it has to be."):
            return super().get_value(var, *args, **kwargs)

    def secret_key(self, var: str, *, may_be_short: bool) -> str:
        """Return a key that nobody guesses: it signs sessions, sign-in codes and status cookies."""
        key = str(self(var))
        if len(key) < _SHORTEST_KEY and not may_be_short:
            raise SettingRefused(
                var, f"is too short: give it {_SHORTEST_KEY} or more random characters."
            )
        return key

    def site(self, var: str) -> SplitResult:
        """Return the parts of the site's own address."""
        with _refusing(var, "must be a whole address, for instance https://support.example.org."):
            parts = urlsplit(str(self(var)).rstrip("/"))
            if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0:
                raise ValueError
        return parts

    def database(self, var: str, *, default: str) -> dict[str, Any]:
        with _refusing(var, "must look like postgres://user:password@host/name."):
            scheme = urlsplit(str(self(var, default=default))).scheme
            if self.DB_SCHEMES.get(scheme) not in _DATABASES:
                raise ValueError
            database: dict[str, Any] = self.db(var, default=default)
        return database

    def mail(self, var: str, *, default: str) -> dict[str, Any]:
        with _refusing(var, "must look like smtp+tls://user:password@host:587."):
            mail: dict[str, Any] = self.email_url(var, default=default)
        return mail


@contextmanager
def _refusing(variable: str, words: str) -> Iterator[None]:
    """Turn what parsers raise into the sentence; their own words may quote the value."""
    try:
        yield
    except SettingRefused:
        raise
    except (ImproperlyConfigured, ValueError, TypeError, KeyError):
        raise SettingRefused(variable, words) from None
