"""The status cookies: whom articles must not ask, known to the reader's browser alone.

Two first-party cookies: the signed claim (HttpOnly) and a coarse twin that a script may read. The functions here only
mark the request; `membership.middleware.StatusCookieMiddleware` alone sets and clears the cookies.
"""

from dataclasses import replace
from datetime import datetime
from typing import Literal, TypeAlias
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from membership.supporters.models import Supporter, SupporterState
from membership.supporters.standing import status_of, status_of_payer
from membership.supporters.status import ASKABLE
from membership.supporters.status_claim import StatusClaim, read_token
from payments.checkouts.models import LIVE
from payments.donations.queries import payment_of_checkout
from payments.models import Checkout, CheckoutStatus, Payment, PaymentStatus

Mark: TypeAlias = StatusClaim | Literal["clear"]

# The states from the one that matters most to the one that matters least.
_RANK = {state: rank for rank, state in enumerate(SupporterState)}

# A payment in these states may yet settle.
_UNDECIDED = (PaymentStatus.CREATED, PaymentStatus.REQUIRES_ACTION, PaymentStatus.PROCESSING)


def is_https() -> bool:
    """Whether the site is served over https; only a demo on loopback is not."""
    return bool(urlsplit(settings.SITE_URL).scheme == "https")


def token_cookie() -> str:
    """The name of the signed cookie."""
    # __Host- would forbid the newspaper's common domain, which its article pages share with ours.
    return "__Secure-status" if is_https() else "status"


def twin_cookie() -> str:
    """The name of the cookie that a script may read."""
    return f"{token_cookie()}-twin"


def read_status(request: HttpRequest, *, now: datetime) -> StatusClaim | None:
    """Return what the browser claims; None without a claim, or when it is tampered with or past its time.

    What this request has already been marked with counts before the cookie that came with it.
    """
    marked: Mark | None = getattr(request, "status_token_for", None)
    if marked is not None:
        return None if marked == "clear" else marked
    return read_token(request.COOKIES.get(token_cookie(), ""), now=now)


def grant_for_payment(request: HttpRequest, payment: Payment) -> None:
    """Let this browser know that it gave: of a settled payment only, and of nothing else its payer ever did.

    A better claim that the browser already has is kept: a single gift does not hide a standing one.
    """
    now = timezone.now()
    held = read_status(request, now=now)
    claim = claim_for_payer(payment, now=now)
    if claim is None or (held and _RANK[held.status_at(now).state] < _RANK[claim.state]):
        return
    mark(request, claim)


def await_payment(
    request: HttpRequest, checkout: Checkout, *, quiet_until: datetime | None = None
) -> None:
    """Let this browser remember the checkout that it began, to be thanked wherever it next meets us.

    Readers leave the hosted page, or the thank-you page, before Stripe's word is in. Nothing is granted for it;
    `quiet_until` spares who came back from paying an ask in the meantime. A claim that forbids asking is left alone.
    """
    now = timezone.now()
    held = read_status(request, now=now)
    if held is None:
        held = StatusClaim(
            kind="checkout",
            subject=checkout.reference,
            state=SupporterState.ANONYMOUS,
            since=None,
            until=None,
            quiet_until=None,
            issued_at=now,
        )
    if held.status_at(now).is_askable:
        quiet = max(filter(None, (held.quiet_until, quiet_until)), default=None)
        mark(request, replace(held, awaits=checkout.reference, quiet_until=quiet))


def grant_for_supporter(request: HttpRequest, supporter: Supporter) -> None:
    """Let this browser know its reader's status: call it only once they proved who they are.

    A gift that this browser made under another address still counts here, or signing in would end the thanks for it.
    """
    now = timezone.now()
    held = read_status(request, now=now)
    claim = claim_for_supporter(supporter, now=now)
    is_gift = held is not None and held.is_gift_at(now) and not _gave(supporter, held)
    if not (is_gift and claim.state in ASKABLE):
        mark(request, replace(claim, awaits=held.awaits if held else None))


def clear_status(request: HttpRequest) -> None:
    """Forget the reader's status in this browser, as on signing out."""
    mark(request, "clear")


def claim_for_supporter(supporter: Supporter, *, now: datetime) -> StatusClaim:
    """Return the claim of a supporter's status as it is now."""
    status = status_of(supporter, now=now)
    return StatusClaim(
        kind="supporter",
        subject=supporter.reference,
        state=status.state,
        since=status.since,
        until=status.until,
        quiet_until=supporter.quiet_until,
        issued_at=now,
        version=supporter.token_version,
    )


def claim_for_payer(payment: Payment, *, now: datetime) -> StatusClaim | None:
    """Return the claim that one payment proves, or None when nothing of it is settled or stands."""
    status = status_of_payer(payment, now=now)
    if status.state == SupporterState.REGISTERED:
        return None
    return StatusClaim(
        kind="payment",
        subject=payment.reference,
        state=status.state,
        since=status.since,
        until=status.until,
        quiet_until=None,
        issued_at=now,
    )


def renewed(claim: StatusClaim, *, now: datetime) -> StatusClaim | None:
    """Look a claim up again; None when its subject is gone or nothing of the payment stands any more.

    The signature is the proof: only a browser that paid or signed in holds it, and it buys nothing but the right words.
    One that waits for a payment stays as it is until that is decided.
    """
    if claim.awaits is not None:
        return _decided(claim, claim.awaits, now=now)
    if claim.kind == "checkout":
        return None
    if claim.kind == "payment":
        payments = Payment.objects.select_related("donation__plan")
        payment = payments.filter(reference=claim.subject).first()
        return claim_for_payer(payment, now=now) if payment else None
    supporter = Supporter.objects.filter(
        reference=claim.subject, merged_into=None, email_verified_at__isnull=False
    ).first()
    return claim_for_supporter(supporter, now=now) if supporter else None


def _decided(claim: StatusClaim, awaited: UUID, *, now: datetime) -> StatusClaim | None:
    """Return what a claim is by the checkout it waited for: the payer's, what it was before, or still the same."""
    checkout = Checkout.objects.filter(reference=awaited).first()
    payment = payment_of_checkout(checkout.pk) if checkout else None
    proven = claim_for_payer(payment, now=now) if payment else None
    if proven is None and checkout is not None and _may_settle(checkout, payment):
        return claim
    return proven or renewed(replace(claim, awaits=None), now=now)


def _may_settle(checkout: Checkout, payment: Payment | None) -> bool:
    # Until the page was gone through, a payment that failed can be tried again on it.
    if checkout.status == CheckoutStatus.COMPLETED and payment is not None:
        return payment.status in _UNDECIDED
    return checkout.status in (*LIVE, CheckoutStatus.COMPLETED)


def mark(request: HttpRequest, claim: Mark) -> None:
    """Ask the middleware to set the status cookies to `claim`, or to clear them, with this response."""
    request.status_token_for = claim  # type: ignore[attr-defined]


def _gave(supporter: Supporter, claim: StatusClaim) -> bool:
    """Whether the payment behind `claim` is this supporter's own."""
    return Payment.objects.filter(
        reference=claim.subject, donation__customer__party=supporter.reference
    ).exists()
