"""From the webhook to the token: what a payer's browser is told on its next request.

The browser holds the token that it got when it went to pay. As soon as the payment is on the books it asks the status
API once, as a script on an article does; the time runs from the webhook's post to the answer that names the gift.
"""

import json
import time
import urllib.request
from collections.abc import Callable

from django.test import override_settings
from django.utils import timezone

from membership.models import SupporterState
from membership.supporters.status_claim import StatusClaim, make_token
from payments.models import Checkout, Payment

_LOOK_EVERY = 0.005
_LONGEST_WAIT = 60


def waiting_token(checkout: Checkout, secret_key: str) -> str:
    """The token of a browser that went to the hosted page of a checkout."""
    claim = StatusClaim(
        kind="checkout",
        subject=checkout.reference,
        state=SupporterState.ANONYMOUS,
        since=None,
        until=None,
        quiet_until=None,
        issued_at=timezone.now(),
        awaits=checkout.reference,
    )
    with override_settings(SECRET_KEY=secret_key):
        return make_token(claim)


def until_told(site: str, checkout: Checkout, token: str, post: Callable[[], None]) -> float:
    """Return the seconds from the webhook to the answer; raises AssertionError when that names no gift."""
    began = time.perf_counter()
    post()
    settled = Payment.objects.filter(donation__checkout=checkout, status__in=Payment.SETTLED)
    while not settled.exists():
        assert time.perf_counter() < began + _LONGEST_WAIT, "The payment was never booked."
        time.sleep(_LOOK_EVERY)
    request = urllib.request.Request(
        f"{site}/api/v1/status/", headers={"Cookie": f"status={token}"}
    )
    with urllib.request.urlopen(request, timeout=30) as response:
        state = json.load(response)["state"]
    assert state == SupporterState.ONE_OFF, state
    return time.perf_counter() - began
