"""Single-use links that sign the demo's staff in with both factors; they exist in the demo only."""

import secrets
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from membership.accounts.sessions import sign_in_both_factors
from membership.models import User

_SALT = "demo.sign-in"
_LIFETIME = timedelta(days=1)


def sign_in_link(site: str, user: User) -> str:
    """Return an address that signs `user` in once, within a day."""
    token = signing.dumps({"user": str(user.reference), "nonce": secrets.token_hex(16)}, salt=_SALT)
    return f"{site}{reverse('demo_sign_in', args=[token])}"


def sign_in(request: HttpRequest, token: str) -> HttpResponse:
    """Sign in whoever the link names; it signs in on GET because it is opened from a terminal."""
    try:
        values = signing.loads(token, salt=_SALT, max_age=_LIFETIME)
    except signing.BadSignature:
        return _refuse(request)
    if not _use_up(values["nonce"]):
        return _refuse(request)
    user = User.objects.get(reference=values["user"])
    sign_in_both_factors(request, user)
    is_finance = user.groups.filter(name__startswith="finance").exists()
    return redirect("payments:finance" if is_finance else "membership:prompts_desk")


def _use_up(nonce: str) -> bool:
    """Say whether this is the first use, for all processes and restarts: only one can create the file."""
    used = Path(settings.EMAIL_FILE_PATH).parent / "used-sign-in-links"
    used.mkdir(parents=True, exist_ok=True)
    try:
        (used / nonce).touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def _refuse(request: HttpRequest) -> HttpResponse:
    return render(request, "demo/link_used.html", status=403)
