"""The browsers in which somebody is signed in: noted at the sign-in, ended from any of them."""

import re
from datetime import datetime
from importlib import import_module

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

from membership.accounts.models import SignedInSession, User

# The first that is found names the browser: most of them also name those that come after.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)  # fmt: skip


def note_sign_in(request: HttpRequest, user: User, *, now: datetime) -> None:
    """Remember this browser's session; safe to repeat."""
    if request.session.session_key is None:
        request.session.save()
    agent = request.headers.get("User-Agent", "")
    SignedInSession.objects.update_or_create(
        session_key=request.session.session_key,
        defaults={"user": user, "browser": browser_name(agent), "signed_in_at": now},
    )


def forget_sign_in(request: HttpRequest) -> None:
    """Forget this browser's session, which is about to end."""
    SignedInSession.objects.filter(session_key=request.session.session_key).delete()


def sessions_of(user: User) -> list[SignedInSession]:
    """Return the sessions in which the user is signed in, the latest first; those that are over are forgotten."""
    noted = list(SignedInSession.objects.filter(user=user).order_by("-signed_in_at", "-id"))
    over = [each for each in noted if not _store().exists(each.session_key)]
    if over:
        SignedInSession.objects.filter(pk__in=[each.pk for each in over]).delete()
    return [each for each in noted if each not in over]


def end_other_sessions(user: User, *, but: str | None) -> int:
    """Sign the user out everywhere but in the session `but`; returns in how many browsers."""
    others = SignedInSession.objects.filter(user=user).exclude(session_key=but or "")
    keys = list(others.values_list("session_key", flat=True))
    for key in keys:
        _store().delete(key)
    others.delete()
    return len(keys)


def browser_name(agent: str) -> str:
    """Say what kind of browser sends this User-Agent, in words; nothing that could tell one reader from another."""
    browser = next((name for mark, name in _BROWSERS if re.search(rf"\b{mark}", agent)), "")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    return " on ".join(filter(None, (browser, system)))


def _store() -> SessionBase:
    store: SessionBase = import_module(settings.SESSION_ENGINE).SessionStore()
    return store
