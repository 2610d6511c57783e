"""Status claims from the rows as they are now: written for the first time, or looked up again."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4

from membership.supporters.models import Supporter, SupporterState
from membership.supporters.providers import provided
from membership.supporters.revoking import supporter_of_claim
from membership.supporters.standing import standing_of, standing_of_payer
from membership.supporters.status import quiet_after_cancelling
from membership.supporters.status_claim import LEFT_AFTER, StatusClaim
from payments.checkouts.models import LIVE
from payments.donations.queries import payment_of_checkout
from payments.models import Checkout, CheckoutStatus, Payment, PaymentStatus

# A payment in these states may yet settle.
_UNDECIDED = (PaymentStatus.CREATED, PaymentStatus.REQUIRES_ACTION, PaymentStatus.PROCESSING)

# A checkout in these was left by its reader: nobody replaced or refused it.
_LEFT = (CheckoutStatus.OPEN, CheckoutStatus.EXPIRED)


def claim_for_supporter(
    supporter: Supporter, *, now: datetime, held: StatusClaim | None = None
) -> StatusClaim:
    """Return the claim of a supporter's status as it is now.

    It goes on from the claim that the browser `held`: the same sign-in where that was this supporter's, and what the
    browser knows of a checkout under way or left, with the quiet time that one gave.
    """
    standing = standing_of(supporter, now=now)
    claim = StatusClaim(
        kind="supporter",
        subject=supporter.reference,
        state=standing.status.state,
        since=standing.status.since,
        until=standing.status.until,
        quiet_until=supporter.quiet_until,
        issued_at=now,
        version=supporter.token_version,
        stamp=supporter.token_stamp,
        session=uuid4(),
        traits=standing.traits,
    )
    if held is None:
        return claim
    is_same = (held.subject, held.stamp) == (claim.subject, claim.stamp)
    if is_same and held.session is not None:
        claim = replace(claim, session=held.session)
    if held.awaits is not None:
        quiet = (claim.quiet_until, held.quiet_until)
        claim = replace(
            claim, awaits=held.awaits, quiet_until=max(filter(None, quiet), default=None)
        )
    gave_since = any(gift.given_at >= held.left_at for gift in standing.facts.gifts if held.left_at)
    is_left = held.has_left_checkout(now) and not gave_since
    return replace(claim, left_at=held.left_at if is_left else None)


def claim_for_payer(payment: Payment, *, now: datetime) -> StatusClaim | None:
    """Return the claim that one payment proves, or None when nothing of it is settled or stands."""
    standing = standing_of_payer(payment, now=now)
    if standing.status.state == SupporterState.REGISTERED:
        return None
    return StatusClaim(
        kind="payment",
        subject=payment.reference,
        state=standing.status.state,
        since=standing.status.since,
        until=standing.status.until,
        quiet_until=quiet_after_cancelling(standing.facts),
        issued_at=now,
        traits=standing.traits,
    )


def renewed(claim: StatusClaim, *, now: datetime) -> StatusClaim | None:
    """Look a claim up again; None when its subject is gone, it was revoked or nothing of the payment stands any more.

    The signature is the proof: only a browser that paid or signed in holds it, and it buys nothing but the right words.
    One that waits for a payment stays as it is until that is decided.
    """
    if claim.awaits is not None:
        return _decided(claim, claim.awaits, now=now)
    is_quiet = claim.quiet_until is not None and claim.quiet_until > now
    if claim.kind == "checkout":
        is_kept = is_quiet or claim.has_left_checkout(now)
        return replace(claim, issued_at=now) if is_kept else None
    if claim.kind == "payment":
        payments = Payment.objects.select_related("donation")
        payment = payments.filter(reference=claim.subject).first()
        again = claim_for_payer(payment, now=now) if payment else None
        if again is None:
            return None
        # A pause that the reader wished for is known to this browser alone.
        wished = (again.quiet_until, claim.quiet_until if is_quiet else None)
        quiet_until = max(filter(None, wished), default=None)
        return replace(again, left_at=claim.left_at, quiet_until=quiet_until)
    supporter = supporter_of_claim(claim, *provided().tier_relation)
    return claim_for_supporter(supporter, now=now, held=claim) if supporter else None


def _decided(claim: StatusClaim, awaited: UUID, *, now: datetime) -> StatusClaim | None:
    """Return what a claim is by the checkout it waited for: the payer's, what it was before, or still the same."""
    checkout = Checkout.objects.filter(reference=awaited).first()
    payment = payment_of_checkout(checkout.pk) if checkout else None
    proven = claim_for_payer(payment, now=now) if payment else None
    if proven is not None:
        return _own_or(proven, claim, now=now)
    if checkout is None:
        return renewed(replace(claim, awaits=None), now=now)
    is_left = checkout.status in _LEFT and now >= checkout.created_at + LEFT_AFTER
    known = replace(claim, left_at=checkout.created_at) if is_left else claim
    if _may_settle(checkout, payment):
        return known
    return renewed(replace(known, awaits=None), now=now)


def _own_or(proven: StatusClaim, claim: StatusClaim, *, now: datetime) -> StatusClaim:
    """Return the claim of a supporter whose own the gift is by now, since it says more than the payer's."""
    again = renewed(replace(claim, awaits=None), now=now) if claim.kind == "supporter" else None
    return again if again and not again.status_at(now).is_askable else proven


def _may_settle(checkout: Checkout, payment: Payment | None) -> bool:
    # Until the page was gone through, a payment that failed can be tried again on it.
    if checkout.status == CheckoutStatus.COMPLETED and payment is not None:
        return payment.status in _UNDECIDED
    return checkout.status in (*LIVE, CheckoutStatus.COMPLETED)
