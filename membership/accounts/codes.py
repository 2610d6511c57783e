"""Sign-in codes: eight digits, easy to type on a telephone, useless to anyone who reads the database."""

import re
import secrets
import unicodedata
import uuid
from datetime import timedelta

from django.utils.crypto import constant_time_compare, salted_hmac

LIFETIME = timedelta(minutes=15)

# With five guesses a code, and five codes a quarter of an hour for one address (ACCOUNT_RATE_LIMITS), guessing all day
# and night opens an account with a chance of one in forty thousand.
LENGTH = 8
ATTEMPTS = 5


def make_code() -> str:
    """Return fresh random digits."""
    return f"{secrets.randbelow(10**LENGTH):0{LENGTH}d}"


def spaced(code: str) -> str:
    """Return the code as people read it: two groups of four."""
    return f"{code[:4]} {code[4:]}"


def tidy_code(typed: str) -> str:
    """Return the digits of what was typed or pasted: spaces and dashes do not matter, nor do full-width digits."""
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", typed))


def digest_of(code: str, reference: uuid.UUID) -> str:
    """Return what is stored instead of the code; it means nothing without the site's secret key."""
    return salted_hmac(__name__, f"{reference}:{code}", algorithm="sha256").hexdigest()


def matches(code: str, *, reference: uuid.UUID, digest: str) -> bool:
    return constant_time_compare(digest_of(code, reference), digest)
