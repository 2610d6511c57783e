"""Reads of checkouts."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from payments.checkouts.models import LIVE, Checkout, CheckoutStatus

# After so long an answer from Stripe counts as lost: longer than a call with all its retries.
CALL_IS_LOST_AFTER = timedelta(minutes=2)
# Stripe closes a page within seconds of its time; its event usually comes first.
GRACE = timedelta(minutes=2)


def unfinished_checkouts(now: datetime) -> QuerySet[Checkout]:
    """Return what a sweep must look at: calls that never came back, pages past their time or never closed."""
    lost = Q(status=CheckoutStatus.INTENDED, created_at__lte=now - CALL_IS_LOST_AFTER)
    overdue = Q(status=CheckoutStatus.OPEN, expires_at__lte=now - GRACE)
    left_open = Q(status=CheckoutStatus.SUPERSEDED) & ~Q(url="")
    return Checkout.objects.filter(lost | overdue | left_open).order_by("expires_at", "id")


def gift_key(checkout: Checkout) -> dict[str, object]:
    """Return what a live checkout is unique by: the same choice in the same browser is the same gift."""
    return {
        "browser_session": checkout.browser_session,
        "campaign": checkout.campaign_id,
        "frequency": checkout.frequency,
        "currency": checkout.currency,
        "amount": checkout.amount,
        "fee_cover": checkout.fee_cover,
    }


def live_checkouts(key: Mapping[str, object]) -> QuerySet[Checkout]:
    """Return the attempt on which a reader may still pay, at most one for a whole key."""
    return Checkout.objects.filter(status__in=LIVE, **key)


def superseded_pages(checkout: Checkout, now: datetime) -> QuerySet[Checkout]:
    """Return older attempts at the same gift whose hosted page Stripe may still have open.

    One without a Stripe id counts too: its call may be under way, or its answer may have been lost.
    """
    return (
        Checkout.objects.filter(
            status=CheckoutStatus.SUPERSEDED, expires_at__gt=now, **gift_key(checkout)
        )
        .filter(~Q(url="") | Q(stripe_id=None))
        .select_related("campaign__entity")
        .order_by("id")
    )
