"""The status cookies: whom articles must not ask, known to the reader's browser alone.

Two first-party cookies: the signed claim (HttpOnly) and a coarse twin that a script may read, both set by the server,
because browsers forget what a script sets after days. The functions here only mark the request;
`membership.middleware.StatusCookieMiddleware` alone sets and clears the cookies.
"""

from dataclasses import replace
from datetime import datetime
from typing import Literal, TypeAlias
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from membership.supporters.models import Supporter, SupporterState
from membership.supporters.revoking import revoke_token, supporter_of_claim
from membership.supporters.status import ASKABLE
from membership.supporters.status_claim import StatusClaim, read_kept
from membership.supporters.status_lookup import claim_for_payer, claim_for_supporter, renewed
from payments.models import Checkout, Payment

Mark: TypeAlias = StatusClaim | Literal["clear"]

# The states from the one that matters most to the one that matters least.
_RANK = {state: rank for rank, state in enumerate(SupporterState)}


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
    """Return what the browser claims; None without a claim, or when it is tampered with or past its time."""
    kept = kept_status(request, now=now)
    return kept if kept and kept.holds_at(now) else None


def kept_status(request: HttpRequest, *, now: datetime) -> StatusClaim | None:
    """Return what the browser claimed, even when it is past its time and only good for looking it up again.

    What this request has already been marked with counts before the cookie that came with it.
    """
    marked: Mark | None = getattr(request, "status_token_for", None)
    if marked is not None:
        return None if marked == "clear" else marked
    return read_kept(request.COOKIES.get(token_cookie(), ""), now=now)


def grant_for_payment(request: HttpRequest, payment: Payment) -> None:
    """Let this browser know that it gave: of a settled payment only, and of nothing else its payer ever did.

    A better claim that the browser already has is kept: a single gift does not hide a standing one.
    """
    now = timezone.now()
    held = _held(request, now)
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
    held = _held(request, now)
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
        mark(request, replace(held, awaits=checkout.reference, left_at=None, quiet_until=quiet))


def grant_for_supporter(request: HttpRequest, supporter: Supporter) -> None:
    """Let this browser know its reader's status: call it only once they proved who they are.

    A gift that this browser made under another address still counts here, or signing in would end the thanks for it.
    """
    now = timezone.now()
    held = _held(request, now)
    if held is not None and held.kind == "supporter" and supporter_of_claim(held) is None:
        # A copy of a token that was signed out does not lend its name to the new sign-in.
        held = replace(held, session=None)
    claim = claim_for_supporter(supporter, now=now, held=held)
    is_gift = held is not None and held.is_gift_at(now) and not _gave(supporter, held)
    if not (is_gift and claim.state in ASKABLE):
        mark(request, claim)


def end_status(request: HttpRequest) -> None:
    """Forget the reader's status in this browser, as on signing out; copies of its token are worth nothing then."""
    now = timezone.now()
    held = kept_status(request, now=now)
    if held is not None and held.session is not None:
        revoke_token(held.session, now=now)
    mark(request, "clear")


def mark(request: HttpRequest, claim: Mark) -> None:
    """Ask the middleware to set the status cookies to `claim`, or to clear them, with this response."""
    request.status_token_for = claim  # type: ignore[attr-defined]


def _held(request: HttpRequest, now: datetime) -> StatusClaim | None:
    """Return what the browser claims, looked up again where its time is over."""
    kept = kept_status(request, now=now)
    return kept if kept is None or kept.holds_at(now) else renewed(kept, now=now)


def _gave(supporter: Supporter, claim: StatusClaim) -> bool:
    """Whether the payment behind `claim` is this supporter's own."""
    return Payment.objects.filter(
        reference=claim.subject, donation__customer__party=supporter.reference
    ).exists()
