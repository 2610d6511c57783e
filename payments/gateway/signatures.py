"""Proof that a webhook comes from Stripe and is fresh."""

import re
import time

import stripe
from django.conf import settings

from payments.errors import SignatureInvalid

# Seconds by which a signed timestamp may differ from our clock, in either direction.
TOLERANCE = 300
_TIMESTAMP = re.compile(r"(?:^|,)t=(\d{1,12})(?:,|$)")


def verify(body: bytes, header: str) -> None:
    """Raise SignatureInvalid unless one of our secrets signed `body` within the tolerance.

    Several secrets are valid while one is being rotated. The SDK checks the raw body and timestamps of the past; it
    lets any future one through, which would make a leaked signature good for years.
    """
    timestamp = _TIMESTAMP.search(header)
    if timestamp is None or int(timestamp[1]) > time.time() + TOLERANCE:
        raise SignatureInvalid("The signature has no timestamp, or one from the future.")
    if not any(_is_signed(body, header, secret) for secret in settings.STRIPE_WEBHOOK_SECRETS):
        raise SignatureInvalid("None of our secrets made this signature, or it is stale.")


def _is_signed(body: bytes, header: str, secret: str) -> bool:
    try:
        stripe.WebhookSignature.verify_header(body, header, secret, TOLERANCE)
    except (stripe.SignatureVerificationError, UnicodeDecodeError):
        return False
    return True
