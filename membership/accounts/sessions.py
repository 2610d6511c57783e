"""What a session has proven about the person behind it."""

import time

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest

from membership.accounts.models import User

# allauth's word for a second factor among the session's records: an app's code, a passkey or a recovery code.
_SECOND_FACTOR = "mfa"


def has_second_factor(request: HttpRequest, user: User) -> bool:
    """Say whether this session proved a second factor in the last STAFF_SESSION_HOURS that the account still has.

    One that was removed counts no more: it may have been removed because it was stolen.
    """
    since = time.time() - settings.STAFF_SESSION_HOURS * 3600
    proofs = [
        record
        for record in get_authentication_records(request, user)
        if record["method"] == _SECOND_FACTOR and record["at"] > since
    ]
    if any("id" not in proof for proof in proofs):
        return True  # vouched for by the caller of sign_in_both_factors
    used = [proof["id"] for proof in proofs]
    return bool(used) and Authenticator.objects.filter(user=user, pk__in=used).exists()


def record_enrolment(request: HttpRequest, authenticator: Authenticator) -> None:
    """Count a second factor that was just set up as proven: adding one demands to use it.

    Without this a person would have to type the next code at once, as allauth refuses the same one twice.
    """
    record_authentication(
        request,
        authenticator.user,
        _SECOND_FACTOR,
        id=authenticator.pk,
        type=authenticator.type,
        reauthenticated=True,
    )


def sign_in_both_factors(request: HttpRequest, user: User) -> None:
    """Sign `user` in and mark the session as having proven both factors.

    For a caller that has its own proof of who is there, a single-use link for instance; no view of the product is one.
    """
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    record_authentication(request, user, _SECOND_FACTOR)
