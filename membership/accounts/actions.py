"""Signing in by a mailed code.

allauth's own sign-in by code looks the address up first and writes to an unknown one that it has no account, with a
second page to register on. Here the address is not looked up until the code is proven: a known and an unknown address
take the same path, so page, mail and timing cannot tell them apart, and registering is the same as signing in.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction

from membership.accounts import codes
from membership.accounts.errors import CodeSpent, CodeWrong
from membership.accounts.models import SignInCode, User, normalise_email


@dataclass(frozen=True, slots=True)
class IssuedCode:
    """A code on its way: `reference` goes into the browser's session, `email` and `code` into the mail."""

    reference: uuid.UUID
    email: str
    code: str


@transaction.atomic
def issue_code(email: str, *, replaces: str | None = None, now: datetime) -> IssuedCode:
    """Write a code for `email`; the one that the same browser asked for before stops working.

    The mail must go to the returned address and not to the one typed: two spellings that fold into one (a dotless i, a
    full-width letter) may be two mailboxes, and only the folded one's owner may have the account.
    """
    if replaces:
        SignInCode.objects.filter(reference=replaces).delete()
    code = codes.make_code()
    reference = uuid.uuid4()
    row = SignInCode.objects.create(
        reference=reference,
        email=normalise_email(email),
        digest=codes.digest_of(code, reference),
        attempts_left=codes.ATTEMPTS,
        expires_at=now + codes.LIFETIME,
    )
    return IssuedCode(reference=reference, email=row.email, code=code)


def prove_address(reference: str, *, code: str, now: datetime) -> User:
    """Return the user whose address was just proven, new if need be; the code is used up.

    Raises CodeWrong while guesses are left and CodeSpent otherwise. Guesses are counted under a lock, so that posting
    many at once gives no more of them.
    """
    with transaction.atomic():
        row = SignInCode.objects.select_for_update().filter(reference=reference).first()
        if row is None or row.expires_at <= now:
            raise CodeSpent
        if codes.matches(code, reference=row.reference, digest=row.digest):
            row.delete()
            user, _ = User.objects.get_or_create(
                email=row.email, defaults={"password": make_password(None)}
            )
            return user
        row.attempts_left -= 1
        if row.attempts_left:
            row.save(update_fields=["attempts_left"])
        else:
            row.delete()
    # Raised outside the transaction: the count must be kept.
    if row.attempts_left:
        raise CodeWrong(row.attempts_left)
    raise CodeSpent


def forget_stale_codes(*, now: datetime) -> int:
    """Delete the codes that nobody typed; returns how many."""
    deleted, _ = SignInCode.objects.filter(expires_at__lte=now).delete()
    return deleted
